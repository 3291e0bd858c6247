import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../base/diagnostic.ts';
import { planText } from '../cli/views/human/plan.ts';
import { styleFor } from '../cli/views/style.ts';
import { loadOrThrow } from '../testing/scenarios.ts';
import { type Session, startSession } from '../testing/session.ts';
import { applyPlan } from './apply.ts';
import { planCluster } from './plan.ts';
import type { AwsToRead } from './ports.ts';

const text = readFileSync(new URL('../../examples/eks.yaml', import.meta.url), 'utf8');
const loaded = (edit: (spec: string) => string = (spec) => spec) => loadOrThrow(edit(text), 'eks.yaml');

/** The same AWS on another day. */
const on = (day: string, aws: AwsToRead): AwsToRead => ({
  ...aws,
  clock: { ...aws.clock, now: () => Date.parse(day) },
});

const style = styleFor({ isTTY: false }, {});

describe('the plan says until when AWS leaves the Kubernetes version as it is', () => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session.stop());

  const supportOf = async (aws: AwsToRead, edit?: (spec: string) => string) => {
    const { plan } = await planCluster(loaded(edit), aws);
    return plan.notes.filter(({ code }) => code.startsWith('support.'));
  };
  const { at, ...standard } = {
    at: 'spec.kubernetesVersion',
    code: 'support.dates',
    severity: 'note',
    detail:
      'Kubernetes 1.36 is in standard support until 2027-08-02; with the upgrade policy standard AWS upgrades the control plane by itself then',
  };

  test('on the clock of the AWS in use, at its place in the file', async () => {
    const { toRead } = session.ports;
    expect(await supportOf(toRead)).toMatchObject([{ ...standard, at: { file: 'eks.yaml', path: at } }]);
    expect(await supportOf(on('2027-07-01', toRead))).toMatchObject([
      { code: 'support.ends-soon', severity: 'warning' },
    ]);
  });

  test('as a patch leaves it', async () => {
    const patch = '  patches: [{resource: cluster, merge: {upgradePolicy: EXTENDED}}]\n';
    const [note] = await supportOf(session.ports.toRead, (spec) => `${spec.trimEnd()}\n${patch}`);
    expect(note?.detail).toContain('with the upgrade policy extended it then costs $0.50 an hour more');
  });

  test('and in one line where there is nothing to do', async () => {
    for await (const event of applyPlan(await planCluster(loaded(), session.ports.toRead), session.ports.toWrite))
      expect(event.type).not.toBe('failed');
    const { plan } = await planCluster(loaded(), session.ports.toRead);
    expect(plan.steps).toEqual([]);
    const [, line, ...rest] = planText(plan, { ...style, width: 200 }, { verbose: false }).split('\n\n');
    expect(line).toBe(`${standard.detail}.`);
    expect(rest).toEqual([expect.stringMatching(/^Nothing to do: \d+ resources as the spec says\.$/)]);

    const soon = await planCluster(loaded(), on('2027-07-01', session.ports.toRead));
    expect(planText(soon.plan, style, { verbose: false })).toMatch(/^warning .*\[support\.ends-soon\]$/m);
  });

  test('of what is there, where somebody else owns the version', async () => {
    const ignore = '  ignore: [{resource: cluster, fields: [version]}]\n';
    const edit = (spec: string): string => `${spec.replace('1.36', '1.37').trimEnd()}\n${ignore}`;
    expect(await supportOf(session.ports.toRead, edit)).toMatchObject([standard]);
  });
});

describe('a plan that would replace what runs', () => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession();
    const planned = await planCluster(loaded(), session.ports.toRead);
    for await (const _ of applyPlan(planned, session.ports.toWrite));
  });
  afterAll(() => session.stop());

  test.each([
    ['controlPlane: eks', 'controlPlane: {eks: {secretsEncryption: false}}', 'cluster: encryptionKeyArn of'],
    ['cidr: 10.0.0.0/16', 'cidr: 10.2.0.0/16', 'vpc: cidr of'],
  ])('is refused: %s becomes %s', async (before, after, detail) => {
    const changed = loaded((spec) => spec.replace(before, after));
    const error = await planCluster(changed, session.ports.toRead).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    const [first] = (error as Failure).diagnostics;
    expect(first).toMatchObject({ code: 'app.irreplaceable', severity: 'error' });
    expect(first?.detail).toContain(detail);
    expect(first?.fix).toContain('Set the field back');
  });
});
