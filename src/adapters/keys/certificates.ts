import './reflect-metadata.ts';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';

const generate = promisify(generateKeyPair);
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { KeyUsageFlags: usage } = x509;

/** From when to when a certificate holds, in milliseconds since 1970. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** A new private key as PEM of PKCS#8: ECDSA on P-256. */
export const newKey = async (): Promise<string> =>
  (await generate('ec', { namedCurve: 'prime256v1' })).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

/** A new RSA key of 2048 bits, which every reader of service account tokens knows, as PEM of PKCS#8. */
export const newRsaKey = async (): Promise<string> =>
  (await generate('rsa', { modulusLength: 2048 })).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

/** The public half of a private key, as PEM of SPKI. */
export const publicKeyOf = (privateKey: string): string =>
  createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }) as string;

async function pairOf(privateKey: string): Promise<{ readonly privateKey: CryptoKey; readonly publicKey: CryptoKey }> {
  const key = createPrivateKey(privateKey);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const [signing, checking] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign']),
    webcrypto.subtle.importKey('spki', spki, ecdsa, true, ['verify']),
  ]);
  return { privateKey: signing as CryptoKey, publicKey: checking as CryptoKey };
}

/** Twenty bytes at most, and positive: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.2 */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** A value in a distinguished name; what has a meaning there is escaped: https://www.rfc-editor.org/rfc/rfc4514#section-2.4 */
const nameOf = (fields: readonly (readonly [string, string])[]) =>
  new x509.Name(fields.map(([type, value]) => ({ [type]: [value] }))).toJSON();

const crypto = webcrypto as unknown as Crypto;

/** A certificate signed by its own key, for signing and for connections, with these extensions beside its key's. */
async function selfSigned(
  name: string,
  privateKey: string,
  { validity, extensions }: { readonly validity: Validity; readonly extensions: readonly x509.Extension[] },
): Promise<string> {
  const keys = await pairOf(privateKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerial(),
      name: nameOf([['CN', name]]),
      notBefore: new Date(validity.from),
      notAfter: new Date(validity.to),
      signingAlgorithm: ecdsa,
      keys,
      extensions: [
        new x509.KeyUsagesExtension(usage.digitalSignature | usage.keyEncipherment | usage.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        ...extensions,
      ],
    },
    crypto,
  );
  return `${certificate.toString('pem')}\n`;
}

/**
 * The certificate of an authority as kubeadm makes it: signed by itself, for certificates and connections.
 * https://kubernetes.io/docs/setup/best-practices/certificates/
 */
export const authorityCertificate = (name: string, privateKey: string, validity: Validity): Promise<string> =>
  selfSigned(name, privateKey, {
    validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  });

/** The certificate of a server on the seat's own loopback address, signed by itself. */
export const localCertificate = (name: string, privateKey: string, validity: Validity): Promise<string> =>
  selfSigned(name, privateKey, {
    validity,
    extensions: [
      // It is what the API server trusts, so that it must be an authority: of nothing but itself.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });

/** A certificate with which somebody is `user` of `group` to the Kubernetes API. */
export async function clientCertificate(
  authority: { readonly certificate: string; readonly key: string },
  subject: { readonly user: string; readonly group: string; readonly key: string },
  validity: Validity,
): Promise<{ readonly certificate: string; readonly serial: string; readonly notAfter: Date }> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const [signing, own] = await Promise.all([pairOf(authority.key), pairOf(subject.key)]);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: newSerial(),
      subject: nameOf([
        ['O', subject.group],
        ['CN', subject.user],
      ]),
      issuer: issuer.subjectName.toJSON(),
      notBefore: new Date(validity.from),
      // No certificate outlives its authority.
      notAfter: new Date(Math.min(validity.to, issuer.notAfter.getTime())),
      signingAlgorithm: ecdsa,
      publicKey: own.publicKey,
      signingKey: signing.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(usage.digitalSignature | usage.keyEncipherment, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        await x509.AuthorityKeyIdentifierExtension.create(signing.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const { serialNumber, notAfter } = certificate;
  return { certificate: `${certificate.toString('pem')}\n`, serial: serialNumber, notAfter };
}

/** When a certificate ends; and whether a private key is the one of it. */
export const notAfterOf = (certificate: string): Date => new Date(new X509Certificate(certificate).validTo);
export const belongTogether = (certificate: string, privateKey: string): boolean =>
  new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
