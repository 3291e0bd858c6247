import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bits, boolean, childrenOf, element, integer, octets, oid, sequence, set, utcTime, utf8 } from './der.ts';

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

/** RFC 5758 and RFC 4055: how a key of its type signs. */
function signatureOf(signer: KeyObject): Buffer {
  if (signer.asymmetricKeyType === 'ed25519') return ed25519;
  if (signer.asymmetricKeyType === 'ec') return sequence(oid('1.2.840.10045.4.3.2'));
  return sequence(oid('1.2.840.113549.1.1.11'), element(0x05));
}

/** The subject of a certificate as it stands in it: what it signs has the same bytes as their issuer. */
function subjectOf(certificatePem: string): Buffer {
  const [body] = childrenOf(new X509Certificate(certificatePem).raw);
  const [first, ...rest] = childrenOf(body!);
  return (first![0] === 0xa0 ? rest[4] : rest[3])!;
}

interface Certificate {
  /** DER of the name. */
  readonly issuer: Buffer;
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
  const algorithm = signatureOf(signer);
  const body = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    issuer,
    validity,
    nameOf(subject),
    publicKey,
    element(0xa3, sequence(...extensions)),
  );
  const hash = signer.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return pem('CERTIFICATE', sequence(body, algorithm, bits(sign(hash, body, signer))));
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

const privatePem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

/** A certificate authority of its own, named `kubernetes` as EKS names its; with a key that follows from the seed unless one is given. */
export function makeAuthority(seed: string, key: KeyObject = keyFrom(`authority ${seed}`)): Identity {
  const extensions = [
    extension('2.5.29.19', true, sequence(boolean(true))),
    extension('2.5.29.15', true, bits(Buffer.from([0b1010_0100]), 2)),
  ];
  return {
    key: privatePem(key),
    certificate: certificate({ issuer: nameOf('kubernetes'), subject: 'kubernetes', key, signer: key, extensions }),
  };
}

/** Whether a private key is that of a certificate, both PEM. */
export function isPair({ key, certificate: text }: Identity): boolean {
  try {
    return new X509Certificate(text).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

export interface ServingNames {
  readonly seed: string;
  readonly dnsNames: readonly string[];
  /** IPv4. */
  readonly addresses: readonly string[];
}

/** Splits names of a server as a certificate keeps them. */
export const servingNames = (names: readonly string[]): Omit<ServingNames, 'seed'> => ({
  dnsNames: names.filter((name) => !isIPv4(name)),
  addresses: names.filter((name) => isIPv4(name)),
});

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
    certificate: certificate({
      issuer: subjectOf(authority.certificate),
      subject: 'kube-apiserver',
      key,
      signer,
      extensions,
    }),
  };
}
