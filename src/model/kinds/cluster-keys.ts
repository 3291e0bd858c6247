import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed } from '../field.ts';
import { kind } from '../kind.ts';

/**
 * The key material of a self-managed cluster, in the store and nowhere else: certificate authorities of Kubernetes, etcd and the front
 * proxy, the key pair of service accounts, the key of secrets at rest, the authenticator's certificate. Made once, never changed by
 * an apply. Plans and logs show the names of objects and public parts only.
 * https://kubernetes.io/docs/setup/best-practices/certificates/
 */
export const clusterKeys = kind({
  concern: 'security',
  label: 'cluster keys',
  removing: 'nobody can sign or read for this cluster any more, not even from a backup',
  irreplaceable: 'The keys of a cluster stay with it. Leave the store where it is.',
  lacking: 'keys are secret and stand in no template and no state',
  found: 'parent',
  goesWith: 'bucket',
  replace: 'delete-first',
  usually: { create: seconds(3), update: seconds(2), delete: seconds(2) },
  fields: {
    bucket: fixed<string>()({ doc: 'the store', refersTo: 'bucket' }),
    prefix: fixed<string>()({ doc: 'where in the store, with a slash at its end' }),
    objects: mutable<readonly string[]>()({
      doc: 'names of the objects that must be there; one that is missing is made anew where that can be done',
      compare: 'set',
    }),
    caCertificate: observed<string>()({ doc: 'certificate of the Kubernetes CA, base64 of PEM' }),
    serviceAccountJwks: observed<string>()({ doc: 'public key of service accounts as a JSON Web Key Set' }),
    expires: observed<string>()({ doc: 'when the first of the authorities ends, ISO 8601' }),
  },
});
