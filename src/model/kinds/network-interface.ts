import { seconds } from '../../base/duration.ts';
import { fixed, mutable, observed, type Tags } from '../field.ts';
import { kind } from '../kind.ts';

/** A network interface that outlives instances, and with it a private address: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html */
export const networkInterface = kind({
  concern: 'control plane',
  label: 'network interface',
  headline: ['description'],
  removing: 'its address is given back',
  irreplaceable:
    "The interface holds a seat's address, by which the members of etcd know one another. Leave its subnet as it is, or remove the seat and add another one.",
  found: 'tag',
  replace: 'delete-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(2) },
  fields: {
    subnetId: fixed<string>()({ doc: 'the subnet, which also gives the address', refersTo: 'subnet' }),
    description: mutable<string>()({ doc: 'what it is for' }),
    securityGroupIds: mutable<readonly string[]>()({ doc: 'its groups', refersTo: 'security-group', compare: 'set' }),
    sourceDestCheck: mutable<boolean>()({ doc: 'whether AWS drops what is neither from nor for its address' }),
    tags: mutable<Tags>()({ doc: 'tags' }),
    networkInterfaceId: observed<string>()({ doc: 'id, `eni-...`' }),
    privateIp: observed<string>()({ doc: 'its IPv4 address' }),
  },
});
