import type { KindName } from '../../../src/model/kinds/names.ts';
import type { KindByCli } from './question.ts';

/** Kinds of IAM, KMS and CloudWatch Logs. */
export const identityKinds: Partial<Record<KindName, KindByCli>> = {
  'kms-key': {
    asks: [
      {
        command: 'kms describe-key --key-id {keyId}',
        query: 'KeyMetadata.{description:Description,keyId:KeyId,arn:Arn}',
      },
      { command: 'kms get-key-policy --key-id {keyId} --policy-name default', query: '{keyPolicy:Policy}' },
      { command: 'kms get-key-rotation-status --key-id {keyId}', query: '{rotation:KeyRotationEnabled}' },
      { command: 'kms list-resource-tags --key-id {keyId}', query: '{tags:Tags}' },
    ],
  },
  'kms-alias': {
    asks: [
      {
        command: 'kms list-aliases --key-id {keyId}',
        query: "Aliases[?AliasName=='{name}'] | [0].{name:AliasName,keyId:TargetKeyId,arn:AliasArn}",
      },
    ],
  },
  'log-group': {
    asks: [
      {
        command: 'logs describe-log-groups --log-group-name-prefix {name}',
        query: 'logGroups[0].{name:logGroupName,retentionDays:retentionInDays,arn:logGroupArn}',
      },
      { command: 'logs list-tags-for-resource --resource-arn {arn}', query: '{tags:tags}' },
    ],
  },
  role: {
    asks: [
      {
        command: 'iam get-role --role-name {roleName}',
        query:
          'Role.{name:RoleName,path:Path,trustPolicy:AssumeRolePolicyDocument,permissionsBoundary:PermissionsBoundary.PermissionsBoundaryArn,arn:Arn,roleName:RoleName,tags:Tags}',
      },
      {
        command: 'iam list-attached-role-policies --role-name {roleName}',
        query: '{policyArns:AttachedPolicies[].PolicyArn}',
      },
    ],
  },
  policy: {
    asks: [
      { command: 'iam get-policy --policy-arn {arn}', query: 'Policy.{name:PolicyName,path:Path,arn:Arn}' },
      async ({ arn }, cli) => {
        const version = await cli(`iam get-policy --policy-arn ${arn}`, 'Policy.DefaultVersionId');
        const command = `iam get-policy-version --policy-arn ${arn} --version-id ${version}`;
        return { document: await cli(command, 'PolicyVersion.Document') };
      },
    ],
  },
  'instance-profile': {
    asks: [
      {
        command: 'iam get-instance-profile --instance-profile-name {name}',
        query: 'InstanceProfile.{name:InstanceProfileName,path:Path,roleName:Roles[0].RoleName,arn:Arn}',
      },
    ],
  },
  'oidc-provider': {
    asks: [
      {
        command: 'iam get-open-id-connect-provider --open-id-connect-provider-arn {arn}',
        query: "{url:join('',['https://',Url]),audiences:ClientIDList,tags:Tags}",
      },
      {
        command: 'iam list-open-id-connect-providers',
        query: "OpenIDConnectProviderList[?Arn=='{arn}'] | [0].{arn:Arn}",
      },
    ],
  },
};
