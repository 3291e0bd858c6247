import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bits, boolean, element, integer, octets, oid, sequence, set, utcTime, utf8 } from './der.ts';

/** A key and its certificate, both PEM. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
}

const ed25519 = sequence(oid('1.3.101.112'));
// TLS goes by wall time whatever the time on the embedded AWS's clock is, so the certificates are good for as long as UTCTime can say.
const validity = sequence(utcTime('2020-01-01T00:00:00Z'), utcTime('2049-12-31T23:59:59Z'));
const nameOf = (commonName: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));

/** An Ed25519 key from 32 bytes: the same seed gives the same key, and Ed25519 the same signature, so that a recorded world stays the same. */
function keyFrom(seed: string): KeyObject {
  const bytes = createHash('sha256').update(seed).digest();
  const pkcs8 = sequence(integer(Buffer.from([0])), ed25519, octets(octets(bytes)));
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

const pem = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

interface Certificate {
  readonly issuer: string;
  readonly subject: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, version 3. */
function certificate({ issuer, subject, key, signer, extensions }: Certificate): string {
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const serial = createHash('sha256').update(publicKey).update(subject).digest().subarray(0, 16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const body = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ed25519,
    nameOf(issuer),
    validity,
    nameOf(subject),
    publicKey,
    element(0xa3, sequence(...extensions)),
  );
  return pem('CERTIFICATE', sequence(body, ed25519, bits(sign(null, body, signer))));
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

const privatePem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

/** A certificate authority of its own, named `kubernetes` as EKS names its. */
export function makeAuthority(seed: string): Identity {
  const key = keyFrom(`authority ${seed}`);
  const extensions = [
    extension('2.5.29.19', true, sequence(boolean(true))),
    extension('2.5.29.15', true, bits(Buffer.from([0b1010_0100]), 2)),
  ];
  return {
    key: privatePem(key),
    certificate: certificate({ issuer: 'kubernetes', subject: 'kubernetes', key, signer: key, extensions }),
  };
}

export interface ServingNames {
  readonly seed: string;
  readonly dnsNames: readonly string[];
  /** IPv4. */
  readonly addresses: readonly string[];
}

/** A server's certificate for names and IPv4 addresses, signed by the authority. */
export function makeServing(authority: Identity, { seed, dnsNames, addresses }: ServingNames): Identity {
  const key = keyFrom(`serving ${seed}`);
  const names = [
    ...dnsNames.map((name) => element(0x82, Buffer.from(name))),
    ...addresses.map((address) => element(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  const extensions = [
    extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', false, sequence(...names)),
  ];
  const signer = createPrivateKey(authority.key);
  return {
    key: privatePem(key),
    certificate: certificate({ issuer: 'kubernetes', subject: 'kube-apiserver', key, signer, extensions }),
  };
}
