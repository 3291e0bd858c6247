import { createPrivateKey, createPublicKey, type KeyObject, type webcrypto, X509Certificate } from 'node:crypto';
import type { World } from '../emulator/world.ts';
import { keyObjects } from '../model/store-layout.ts';

/** `ca`, `etcd-ca`: a certificate and its key. */
const pairs = ['ca', 'etcd-ca', 'front-proxy-ca', 'authenticator'];

const publicPem = (key: KeyObject): string => String(key.export({ type: 'spki', format: 'pem' }));
const text = (body: string): string => Buffer.from(body, 'base64').toString('utf8');

/** User data of every launch template, as text. */
const userData = (world: World): string[] =>
  Object.values(world.regions).flatMap(({ ec2 }) =>
    Object.values(ec2.launchTemplates).flatMap(({ versions }) => {
      const { UserData = '' } = versions.at(-1)!.data as { readonly UserData?: string };
      return [text(UserData)];
    }),
  );

/**
 * What is wrong with the keys of the one self-managed cluster of an account: an object that is missing or was written more than once,
 * halves that do not fit, an issuer that was given others, machines that look for them elsewhere. A second authority would be a second cluster.
 */
export function keyProblems({ s3, ...world }: World): string[] {
  const buckets = Object.values(s3.buckets);
  const store = buckets.find(({ objects }) => 'cluster/keys/ca.crt' in objects);
  const issuer = buckets.find(({ objects }) => 'openid/v1/jwks' in objects);
  if (store === undefined) return ['no bucket holds keys'];
  const versions = (name: string) => store.objects[`cluster/keys/${name}`] ?? [];
  const missing = keyObjects.flatMap(({ name }) => (versions(name).length === 0 ? [`${name} is missing`] : []));
  if (missing.length > 0) return missing;
  const read = (name: string): string => text(versions(name)[0]!.body);
  const twice = keyObjects.flatMap(({ name }) => (versions(name).length > 1 ? [`${name} was written again`] : []));
  const apart = pairs.flatMap((name) =>
    new X509Certificate(read(`${name}.crt`)).checkPrivateKey(createPrivateKey(read(`${name}.key`)))
      ? []
      : [`${name}.crt and ${name}.key do not fit`],
  );
  const signer = publicPem(createPublicKey(createPrivateKey(read('sa.key'))));
  const told = (
    JSON.parse(text(issuer?.objects['openid/v1/jwks']?.[0]?.body ?? '') || '{"keys":[]}') as { keys: object[] }
  ).keys;
  const tellers = told.map((key) => publicPem(createPublicKey({ key: key as webcrypto.JsonWebKey, format: 'jwk' })));
  const authority = Buffer.from(read('ca.crt')).toString('base64');
  const templates = userData({ s3, ...world });
  const { caCertificate } = JSON.parse(read('public.json')) as { readonly caCertificate: string };
  return [
    ...twice,
    ...apart,
    ...(publicPem(createPublicKey(read('sa.pub'))) === signer ? [] : ['sa.pub is not of sa.key']),
    ...(tellers.join() === signer ? [] : ['the issuer tells another key than sa.key']),
    ...(caCertificate === authority ? [] : ['public.json tells another authority']),
    ...(templates.every((one) => one.includes(`"store":"${store.name}"`)) ? [] : ['a template names another store']),
    ...(templates.some((one) => one.includes(authority)) ? ['a template holds the authority'] : []),
  ];
}
