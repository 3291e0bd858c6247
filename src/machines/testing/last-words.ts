import { consoleOf } from './console-of.ts';
import type { Trial } from './trial.ts';

const script = `
networkctl --no-pager --no-legend
ss -tlnH | awk '{print $4}' | tr '\\n' ' '; echo
cat /var/log/pods/kube-system_etcd-*/etcd/*.log 2>/dev/null | grep -vE 'took too long|trace\\[|request stats' | tail -n 12 | cut -c1-300
tail -qn 3 /var/log/pods/kube-system_kube-apiserver-*/*/*.log 2>/dev/null | cut -c1-200
journalctl -u kubelet --no-pager -o cat 2>/dev/null | grep -E '^[EF]' | tail -n 3 | cut -c1-300
`;

/** What the machines of a trial that failed say of themselves, for a person to read. */
export async function lastWords(trial: Trial): Promise<string> {
  const told = trial.instances().map(async ({ id, seat, group, state }) => {
    const boot = consoleOf(trial, id)
      .split('\n')
      .filter((line) => line.includes('quilla: '))
      .slice(-8);
    const { stdout } = await trial.on(id, script).catch((error: Error) => ({ stdout: error.message }));
    return [`--- ${seat ?? group} ${id} ${state}`, ...boot, stdout].join('\n');
  });
  return (await Promise.all(told)).join('\n');
}
