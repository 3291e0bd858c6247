import { firstBoots } from './first-boot.ts';
import { sixNodes } from './six-nodes.ts';
import { median } from './time-to-ready.ts';
import type { Used } from './whole-usage.ts';

/** Measures of real machines, all in one run: `node src/machines/measures/main.ts [first-boot] [six-nodes]`. The host should be idle. */
const turns = 3;
const marks = { firstBoot: 1.3, sixNodes: 0.8 };

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const row = (...cells: readonly string[]): void => print(`| ${cells.join(' | ')} |`);
const s = (value: number): string => `${value.toFixed(1)} s`;
const used = ({ memoryBytes, processors }: Used): string =>
  `${(memoryBytes / 2 ** 30).toFixed(2)} GiB, ${processors.toFixed(2)} processors`;

/** True where the mark is met. */
function ratioRow(what: string, ratio: number, must: number): boolean {
  row(what, ratio.toFixed(2), `<= ${must}`, ratio <= must ? 'met' : 'missed');
  return ratio <= must;
}

async function measureFirstBoot(): Promise<boolean> {
  const { seat, kubeadm, ratio, steps } = await firstBoots(turns, say);
  row('first boot of a seat to /readyz', s(median(seat)), seat.map(s).join(', '), 'median of the turns');
  row('kubeadm init to /readyz', s(median(kubeadm)), kubeadm.map(s).join(', '), 'median of the turns');
  say(
    `steps of a seat after power on: ${steps.map(({ step, seconds }) => `${step} ${seconds.toFixed(1)}`).join(', ')}`,
  );
  return ratioRow('first boot: ratio', ratio, marks.firstBoot);
}

async function measureSixNodes(): Promise<boolean> {
  const { quilla, kubeadm, ratio, usage } = await sixNodes(say);
  row('three seats and three workers Ready', s(quilla), 'with flannel', '');
  row('kubeadm init and five joins in a row', s(kubeadm), 'with the same flannel', '');
  const met = ratioRow('six nodes: ratio', ratio, marks.sixNodes);
  row(`${usage.count} machines at rest`, used(usage.machines), 'without the cache of files', '');
  row('what runs them', used(usage.keeper), 'AWS, mirror, driver', '');
  return met;
}

const asked = process.argv.slice(2);
const wanted = (name: string): boolean => asked.length === 0 || asked.includes(name);
row('measure', 'value', 'must be / single values', '');
row('---', '---', '---', '---');
let met = true;
if (wanted('first-boot')) met = (await measureFirstBoot()) && met;
if (wanted('six-nodes')) met = (await measureSixNodes()) && met;
// What trials leave open keeps a process alive.
process.exit(met ? 0 : 1);
