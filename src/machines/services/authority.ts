import '../../adapters/keys/reflect-metadata.ts';
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { authorityCertificate, newKey, type Validity } from '../../adapters/keys/certificates.ts';

/** The certificate authority of a run: ECDSA on P-256; machines trust its certificate. */
export interface Authority {
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly keyPem: string;
}

const day = 86_400_000;

/** A new authority. A little of the past counts, for machines whose clock is behind. */
export async function newAuthority(name = 'Quilla machines'): Promise<Authority> {
  const keyPem = await newKey();
  const certificatePem = await authorityCertificate(name, keyPem, validity(365));
  return { certificatePem, keyPem };
}

const validity = (days: number): Validity => ({ from: Date.now() - day, to: Date.now() + days * day });

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { KeyUsageFlags: usage } = x509;
const crypto = webcrypto as unknown as Crypto;

async function signingKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return (await webcrypto.subtle.importKey('pkcs8', der, ecdsa, false, ['sign'])) as CryptoKey;
}

async function publicKey(pem: string): Promise<CryptoKey> {
  const der = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
  return (await webcrypto.subtle.importKey('spki', der, ecdsa, true, ['verify'])) as CryptoKey;
}

/** A certificate of a server, for one DNS name or IPv4 address. */
export async function serverCertificate(authority: Authority, name: string, keyPem: string): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificatePem);
  const { from, to } = validity(90);
  const signing = await signingKey(authority.keyPem);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: `40${randomBytes(15).toString('hex')}`,
      // Names that are longer than a common name may be stand in the alternative names alone.
      subject: new x509.Name([{ CN: [name.slice(0, 64)] }]).toJSON(),
      issuer: issuer.subjectName.toJSON(),
      notBefore: new Date(from),
      notAfter: new Date(Math.min(to, issuer.notAfter.getTime())),
      signingAlgorithm: ecdsa,
      publicKey: await publicKey(keyPem),
      signingKey: signing,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(usage.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: isIPv4(name) ? 'ip' : 'dns', value: name }]),
        await x509.AuthorityKeyIdentifierExtension.create(issuer, false, crypto),
      ],
    },
    crypto,
  );
  return `${certificate.toString('pem')}\n`;
}

/** Certificates of servers by name, made when they are first asked for and kept. */
export interface ServerContexts {
  contextFor(name: string): Promise<SecureContext>;
  /** Of what servers give as `SNICallback`. */
  readonly bySni: (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;
}

const mostKept = 1000;

export function createServerContexts(authority: Authority): ServerContexts {
  const kept = new Map<string, Promise<SecureContext>>();
  const key = newKey();
  const make = async (name: string): Promise<SecureContext> => {
    const own = await key;
    return createSecureContext({ key: own, cert: await serverCertificate(authority, name, own) });
  };
  const contextFor = (given: string): Promise<SecureContext> => {
    const name = given.toLowerCase();
    const found = kept.get(name) ?? make(name);
    // The name is the client's choice: what it may make us keep has an end.
    if (kept.size >= mostKept && !kept.has(name)) kept.delete(kept.keys().next().value!);
    kept.set(name, found);
    return found;
  };
  return {
    contextFor,
    bySni: (name, done) =>
      void contextFor(name).then(
        (context) => done(null, context),
        (error: Error) => done(error),
      ),
  };
}
