import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desk } from './testing/io-double.ts';

const { cwd, quilla, clear } = desk();
beforeAll(() => {
  copyFileSync(join(import.meta.dirname, '..', '..', 'examples', 'eks.yaml'), join(cwd, 'demo.yaml'));
  writeFileSync(join(cwd, 'broken.yaml'), 'foo: [');
  writeFileSync(join(cwd, 'pod.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n');
  writeFileSync(join(cwd, 'text.json'), 'no json');
  writeFileSync(join(cwd, 'other.json'), '{"a": 1}');
});
afterAll(clear);

describe('a command line that is not understood ends with 2', () => {
  it.each([
    ['pln', 'Did you mean plan?'],
    ['plan -f demo.yaml --ouput json', 'Did you mean --output?'],
    ['plan', "required option '-f, --file <file>' not specified"],
    ['plan -f', 'argument missing'],
    ['plan -f demo.yaml extra', 'too many arguments'],
    ['plan -f demo.yaml --aws embeded', 'Allowed choices are real, embedded'],
    ['apply', 'either -f FILE or --plan FILE'],
    ['apply -f demo.yaml --plan other.json', 'either -f FILE or --plan FILE'],
    ['adopt', "required option '-f, --file <file>' not specified"],
    ['adopt -f demo.yaml extra', 'too many arguments'],
    ['adopt -f demo.yaml --aws elsewhere', 'Allowed choices are real, embedded'],
    ['disown --yes', "required option '-f, --file <file>' not specified"],
    ['disown -f demo.yaml --keep-volumes', 'unknown option'],
    ['store fil -f demo.yaml', 'Allowed choices are show, fill, verify, recover'],
    ['get things', 'Allowed choices are clusters, nodes, resources'],
    ['policy nope -f demo.yaml', 'Allowed choices are plan, apply, destroy'],
    ['completion tcsh', 'Allowed choices are bash, zsh, fish'],
    ['new demo', "required option '--control-plane <type>' not specified"],
    ['status -f demo.yaml --wait soon', 'a duration like 90s or 20m is wanted'],
    ['emulator --speed fast', 'a number from 0.1 to 10000 is wanted'],
    ['emulator --port 99999', 'a whole number from 0 to 65535 is wanted'],
  ])('quilla %s', async (line, words) => {
    const { exit, out, err } = await quilla(...line.split(' '));
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(words);
  });
});

it('a further key of the emulator without its secret ends with 2', async () => {
  const at = desk({ QUILLA_EMULATOR_KEY: 'test' });
  const { exit, out, err } = await at.quilla('emulator', '--port', '0');
  at.clear();
  expect({ exit, out }).toEqual({ exit: 2, out: '' });
  expect(err).toContain('QUILLA_EMULATOR_KEY: an access key id and its secret are wanted');
});

describe('what cannot be done ends with 1 and a diagnostic', () => {
  it.each([
    ['plan -f nope.yaml', 'app.no-file', 'there is no such file'],
    ['plan -f .', 'app.no-file', 'it is a folder'],
    ['plan -f broken.yaml', 'spec.yaml-syntax', 'broken.yaml:1:7'],
    ['plan -f pod.yaml', 'spec.wrong-kind', 'pod.yaml:1:13'],
    ['plan -f demo.yaml --aws embedded --region eu-west-1', 'cli.region-differs', 'the cluster is in us-east-1'],
    ['adopt -f nope.yaml --yes', 'app.no-file', 'there is no such file'],
    ['adopt -f pod.yaml --yes', 'spec.wrong-kind', 'pod.yaml:1:13'],
    ['adopt -f demo.yaml --aws embedded --yes', 'app.nothing-exported', 'carries quilla.dev/exported=demo'],
    ['adopt -f demo.yaml --aws embedded --region eu-west-1', 'cli.region-differs', 'the cluster is in us-east-1'],
    ['disown -f broken.yaml --yes', 'spec.yaml-syntax', 'broken.yaml:1:7'],
    ['store fill -f demo.yaml --yes', 'app.not-self-managed', 'the spec of demo says eks'],
    ['policy fill -f demo.yaml --aws embedded', 'app.not-self-managed', 'the spec of demo says eks'],
    ['apply --plan text.json --yes', 'app.bad-plan-file', 'it is not JSON'],
    ['apply --plan other.json --yes', 'app.bad-plan-file', 'kind: SavedPlan'],
    ['explain spec.bad-cidrr', 'app.unknown-code', 'Did you mean spec.bad-cidr?'],
    ['emulator --faults text.json', 'cli.bad-faults', 'it is not JSON'],
    ['emulator --faults other.json', 'cli.bad-faults', 'rules'],
    ['emulator --faults gone.json', 'cli.file-system', 'gone.json'],
    ['emulator --port 0 --state demo.yaml/world.json', 'cli.file-system', 'a part of the path is a file'],
    ['get clusters --profile quilla-has-no-such', 'cli.no-profile', 'quilla-has-no-such'],
    ['kubeconfig -f demo.yaml --aws embedded', 'app.no-cluster', 'demo'],
  ])('quilla %s', async (line, code, words) => {
    const { exit, out, err } = await quilla(...line.split(' '));
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain(`[${code}]`);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(words);
    expect(err).not.toMatch(/bug of Quilla|\n\s+at .*:\d+:\d+\)/);
  });

  it('an address that refuses connections is told at once', async () => {
    const at = desk({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    copyFileSync(join(cwd, 'demo.yaml'), join(at.cwd, 'demo.yaml'));
    const { exit, err } = await at.quilla('plan', '-f', 'demo.yaml');
    at.clear();
    expect(exit).toBe(1);
    expect(err).toContain('[cli.endpoint-refuses]');
  });

  it('a port that is taken is told, and the folder is free again', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const { exit, err } = await quilla('emulator', '--port', String(port));
    taken.close();
    expect(exit).toBe(1);
    expect(err).toContain('[cli.port-in-use]');
    expect((await quilla('get', 'clusters', '--aws', 'embedded')).exit).toBe(0);
  });
});

describe('-o json', () => {
  it.each([
    ['plan -f nope.yaml -o json', 1, 'app.no-file'],
    ['plan -f nope.yaml --output=json', 1, 'app.no-file'],
    ['plan -o json', 2, 'cli.usage'],
  ])('quilla %s prints a Failure document', async (line, code, diagnostic) => {
    const { exit, out } = await quilla(...line.split(' '));
    expect(exit).toBe(code);
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'quilla.dev/v1alpha1',
      kind: 'Failure',
      diagnostics: [{ code: diagnostic, severity: 'error', detail: expect.any(String) }],
    });
  });
});

describe('what lies in the folder of the embedded AWS', () => {
  const list = async (file: string, text: string) => {
    const at = desk({ QUILLA_AWS: 'embedded' });
    mkdirSync(join(at.cwd, '.quilla'));
    writeFileSync(join(at.cwd, '.quilla', file), text);
    const outcome = await at.quilla('get', 'clusters');
    at.clear();
    return outcome;
  };

  const halfWorld =
    '{"savedAt":1,"world":{"version":2,"now":5,"events":[],"iam":{},"route53":{},"s3":{},"regions":{"us-east-1":{}}}}';
  it.each(['garbage', '{"savedAt":1,"world":{"version":1,"now":5}}', 'null', '[]', halfWorld])(
    'a world that is none is refused: %s',
    async (text) => {
      const { exit, err } = await list('world.json', text);
      expect(exit).toBe(1);
      expect(err).toContain('[cli.embedded-world]');
    },
  );

  it.each(['garbage', 'null', '{"pid":999999999,"endpoint":"http://127.0.0.1:1","speed":1,"now":1,"wall":1}'])(
    'an address that no server has is passed over: %s',
    async (text) => expect((await list('server.json', text)).exit).toBe(0),
  );

  it('a lock that a dead process left is taken', async () => expect((await list('lock', '999999999')).exit).toBe(0));

  it('a lock that a living process holds is respected', async () => {
    const { exit, err } = await list('lock', String(process.ppid));
    expect(exit).toBe(1);
    expect(err).toContain('[cli.embedded-busy]');
  });
});

describe('Ctrl-C', () => {
  it('before anything began it stops, says how to go on, and frees the folder', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped by Ctrl-C'));
    const at = desk({ QUILLA_AWS: 'embedded' }, stop.signal);
    copyFileSync(join(cwd, 'demo.yaml'), join(at.cwd, 'demo.yaml'));
    const { exit, err, out } = await at.quilla('apply', '-f', 'demo.yaml', '--yes');
    at.clear();
    expect(exit).toBe(1);
    expect(`${out}${err}`).toMatch(/again: it (looks|goes on)|again; it looks/);
  });
});
