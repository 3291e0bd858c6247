/** What KMS keeps of one region: plain JSON, times in milliseconds since 1970. */
export interface KmsState {
  /** By key id. */
  keys: Record<string, KmsKey>;
  /** Key id by alias name (`alias/...`). */
  aliases: Record<string, KmsAlias>;
}

export const emptyKmsState = (): KmsState => ({ keys: {}, aliases: {} });

export interface KmsAlias {
  name: string;
  keyId: string;
  createdAt: number;
  updatedAt: number;
}

export interface KmsGrant {
  id: string;
  token: string;
  name?: string;
  granteePrincipal: string;
  retiringPrincipal?: string;
  operations: string[];
  constraints?: { encryptionContextSubset?: Record<string, string>; encryptionContextEquals?: Record<string, string> };
  issuingAccount: string;
  createdAt: number;
}

export interface KmsKey {
  id: string;
  arn: string;
  createdAt: number;
  description: string;
  keyUsage: 'ENCRYPT_DECRYPT';
  keySpec: 'SYMMETRIC_DEFAULT';
  keyManager: 'CUSTOMER' | 'AWS';
  multiRegion: boolean;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletionDate?: number;
  policy: string;
  rotationEnabled: boolean;
  rotationPeriodInDays: number;
  tags: Record<string, string>;
  grants: Record<string, KmsGrant>;
  /** 32 bytes in hexadecimal: this AWS is for trials, its keys protect nothing. */
  material: string;
}
