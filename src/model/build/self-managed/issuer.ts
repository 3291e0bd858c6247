import { dnsSuffixOf } from '../../../catalog/regions.ts';
import { type Resource, refTo } from '../../graph.ts';
import { jsonText } from '../../value.ts';
import { resource, tagsOf } from '../context.ts';
import { bucketArn, bucketName, tlsOnly } from './bucket-name.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface IssuerHandles {
  readonly resources: readonly Resource[];
  readonly url: string;
  /** By which IAM knows pods; undefined where pods get no roles. */
  readonly provider: Resource<'oidc-provider'> | undefined;
}

const from = 'spec.controlPlane.selfManaged.podRoles';
const configurationKey = '.well-known/openid-configuration';
const keysKey = 'openid/v1/jwks';

function issuerBucket(context: SelfManagedContext, name: string, mark: string): Resource<'bucket'> {
  const id = 'bucket/issuer';
  const arn = bucketArn(context, name);
  const documents = [configurationKey, keysKey].map((key) => `${arn}/${key}`);
  const everybody = {
    Sid: 'EverybodyReadsTheDocuments',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: documents,
  };
  return resource('bucket', {
    id,
    from,
    needs: [mark],
    desired: {
      name,
      versioning: false,
      publicRead: true,
      policy: jsonText({ Version: '2012-10-17', Statement: [everybody, tlsOnly(arn)] }),
      expiry: [],
      noncurrentDays: null,
      tags: tagsOf(context, id),
    },
  });
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata, as far as IAM and Kubernetes ask for it. */
const configurationOf = (issuer: string): object => ({
  issuer,
  jwks_uri: `${issuer}/${keysKey}`,
  authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['sub', 'iss'],
});

function documentsOf(bucket: Resource<'bucket'>, keys: Resource<'cluster-keys'>, url: string) {
  const shared = { bucket: refTo(bucket, 'bucketName'), contentType: 'application/json' };
  const configuration = resource('bucket-object', {
    id: 'bucket-object/issuer-configuration',
    from,
    desired: { ...shared, key: configurationKey, content: jsonText(configurationOf(url)) },
  });
  const jwks = resource('bucket-object', {
    id: 'bucket-object/issuer-keys',
    from,
    desired: { ...shared, key: keysKey, content: refTo(keys, 'serviceAccountJwks') },
  });
  return [configuration, jwks];
}

/**
 * Who issues tokens of service accounts. With roles for pods: a public bucket of two documents, by which IAM checks the tokens.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
export function issuer(
  context: SelfManagedContext,
  { keys, mark }: { keys: Resource<'cluster-keys'>; mark: string },
): IssuerHandles {
  const { controlPlane, region } = context.spec;
  if (!controlPlane.podRoles) return { resources: [], url: 'https://kubernetes.default.svc', provider: undefined };
  const name = bucketName(context, 'issuer');
  const url = `https://${name}.s3.${region}.${dnsSuffixOf(region)}`;
  const bucket = issuerBucket(context, name, mark);
  const documents = documentsOf(bucket, keys, url);
  const id = 'oidc-provider';
  const provider = resource('oidc-provider', {
    id,
    from,
    needs: documents.map((document) => document.id),
    desired: { url, audiences: ['sts.amazonaws.com'], tags: tagsOf(context, id) },
  });
  return { resources: [bucket, ...documents, provider], url, provider };
}
