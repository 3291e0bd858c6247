/** An import that has a process write its own peak into the file QUILLA_BENCH_PEAK at its end, in KiB: VmHWM, since maxRSS of a child begins with what its parent had. */
export const tellPeak = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync, writeFileSync } from 'node:fs';
  const peak = () => {
    try { return Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); }
    catch { return process.resourceUsage().maxRSS; }
  };
  process.on('exit', () => writeFileSync(process.env.QUILLA_BENCH_PEAK, String(peak())));
`)}`;
