import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-keypair.html */
export const keyPair: CloudFormationKind<'key-pair'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EC2::KeyPair',
      body: { KeyName: desired.name, PublicKeyMaterial: desired.publicKey, Tags: tagList(desired.tags) },
    },
  ],
  attributes: { keyPairId: 'KeyPairId', keyName: 'Ref' },
};
