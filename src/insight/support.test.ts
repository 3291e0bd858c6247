import { describe, expect, test } from 'vitest';
import { supportNote } from './support.ts';

const on = (day: string, minor = '1.36', upgradePolicy: 'STANDARD' | 'EXTENDED' = 'STANDARD') => {
  const { code, severity, detail, at } = supportNote({ minor, upgradePolicy, today: new Date(`${day}T12:00:00Z`) });
  expect(at).toEqual({ path: 'spec.kubernetesVersion' });
  return { code, severity, detail };
};

// https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html: 1.36 has standard support until 2027-08-02, extended until 2028-08-02.
describe('support of a version', () => {
  test('with the standard policy ends with an upgrade by AWS', () =>
    expect(on('2026-11-01')).toEqual({
      code: 'support.dates',
      severity: 'note',
      detail:
        'Kubernetes 1.36 is in standard support until 2027-08-02; with the upgrade policy standard AWS upgrades the control plane by itself then',
    }));

  test('is a warning from 90 days before its end, the last day before it included', () => {
    expect(on('2027-05-03').severity).toBe('note');
    expect(on('2027-05-04')).toMatchObject({ code: 'support.ends-soon', severity: 'warning' });
    expect(on('2027-08-01').detail).toContain('until 2027-08-02');
    expect(on('2027-08-01').code).toBe('support.ends-soon');
  });

  test('that has ended says so', () => {
    expect(on('2027-08-02')).toEqual({
      code: 'support.ended',
      severity: 'warning',
      detail:
        'Standard support of Kubernetes 1.36 ended on 2027-08-02; with the upgrade policy standard AWS upgrades the control plane by itself',
    });
    expect(on('2028-08-02', '1.36', 'EXTENDED')).toEqual({
      code: 'support.ended',
      severity: 'warning',
      detail: 'Extended support of Kubernetes 1.36 ended on 2028-08-02; AWS upgrades the control plane by itself',
    });
  });

  test('with the extended policy has a price, with its source, from one day to another', () => {
    const { code, detail } = on('2026-11-01', '1.36', 'EXTENDED');
    expect(code).toBe('support.dates');
    expect(detail).toContain(
      'is in standard support until 2027-08-02; with the upgrade policy extended it then costs $0.50 an hour more',
    );
    expect(detail).toMatch(/us-east-1; AWS Price List .*2026-09-25/);
    expect(detail).toMatch(/until 2028-08-02, when AWS upgrades the control plane by itself$/);
  });

  test('warns before it begins to bill, is a note while it bills, and warns before it ends', () => {
    expect(on('2027-07-01', '1.36', 'EXTENDED').code).toBe('support.ends-soon');
    const billing = on('2027-08-02', '1.36', 'EXTENDED');
    expect(billing.severity).toBe('note');
    expect(billing.detail).toMatch(
      /^Kubernetes 1.36 is in extended support since 2027-08-02 and costs \$0.50 an hour more/,
    );
    expect(on('2028-05-03', '1.36', 'EXTENDED').severity).toBe('note');
    expect(on('2028-05-04', '1.36', 'EXTENDED').code).toBe('support.ends-soon');
  });

  test.each([
    ['of which AWS had published no end', '1.37'],
    ['that the catalog does not have', '1.99'],
  ])('%s is said to be unknown', (_, minor) => {
    expect(on('2026-11-23', minor)).toEqual({
      code: 'support.unknown',
      severity: 'note',
      detail: `When standard support of Kubernetes ${minor} ends is not known yet; with the upgrade policy standard AWS upgrades the control plane by itself then`,
    });
    expect(on('2026-11-23', minor, 'EXTENDED').detail).toContain('$0.50 an hour more');
  });
});
