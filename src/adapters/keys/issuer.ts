import { storeLayout } from '../../model/store-layout.ts';
import { AwsFailure, type CallContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { AdminCertificate, CertificateIssuer } from '../../ports/store.ts';
import type { Connection } from '../aws/connection.ts';
import { getObject, objectArn } from '../aws/s3.ts';

/** The group that Kubernetes lets do everything. */
const group = 'system:masters';
const clockSkewMs = 5 * 60 * 1000;

async function needed(connection: Connection, bucket: string, name: string): Promise<string> {
  const key = `${storeLayout.keys}${name}`;
  const object = await getObject(connection, { bucket, key });
  if (object !== undefined) return object.text;
  throw new AwsFailure({
    reason: 'not-found',
    operation: 's3:GetObject',
    code: 'NoSuchKey',
    message: `s3://${bucket}/${key} is not there, and without it nobody can sign for this cluster. \`quilla store verify\` says whether it can be brought back.`,
  });
}

async function issue(
  connection: Connection,
  input: Parameters<CertificateIssuer['adminCertificate']>[0],
  now: () => number,
): Promise<AdminCertificate> {
  const [authority, authorityKey, { clientCertificate, newKey }] = await Promise.all([
    needed(connection, input.bucket, 'ca.crt'),
    needed(connection, input.bucket, 'ca.key'),
    import('./certificates.ts'),
  ]);
  const key = await newKey();
  const from = now() - clockSkewMs;
  const to = now() + input.hours * 60 * 60 * 1000;
  const made = await clientCertificate(
    { certificate: authority, key: authorityKey },
    { user: input.user, group, key },
    { from, to },
  );
  return { certificate: made.certificate, key, serial: made.serial, notAfter: made.notAfter.toISOString() };
}

/** Issues from the CA's key in the store. TLS goes by wall time, whatever clock AWS has: `now` is for tests. */
export const certificateIssuer = (connection: Connection, now: () => number = Date.now): CertificateIssuer => ({
  adminCertificate: (input, _context: CallContext) => issue(connection, input, now),
});

/** What a break-glass certificate needs: whoever has this is administrator of the cluster. */
export const issuerPermissions: readonly Permission[] = ['ca.crt', 'ca.key'].map((name) => ({
  action: 's3:GetObject',
  resource: objectArn('storeBuckets', `${storeLayout.keys}${name}`),
}));
