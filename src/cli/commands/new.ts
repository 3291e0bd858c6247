import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { type Command, textOf } from '../command.ts';
import { expect } from '../outcome.ts';
import { writeWhole } from '../state-dir.ts';

const listOf = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const newSpec: Command = {
  name: 'new',
  summary: 'write a short, commented spec to begin with: NAME.yaml',
  details: 'Never overwrites a file.',
  arguments: [{ name: 'name', summary: 'name of the cluster', required: true }],
  options: [
    {
      flags: '--control-plane <type>',
      summary: 'who runs the control plane',
      choices: ['eks', 'self-managed'],
      required: true,
    },
    { flags: '--region <region>', summary: 'AWS region' },
    { flags: '--zones <zones>', summary: 'availability zones, with commas between them' },
    { flags: '--network-cidr <cidr>', summary: 'address range of the new VPC' },
    { flags: '--kubernetes <version>', summary: 'Kubernetes minor, like 1.36' },
    { flags: '--given-vpc <id>', summary: 'a VPC of your own instead of a new one' },
    { flags: '--subnets <ids>', summary: 'its private subnets, with commas between them' },
    { flags: '--public-subnets <ids>', summary: 'its public subnets, with commas between them' },
    { flags: '--api-from <cidrs>', summary: 'open the public API endpoint to these ranges, with commas between them' },
    { flags: '--node-type <type>', summary: 'instance type of the nodes' },
    { flags: '--nodes <count>', summary: 'how many nodes' },
    { flags: '--seats <count>', summary: 'self-managed: how many machines of the control plane: 1, 3 or 5' },
    {
      flags: '--pod-network <type>',
      summary: 'self-managed: what gives pods their addresses: cilium, calico, flannel, vpc-cni or none',
    },
    { flags: '--dns-zone <zone>', summary: 'self-managed: hosted zone in which the API gets a name' },
    { flags: '--dns <type>', summary: 'self-managed: that zone is public, private, or there is none' },
  ],
  examples: [
    'quilla new demo --control-plane eks',
    'quilla new demo --control-plane eks --region eu-west-1 --api-from 198.51.100.0/24',
    'quilla new demo --control-plane self-managed --seats 1 --nodes 1',
    'quilla new demo --control-plane self-managed --dns-zone example.com --pod-network calico',
  ],
  callsAws: false,
  printsResult: false,
  async run(invocation) {
    const { appCodes, renderNewSpec } = await import('../../app/index.ts');
    const { io, args } = invocation;
    const name = args[0]!;
    const text = (option: string): string | undefined => textOf(invocation, option);
    const given = {
      region: text('region'),
      zones: listOf(text('zones')),
      networkCidr: text('networkCidr'),
      kubernetes: text('kubernetes'),
      givenVpc: text('givenVpc'),
      subnets: listOf(text('subnets')),
      publicSubnets: listOf(text('publicSubnets')),
      apiFrom: listOf(text('apiFrom')),
      nodeType: text('nodeType'),
      nodes: text('nodes'),
      seats: text('seats'),
      podNetwork: text('podNetwork'),
      dnsZone: text('dnsZone'),
      dns: text('dns'),
    };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const spec = expect(renderNewSpec({ name, controlPlane: text('controlPlane')!, today: new Date(), ...options }));
    const file = join(io.cwd, `${name}.yaml`);
    if (existsSync(file)) {
      throw new Failure(
        reporter(appCodes)('app.file-exists', {
          detail: `${name}.yaml is there already and was not touched`,
          fix: 'Choose another name, or remove the file.',
        }),
      );
    }
    writeWhole(file, spec);
    io.err(`Wrote ${name}.yaml. Next: quilla plan -f ${name}.yaml --aws embedded`);
    return 0;
  },
};
