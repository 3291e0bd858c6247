import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readUserData } from './user-data.ts';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const config = (spec: string): string => `---\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n${spec}`;
const cluster = `  cluster:
    name: k8s
    apiServerEndpoint: https://example
    certificateAuthority: Y2VydA==
    cidr: 10.100.0.0/16
`;
const mime = (...parts: [type: string, body: string][]): string =>
  `Content-Type: multipart/mixed; boundary="MIMEBOUNDARY"\nMIME-Version: 1.0\n\n${parts
    .map(
      ([type, body]) =>
        `--MIMEBOUNDARY\nContent-Transfer-Encoding: 7bit\nContent-Type: ${type}\nMime-Version: 1.0\n\n${body}\n`,
    )
    .join('')}--MIMEBOUNDARY--\n`;

const settings = {
  clusterName: 'k8s',
  endpoint: 'https://example',
  certificateAuthority: 'Y2VydA==',
  serviceCidr: '10.100.0.0/16',
  labels: {},
  taints: [],
};

describe('the user data of AL2023', () => {
  it.each([
    ['as the whole document', config(cluster)],
    [
      'as a part of a MIME document beside a script',
      mime(
        ['text/x-shellscript; charset="us-ascii"', '#!/bin/bash\necho 1'],
        ['application/node.eks.aws', config(cluster)],
      ),
    ],
    ['compressed', gzipSync(mime(['application/node.eks.aws', config(cluster)]))],
    [
      'over several parts',
      mime(
        ['application/node.eks.aws', config('  kubelet: {config: {shutdownGracePeriod: 30s}}\n')],
        ['application/node.eks.aws', config(cluster)],
      ),
    ],
  ])('is read %s', (_, text) => {
    expect(readUserData(base64(text), 'al2023')).toEqual({ settings });
  });

  it('gives labels, taints and maxPods of flags and of the kubelet configuration', () => {
    const kubelet = `  kubelet:
    config:
      maxPods: 20
      registerWithTaints: [{key: spot, value: "true", effect: NoExecute}]
    flags:
      - --node-labels="a=1,b=x=y"
      - --register-with-taints=team=a:NoSchedule,solo:PreferNoSchedule
`;
    expect(readUserData(base64(config(cluster + kubelet)), 'al2023')).toEqual({
      settings: {
        ...settings,
        maxPods: 20,
        labels: { a: '1', b: 'x=y' },
        taints: [
          { key: 'team', value: 'a', effect: 'NoSchedule' },
          { key: 'solo', effect: 'PreferNoSchedule' },
          { key: 'spot', value: 'true', effect: 'NoExecute' },
        ],
      },
    });
  });

  // https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/api/validator.go
  it.each([
    ['nothing', '', 'could not find NodeConfig within UserData'],
    ['a script alone', '#!/bin/bash\n/etc/eks/bootstrap.sh k8s', 'could not find NodeConfig within UserData'],
    ['no name', config(cluster.replace('    name: k8s\n', '')), 'Name is missing in cluster configuration'],
    [
      'no endpoint',
      config(cluster.replace(/ +apiServerEndpoint.*\n/, '')),
      'Apiserver endpoint is missing in cluster configuration',
    ],
    [
      'no authority',
      config(cluster.replace(/ +certificateAuthority.*\n/, '')),
      'Certificate authority is missing in cluster configuration',
    ],
    ['no service range', config(cluster.replace(/ +cidr.*\n/, '')), 'CIDR is missing in cluster configuration'],
  ])('is refused with %s', (_, text, refused) => {
    expect(readUserData(base64(text), 'al2023')).toEqual({ refused });
  });
});

describe('the user data of Bottlerocket', () => {
  it('is refused without the cluster it is for', () => {
    expect(readUserData(base64('[settings.kubernetes]\n"cluster-name" = "k8s"'), 'bottlerocket')).toEqual({
      refused: 'the user data does not set settings.kubernetes.api-server as it must be',
    });
    expect(readUserData(base64('= broken'), 'bottlerocket')).toEqual({
      refused: expect.stringContaining('Error parsing TOML user data'),
    });
  });
});
