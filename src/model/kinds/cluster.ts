import { minutes } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** An EKS cluster: https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html */
export const cluster = kind({
  concern: 'control plane',
  label: 'EKS cluster',
  headline: ['version', 'endpointPublic'],
  // A new key is found by its alias: a run that ends between cluster and alias would leave a key that the next one does not see.
  after: ['kms-alias'],
  irreplaceable:
    'An apply never replaces a cluster: it would end everything that runs in it. Set the field back; or destroy the cluster and apply anew.',
  found: 'name',
  replace: 'delete-first',
  usually: { create: minutes(9), update: minutes(2), delete: minutes(3) },
  fields: {
    name: fixed<string>()({ doc: 'unique in the region' }),
    version: mutable<string>()({ doc: 'Kubernetes minor, `1.36`; one minor up at a time, never down' }),
    roleArn: fixed<string>()({ doc: 'the role of the control plane', refersTo: 'role' }),
    subnetIds: mutable<readonly string[]>()({
      doc: 'where the control plane puts its interfaces',
      refersTo: 'subnet',
      compare: 'set',
    }),
    securityGroupIds: mutable<readonly string[]>()({
      doc: 'further groups of those interfaces',
      refersTo: 'security-group',
      compare: 'set',
    }),
    endpointPrivate: mutable<boolean>()({
      doc: 'whether the API answers inside the VPC',
      interrupts: 'connections to the API from inside the VPC',
      interruptsWhen: 'turns-off',
    }),
    endpointPublic: mutable<boolean>()({
      doc: 'whether the API answers from the internet',
      interrupts: 'connections to the API from outside',
      interruptsWhen: 'turns-off',
    }),
    publicAccessCidrs: mutable<readonly string[]>()({
      doc: 'from where the public endpoint answers; empty where there is none',
      compare: 'set',
      interrupts: 'API access from ranges that leave the list',
      interruptsWhen: 'shrinks',
      refersTo: 'elastic-ip',
    }),
    logTypes: mutable<readonly string[]>()({ doc: 'control plane logs that are kept', compare: 'set' }),
    encryptionKeyArn: mutable<string | null>()({
      doc: 'KMS key of the secrets; can be set once and never changed',
      refersTo: 'kms-key',
      setOnce: true,
    }),
    ipFamily: fixed<'ipv4' | 'ipv6'>()({ doc: 'addresses of pods and services' }),
    serviceCidr: fixed<string>()({ doc: 'range of services; AWS chooses where it is left out', optional: true }),
    upgradePolicy: mutable<'STANDARD' | 'EXTENDED'>()({
      doc: 'what happens at the end of standard support: an upgrade, or extended support at its price',
    }),
    deletionProtection: mutable<boolean>()({ doc: 'whether AWS refuses to delete it' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    clusterName: observed<string>()({ doc: 'its name, for what refers to it by name' }),
    arn: observed<string>()({ doc: 'ARN' }),
    endpoint: observed<string>()({ doc: 'URL of the API' }),
    certificateAuthority: observed<string>()({ doc: 'CA of the API, base64 of PEM' }),
    issuer: observed<string>()({ doc: 'OIDC issuer URL' }),
    clusterSecurityGroupId: observed<string>()({ doc: 'the group that EKS makes for control plane and nodes' }),
    serviceRange: observed<string>()({ doc: 'the service range in use' }),
    platformVersion: observed<string>()({ doc: 'platform version, `eks.5`', optional: true }),
  },
});
