import { randomBytes } from 'node:crypto';
import type { PublicKeys } from '../../model/store-layout.ts';
import {
  authorityCertificate,
  belongTogether,
  localCertificate,
  newKey,
  newRsaKey,
  notAfterOf,
  publicKeyOf,
  type Validity,
} from './certificates.ts';
import { serviceAccountJwks } from './service-account-jwks.ts';

/** Where key material lies. `once` writes only where nothing stands, and gives what stands there then. */
export interface KeyPlace {
  read(name: string): Promise<string | undefined>;
  once(name: string, text: string): Promise<string>;
  replace(name: string, text: string): Promise<void>;
}

/** A key object that cannot be made again is missing, or does not go with the others. */
export class KeyLost extends Error {
  override readonly name = 'KeyLost';
  /** `ca.key`. */
  readonly object: string;

  constructor(object: string, message: string) {
    super(message);
    this.object = object;
  }
}

/** Names of the authorities' objects and what kubeadm calls each. */
export const authorities = [
  { object: 'ca', commonName: 'kubernetes' },
  { object: 'etcd-ca', commonName: 'etcd-ca' },
  { object: 'front-proxy-ca', commonName: 'front-proxy-ca' },
] as const;

const years = (n: number): number => n * 365 * 24 * 60 * 60 * 1000;
/** Clocks of machines differ a little. */
export const clockSkew = 5 * 60 * 1000;

const tenYears = (now: number): Validity => ({ from: now - clockSkew, to: now + years(10) });

/**
 * One key, and what follows from it. The key is written first: a run that is cut between the two goes on from it. So a certificate that
 * stands without its key tells of a key that was lost after it was used, and of nothing else.
 */
async function keyAndCertificate(
  place: KeyPlace,
  object: string,
  make: (key: string) => Promise<string>,
): Promise<string> {
  const [key, certificate] = await Promise.all([place.read(`${object}.key`), place.read(`${object}.crt`)]);
  if (key === undefined && certificate !== undefined)
    throw new KeyLost(`${object}.key`, `${object}.crt is there without its key`);
  const used = key ?? (await place.once(`${object}.key`, await newKey()));
  const issued = certificate ?? (await place.once(`${object}.crt`, await make(used)));
  if (!belongTogether(issued, used))
    throw new KeyLost(`${object}.key`, `${object}.key is not the key of ${object}.crt`);
  return issued;
}

async function serviceAccountKeys(place: KeyPlace): Promise<string> {
  const [key, publicKey] = await Promise.all([place.read('sa.key'), place.read('sa.pub')]);
  if (key === undefined && publicKey !== undefined) throw new KeyLost('sa.key', 'sa.pub is there without its key');
  const used = key ?? (await place.once('sa.key', await newRsaKey()));
  const issued = publicKey ?? (await place.once('sa.pub', publicKeyOf(used)));
  if (issued.trim() !== publicKeyOf(used).trim()) throw new KeyLost('sa.key', 'sa.key is not the key of sa.pub');
  return issued;
}

const authenticatorName = 'aws-iam-authenticator';

/** Makes what is missing and leaves what is there, so that it can be run again after any cut. `now`: milliseconds since 1970. */
export async function completeKeys(place: KeyPlace, now: number): Promise<PublicKeys> {
  const certificates = await Promise.all(
    authorities.map(({ object, commonName }) =>
      keyAndCertificate(place, object, (key) => authorityCertificate(commonName, key, tenYears(now))),
    ),
  );
  const [publicKey] = await Promise.all([
    serviceAccountKeys(place),
    place.once('secrets.key', randomBytes(32).toString('base64')),
    keyAndCertificate(place, 'authenticator', (key) => localCertificate(authenticatorName, key, tenYears(now))),
  ]);
  const parts = publicKeys(
    authorities.map(({ object }, i) => [`${object}.crt`, certificates[i]!] as const),
    publicKey,
    now,
  );
  return JSON.parse(await place.once('public.json', JSON.stringify(parts))) as PublicKeys;
}

/** What a plan may know, from the public objects alone. */
export function publicKeys(
  certificates: readonly (readonly [name: string, pem: string])[],
  serviceAccountKey: string,
  now: number,
): PublicKeys {
  const ca = certificates.find(([name]) => name === 'ca.crt')?.[1] ?? '';
  return {
    format: 1,
    made: new Date(now).toISOString(),
    caCertificate: Buffer.from(ca).toString('base64'),
    serviceAccountJwks: serviceAccountJwks(serviceAccountKey),
    expires: Object.fromEntries(certificates.map(([name, pem]) => [name, notAfterOf(pem).toISOString()])),
  };
}

/** The authenticator's pair anew, both together: the one that is left is of no use. */
export async function remakeAuthenticator(place: KeyPlace, now: number): Promise<void> {
  const key = await newKey();
  await place.replace('authenticator.key', key);
  await place.replace('authenticator.crt', await localCertificate(authenticatorName, key, tenYears(now)));
}

/** `sa.pub` from its key. */
export async function remakeServiceAccountPublicKey(place: KeyPlace): Promise<void> {
  const key = await place.read('sa.key');
  if (key === undefined) throw new KeyLost('sa.key', 'sa.key is missing');
  await place.once('sa.pub', publicKeyOf(key));
}
