import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { route } from './route.ts';
import { routeTable } from './route-table.ts';
import { securityGroup } from './security-group.ts';
import { subnet } from './subnet.ts';
import { vpc } from './vpc.ts';
import { vpcEndpoint } from './vpc-endpoint.ts';

let trial: AdapterTrial;
let vpcId: string;

beforeEach(async () => {
  trial = await adapterTrial();
  const tags = tagsFor('vpc/main');
  const asked = { cidr: '10.0.0.0/16', ipv6: false, dnsSupport: true, dnsHostnames: true, tags };
  ({ vpcId } = await trial.of(vpc).create('vpc/main', asked));
});
afterEach(() => trial.stop());

const newTable = async (id: string) =>
  (await trial.of(routeTable).create(id, { vpcId, tags: tagsFor(id) })).routeTableId;

const newSubnet = async (zone: string, cidr: string) => {
  const id = `subnet/private-${zone}`;
  const fields = { vpcId, zone, cidr, ipv6Index: null, publicIpOnLaunch: false, ipv6OnCreation: false };
  return (await trial.of(subnet).create(id, { ...fields, tags: tagsFor(id) })).subnetId;
};

const newGroup = async (name: string) => {
  const id = `security-group/${name}`;
  const fields = { vpcId, name, description: 'for a trial', openEgress: false, tags: tagsFor(id) };
  return (await trial.of(securityGroup).create(id, fields)).groupId;
};

const endpoint = (id: string, further: Partial<Settled<'vpc-endpoint'>>): Settled<'vpc-endpoint'> => ({
  vpcId,
  endpointService: 'com.amazonaws.us-east-1.s3',
  endpointType: 'Gateway',
  subnetIds: [],
  routeTableIds: [],
  securityGroupIds: [],
  privateDns: false,
  tags: tagsFor(id),
  ...further,
});

test('a gateway endpoint lives through a change of its tables, and its routes are not listed as ours', async () => {
  const [one, other] = [await newTable('route-table/one'), await newTable('route-table/other')];
  const id = 'vpc-endpoint/s3';
  const asked = endpoint(id, { routeTableIds: [one] });
  await trial.of(vpcEndpoint).create(id, asked);
  expect(await trial.of(route).list()).toEqual([]);
  await trial.of(vpcEndpoint).delete(id);
  await trial.of(vpcEndpoint).life(id, asked, [{ routeTableIds: [one, other].sort() }, { routeTableIds: [other] }]);
});

test('an interface endpoint lives through changes of subnets, groups, private DNS and tags', async () => {
  const subnets = [await newSubnet('us-east-1a', '10.0.0.0/24'), await newSubnet('us-east-1b', '10.0.1.0/24')].sort();
  const [one, other] = [await newGroup('one'), await newGroup('other')];
  const id = 'vpc-endpoint/ecr-api';
  const asked = endpoint(id, {
    endpointService: 'com.amazonaws.us-east-1.ecr.api',
    endpointType: 'Interface',
    subnetIds: subnets.slice(0, 1),
    securityGroupIds: [one],
    privateDns: true,
  });
  await trial
    .of(vpcEndpoint)
    .life(id, asked, [
      { subnetIds: subnets },
      { subnetIds: subnets.slice(1) },
      { securityGroupIds: [one, other].sort() },
      { securityGroupIds: [other], tags: tagsFor(id, { a: 'b' }) },
      { privateDns: false },
    ]);
});

test('when a deletion returns, the subnet of an interface endpoint is free', async () => {
  const subnetId = await newSubnet('us-east-1a', '10.0.0.0/24');
  const id = 'vpc-endpoint/sts';
  const asked = endpoint(id, {
    endpointService: 'com.amazonaws.us-east-1.sts',
    endpointType: 'Interface',
    subnetIds: [subnetId],
    securityGroupIds: [await newGroup('one')],
    privateDns: true,
  });
  await trial.of(vpcEndpoint).create(id, asked);
  await trial.of(vpcEndpoint).delete(id);
  trial.seen.length = 0;
  await trial.of(subnet).delete('subnet/private-us-east-1a');
  expect(trial.seen).toEqual([]);
});
