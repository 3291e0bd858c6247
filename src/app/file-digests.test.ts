import { describe, expect, test } from 'vitest';
import type { Found, Snapshot } from '../model/snapshot.ts';
import type { PublishedFile } from '../ports/publisher.ts';
import { fileDigests } from './file-digests.ts';

const url = 'https://dl.k8s.io/release/v1.36.9/bin/linux/amd64/kubelet';
const file: PublishedFile = { url, checksumUrl: `${url}.sha256` };
const ofMachines = 'a'.repeat(64);
const ofPublisher = 'b'.repeat(64);

const userData = (installed: string): string =>
  `--x\nContent-Type: application/vnd.quilla.boot+json\n\n${JSON.stringify({ files: [{ url: installed, sha256: ofMachines }] })}\n\n--x--\n`;

const snapshotWith = (text: string | null): Snapshot => ({
  cluster: 'k8s',
  region: 'us-east-1',
  account: '123456789012',
  found: [{ kind: 'launch-template', id: 'launch-template/w', settled: { userData: text } } as unknown as Found],
});

/** A publisher who tells one digest, and notes what he was asked. */
function publisherOf(answers: readonly string[] = [url], refused: Readonly<Record<string, string>> = {}) {
  const asked: string[] = [];
  const digests = async (files: readonly PublishedFile[]) => {
    asked.push(...files.map((one) => one.url));
    return { digests: new Map(answers.map((one) => [one, ofPublisher])), refused: new Map(Object.entries(refused)) };
  };
  return { asked, digests };
}

describe('digests that the catalog does not have', () => {
  test.each([url, url.replace('https://', 'https://mirror.example.com/files/')])(
    'are known from what machines are told: %s',
    async (installed) => {
      const publisher = publisherOf();
      const found = await fileDigests([file], { snapshot: snapshotWith(userData(installed)), publisher });
      expect(found).toEqual({ digests: { [url]: ofMachines } });
      expect(publisher.asked).toEqual([]);
    },
  );

  test.each([
    null,
    '#!/bin/bash\necho hello\n',
    userData(`${url}-other`),
    'Content-Type: application/vnd.quilla.boot+json\n\n{"files": [\n--x--',
  ])('are asked of the publisher otherwise: %#', async (text) => {
    const publisher = publisherOf();
    expect(await fileDigests([file], { snapshot: snapshotWith(text), publisher })).toEqual({
      digests: { [url]: ofPublisher },
    });
    expect(publisher.asked).toEqual([url]);
  });

  test('are not learned from machines that were told one of the spec’s own', async () => {
    const own = userData(url).replace(`"sha256":"${ofMachines}"`, `"sha256":"${ofMachines}","own":true`);
    const publisher = publisherOf();
    const found = await fileDigests([file], { snapshot: snapshotWith(own), publisher });
    expect([own.includes('"own":true'), found]).toEqual([true, { digests: { [url]: ofPublisher } }]);
  });

  test('are missing where nobody tells them, with the reason', async () => {
    const refused = { [url]: 'status 404' };
    const found = await fileDigests([file], { snapshot: snapshotWith(null), publisher: publisherOf([], refused) });
    expect(found).toEqual({ digests: {}, digestsRefused: refused });
  });

  test('are asked for only where machines are not told', async () => {
    const other: PublishedFile = { url: `${url}-other`, checksumUrl: `${url}-other.sha256` };
    const publisher = publisherOf([other.url]);
    const found = await fileDigests([file, other], { snapshot: snapshotWith(userData(url)), publisher });
    expect(found).toEqual({ digests: { [url]: ofMachines, [other.url]: ofPublisher } });
    expect(publisher.asked).toEqual([other.url]);
  });

  test('need no question where there are none', async () => {
    const publisher = publisherOf();
    expect(await fileDigests([], { snapshot: snapshotWith(null), publisher })).toEqual({ digests: {} });
    expect(publisher.asked).toEqual([]);
  });
});
