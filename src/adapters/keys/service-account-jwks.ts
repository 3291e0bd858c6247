import { createHash, createPublicKey } from 'node:crypto';

/**
 * The public key of service accounts as the API server would show it under `/openid/v1/jwks`. The key's id is the one that the API server puts
 * into tokens: the SHA-256 of the DER of the public key.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/serviceaccount/jwt.go
 */
export function serviceAccountJwks(publicKey: string): { readonly keys: readonly object[] } {
  const key = createPublicKey(publicKey);
  const kid = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  const { n, e } = key.export({ format: 'jwk' });
  return { keys: [{ use: 'sig', kty: 'RSA', kid, alg: 'RS256', n, e }] };
}
