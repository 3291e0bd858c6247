import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setForMachines } from './host-settings.ts';
import { openRecords, removeAll } from './records.ts';

let folder: string;
const at = (path: string): string => join(folder, 'proc/sys', path);
const says = (path: string): string => readFileSync(at(path), 'utf8').trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quilla-settings-'));
  for (const [path, value] of Object.entries({ 'net/netfilter/nf_conntrack_max': '7', 'kernel/panic': '0' })) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), `${value}\n`);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('settings of the host', () => {
  it('are set for the machines, noted, and set back', async () => {
    const records = openRecords(join(folder, 'run'));
    setForMachines(records, join(folder, 'proc/sys'));
    expect(Number(says('net/netfilter/nf_conntrack_max'))).toBeGreaterThanOrEqual(131_072);
    // A kubelet does this.
    writeFileSync(at('kernel/panic'), '10');
    expect(await removeAll(records, { proc: join(folder, 'proc') })).toEqual([]);
    expect([says('net/netfilter/nf_conntrack_max'), says('kernel/panic')]).toEqual(['7', '0']);
    expect(records.all()).toEqual([]);
  });

  it('that somebody else has set since are left to him', async () => {
    const records = openRecords(join(folder, 'run'));
    setForMachines(records, join(folder, 'proc/sys'));
    writeFileSync(at('net/netfilter/nf_conntrack_max'), '99');
    expect(await removeAll(records, { proc: join(folder, 'proc') })).toEqual([]);
    expect(says('net/netfilter/nf_conntrack_max')).toBe('99');
  });
});
