import { expect, test } from 'vitest';
import { type Around, main } from './main.ts';

const root: Around['eyes'] = { platform: 'linux', architecture: 'x64', uid: 0 };

/** What a command line ends with, as a user sees it. */
async function told(line: string, eyes: Around['eyes'] = root) {
  const lines: string[] = [];
  const say = { out: (text: string) => lines.push(text), err: (text: string) => lines.push(text) };
  const signal = new AbortController().signal;
  const exit = await main(line.split(' ').filter(Boolean), { say, signal, eyes });
  return { exit, text: lines.join('\n') };
}

const kops = 'examples/seed-kops.yaml';
const unknown = '--name no-such-run-of-tests';

test.each([
  ['', 2, 'Usage: npm run machines --'],
  ['--help', 0, 'Usage: npm run machines --'],
  ['up --help', 0, '--speed <times>'],
  ['dwn', 2, "unknown command 'dwn'\n(Did you mean down?)"],
  ['--nmae x', 2, "unknown option '--nmae'"],
  ['up', 2, "required option '-f, --file <file>' not specified"],
  [`up ${kops}`, 2, "required option '-f, --file <file>' not specified"],
  ['up -f', 2, 'argument missing'],
  ['up -f no-such-file.yaml', 1, 'no-such-file.yaml: there is no such file\n  -> Name a spec'],
  ['up -f examples', 1, 'examples: it is a folder'],
  ['up -f package.json', 1, 'package.json is no spec that can be run'],
  ['up -f examples/eks.yaml', 1, 'AWS itself runs the control plane of EKS'],
  [`up -f ${kops} --name A/b`, 2, '--name "A/b" is no name of a run\n  -> Use up to 32 small letters'],
  [`up -f ${kops} --name ..`, 2, '--name ".." is no name of a run'],
  [`up -f ${kops} --speed 0`, 2, 'A number from 1 to 60 is wanted'],
  [`up -f ${kops} --speed 1e9`, 2, 'A number from 1 to 60 is wanted'],
  [`up -f ${kops} --speed fast`, 2, 'A number from 1 to 60 is wanted'],
  [`status ${unknown}`, 1, 'there is no run no-such-run-of-tests\n  -> npm run machines -- up -f'],
  [`status ${unknown} --json`, 1, 'there is no run'],
  ['status a', 2, 'too many arguments'],
  ['status --jsno', 2, "unknown option '--jsno'\n(Did you mean --json?)"],
  ['ssh', 2, "missing required argument 'node'"],
  [`ssh a ${unknown}`, 1, 'there is no run'],
  ['ssh a ls -l', 2, "unknown option '-l'"],
  [`ssh ${unknown} a -- ls -l`, 1, 'there is no run'],
  ['kill', 2, "missing required argument 'node'"],
  ['kill a b', 2, 'too many arguments'],
  [`kill a ${unknown}`, 1, 'there is no run'],
  [`down ${unknown}`, 0, 'There is no run no-such-run-of-tests: nothing to take down.'],
  ['down everything', 2, 'too many arguments'],
  ['down --name /', 2, 'is no name of a run'],
  ['build --kubernetes 1.36', 2, 'A version like 1.36.3 is wanted'],
  ['build --kubernetes latest', 2, 'A version like 1.36.3 is wanted'],
])('%j ends with %i and says why', async (line, exit, words) => {
  const seen = await told(line);
  expect(seen.text).toContain(words);
  expect(seen.exit).toBe(exit);
});

test.each(['up -f examples/seed-kops.yaml', 'status', 'ssh a', 'kill a', 'down', 'build'])(
  '%s wants Linux and root before it does anything',
  async (line) => {
    expect(await told(line, { ...root, uid: 1000 })).toEqual({
      exit: 1,
      text: expect.stringContaining(
        'error only root may make namespaces, mounts and loop devices\n  -> Run it as root',
      ),
    });
    expect(await told(line, { ...root, platform: 'darwin' })).toEqual({
      exit: 1,
      text: expect.stringContaining('this is darwin\n  -> Use a Linux host'),
    });
  },
);

test('help is for everybody', async () => {
  expect((await told('help down', { ...root, platform: 'win32', uid: undefined })).exit).toBe(0);
});
