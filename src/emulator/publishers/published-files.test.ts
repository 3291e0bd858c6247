import { expect, it } from 'vitest';
import { sha256Hex } from '../../base/hash.ts';
import { nodeFile, pinnedVersions } from '../../catalog/node-files.ts';
import { publishedDigest, publishedText } from './published-files.ts';

it('a checksum file is in the form of its publisher', () => {
  const kubelet = nodeFile('kubelet', '1.36.2', 'amd64');
  expect(publishedText(kubelet.checksumUrl)).toBe(kubelet.sha256 ?? publishedDigest(kubelet.url));
  const runc = nodeFile('runc', pinnedVersions.runc, 'arm64');
  expect(publishedText(runc.checksumUrl)).toMatch(/^[0-9a-f]{64} {2}runc\.amd64\n[0-9a-f]{64} {2}runc\.arm64\n$/);
});

it('a file whose digest only the publisher says has that of what he serves', () => {
  const { url, checksumUrl, sha256 } = nodeFile(
    'aws-iam-authenticator',
    pinnedVersions['aws-iam-authenticator'],
    'amd64',
  );
  expect(publishedDigest(url)).toBe(sha256 ?? sha256Hex(publishedText(url)!));
  expect(publishedText(checksumUrl)).toContain(`${publishedDigest(url)}  aws-iam-authenticator_`);
});

it('nothing else is there', () => {
  expect(publishedText('https://dl.k8s.io/release/v1.10.0/bin/linux/amd64/kubelet')).toBeUndefined();
  expect(publishedDigest('https://example.com/x')).toBeUndefined();
});
