import type { Diagnostic } from '../../../base/diagnostic.ts';
import { report } from '../../codes.ts';
import { isRef, type Join } from '../../value.ts';

/** EC2's limit, before base64. */
const limitBytes = 16_384;

/** What a value takes at most that AWS tells later: the certificate of EKS's CA is long (RSA), names and ids are not. */
const longFields: Readonly<Record<string, number>> = { certificateAuthority: 2048 };
const referenceBytes = 128;

/** What `graph.user-data-too-long` says of user data that EC2 would not take. */
export interface UserDataOf {
  /** `node group workers`. */
  readonly what: string;
  readonly fix: string;
  readonly path: string;
}

/** Bytes that user data takes when every reference is filled in, at most. */
export function userDataBytes(userData: string | Join | null): number {
  const pieces = typeof userData === 'string' ? [userData] : (userData?.$join ?? []);
  return pieces.reduce(
    (sum, piece) =>
      sum + (isRef(piece) ? (longFields[piece.field] ?? referenceBytes) : new TextEncoder().encode(piece).length),
    0,
  );
}

export function userDataFindings(
  { what, fix, path }: UserDataOf,
  userData: string | Join | null,
): readonly Diagnostic[] {
  const bytes = userDataBytes(userData);
  if (bytes <= limitBytes) return [];
  return [
    report('graph.user-data-too-long', {
      detail: `user data of ${what} takes about ${bytes} bytes; EC2 takes ${limitBytes}`,
      fix,
      at: { path },
    }),
  ];
}
