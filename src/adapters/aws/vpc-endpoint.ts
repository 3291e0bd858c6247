import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { gone, madeOrGone, present, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { failedLater } from './failed-later.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';
import { waitFor } from './wait.ts';

type Endpoint = Settled<'vpc-endpoint'>;

export const ourVpcEndpoints = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'vpc-endpoint',
    ask: () =>
      allItems(
        (NextToken) =>
          connection.call('ec2:DescribeVpcEndpoints', () =>
            connection.clients.ec2.send(
              new DescribeVpcEndpointsCommand({ Filters: ourFilter(context.scope), NextToken }),
            ),
          ),
        (page) => page.VpcEndpoints,
      ),
  });

/** AWS writes states with a capital in its model and without one on the wire. */
const stateOf = (endpoint: VpcEndpoint): string => (endpoint.State ?? 'pending').toLowerCase();

const states: Readonly<Record<string, State | 'gone'>> = {
  pendingacceptance: 'pending',
  pending: 'pending',
  partial: 'pending',
  available: 'ready',
  deleting: 'deleting',
  deleted: 'gone',
  rejected: 'failed',
  failed: 'failed',
  expired: 'failed',
};

const reasonOf = (endpoint: VpcEndpoint): string | undefined =>
  endpoint.LastError?.Message ??
  endpoint.FailureReason ??
  (stateOf(endpoint) === 'pendingacceptance' ? 'the owner of the service has yet to accept it' : undefined);

function settledOf(endpoint: VpcEndpoint): Endpoint {
  return {
    vpcId: endpoint.VpcId!,
    endpointService: endpoint.ServiceName!,
    endpointType: endpoint.VpcEndpointType === 'Gateway' ? 'Gateway' : 'Interface',
    subnetIds: [...(endpoint.SubnetIds ?? [])].sort(),
    routeTableIds: [...(endpoint.RouteTableIds ?? [])].sort(),
    securityGroupIds: (endpoint.Groups ?? []).map((group) => group.GroupId!).sort(),
    privateDns: endpoint.PrivateDnsEnabled ?? false,
    tags: fromTagList(endpoint.Tags),
  };
}

function toFound(endpoint: VpcEndpoint, context: ReadContext): Found<'vpc-endpoint'>[] {
  const settled = settledOf(endpoint);
  const id = idOf(settled.tags, context.scope);
  const state = states[stateOf(endpoint)] ?? 'pending';
  if (id === undefined || state === 'gone') return [];
  const reason = state === 'ready' ? undefined : reasonOf(endpoint);
  return [
    {
      kind: 'vpc-endpoint',
      id,
      name: endpoint.VpcEndpointId!,
      state,
      ...(reason === undefined ? {} : { stateReason: reason }),
      settled,
      observed: { vpcEndpointId: endpoint.VpcEndpointId! },
    },
  ];
}

async function describe({ clients, call }: Connection, vpcEndpointId: string): Promise<VpcEndpoint | undefined> {
  const answer = await call('ec2:DescribeVpcEndpoints', () =>
    clients.ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] })),
  );
  return answer.VpcEndpoints?.[0];
}

const available = (connection: Connection, vpcEndpointId: string, context: CallContext) =>
  madeOrGone<VpcEndpoint, Observed<'vpc-endpoint'>>(`VPC endpoint ${vpcEndpointId} to be available`, context, {
    every: seconds(5),
    deadline: minutes(15),
    describe: () => describe(connection, vpcEndpointId),
    judge: (endpoint) => {
      const state = states[stateOf(endpoint)] ?? 'pending';
      if (state === 'ready') return { done: { vpcEndpointId } };
      if (state === 'gone' || state === 'deleting') return { done: gone };
      const reason = reasonOf(endpoint);
      if (state === 'pending') return { waiting: reason ?? stateOf(endpoint) };
      const code = endpoint.LastError?.Code ?? `Endpoint.${stateOf(endpoint)}`;
      throw failedLater('ec2:CreateVpcEndpoint', code, reason ?? `AWS gives its state as ${stateOf(endpoint)}`);
    },
  });

function createInput(settled: Endpoint, ClientToken: string) {
  const shared = {
    VpcId: settled.vpcId,
    ServiceName: settled.endpointService,
    VpcEndpointType: settled.endpointType,
    ClientToken,
    ...tagSpecification('vpc-endpoint', settled.tags),
  };
  if (settled.endpointType === 'Gateway') return { ...shared, RouteTableIds: [...settled.routeTableIds] };
  return {
    ...shared,
    SubnetIds: [...settled.subnetIds],
    SecurityGroupIds: [...settled.securityGroupIds],
    PrivateDnsEnabled: settled.privateDns,
  };
}

const missing = (from: readonly string[], among: readonly string[] = []): string[] | undefined => {
  const out = from.filter((one) => !among.includes(one));
  return out.length === 0 ? undefined : out;
};

/** What changes from the endpoint as it stands to what is asked; undefined where nothing does. */
function modification(now: Endpoint, after: Endpoint) {
  const input = {
    AddSubnetIds: missing(after.subnetIds, now.subnetIds),
    RemoveSubnetIds: missing(now.subnetIds, after.subnetIds),
    AddRouteTableIds: missing(after.routeTableIds, now.routeTableIds),
    RemoveRouteTableIds: missing(now.routeTableIds, after.routeTableIds),
    AddSecurityGroupIds: missing(after.securityGroupIds, now.securityGroupIds),
    RemoveSecurityGroupIds: missing(now.securityGroupIds, after.securityGroupIds),
    PrivateDnsEnabled: now.privateDns === after.privateDns ? undefined : after.privateDns,
  };
  return Object.values(input).every((value) => value === undefined) ? undefined : input;
}

async function modify(connection: Connection, vpcEndpointId: string, settled: Endpoint): Promise<void> {
  const { clients, call } = connection;
  const now = await describe(connection, vpcEndpointId);
  const input = now === undefined ? undefined : modification(settledOf(now), settled);
  if (input === undefined) return;
  await call('ec2:ModifyVpcEndpoint', () =>
    clients.ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId: vpcEndpointId, ...input })),
  );
}

/** This operation answers 200 and tells in its body what it refused. */
async function remove({ clients, call }: Connection, vpcEndpointId: string): Promise<void> {
  const answer = await call('ec2:DeleteVpcEndpoints', () =>
    clients.ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [vpcEndpointId] })),
  );
  const error = answer.Unsuccessful?.[0]?.Error;
  if (error !== undefined) {
    throw failedLater('ec2:DeleteVpcEndpoints', error.Code ?? 'Unsuccessful', error.Message ?? 'AWS gives no reason');
  }
}

const read = { action: 'ec2:DescribeVpcEndpoints', resource: '*' };
const partners = ['vpc', 'subnet', 'route-table', 'security-group'];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html */
export const vpcEndpoint: Adapter<'vpc-endpoint'> = {
  permissions: {
    read: [describeTags, read],
    create: [
      { action: 'ec2:CreateVpcEndpoint', resource: ec2Arn('vpc-endpoint'), condition: 'our-tag-in-request' },
      // Subnets, tables and the VPC may be given ones, which carry no tag of ours.
      ...partners.map((type) => ({ action: 'ec2:CreateVpcEndpoint', resource: ec2Arn(type) })),
      tagOnCreate('vpc-endpoint', 'CreateVpcEndpoint'),
      // Private DNS of an interface endpoint lies in a zone of AWS, whose id nobody knows before: https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html
      { action: 'route53:AssociateVPCWithHostedZone', resource: '${zonesOfEndpoints}' },
      read,
    ],
    update: [
      { action: 'ec2:ModifyVpcEndpoint', resource: ec2Arn('vpc-endpoint'), condition: 'our-tag-on-resource' },
      ...partners.slice(1).map((type) => ({ action: 'ec2:ModifyVpcEndpoint', resource: ec2Arn(type) })),
      ...retagPermissions('vpc-endpoint'),
      read,
    ],
    delete: [
      { action: 'ec2:DeleteVpcEndpoints', resource: ec2Arn('vpc-endpoint'), condition: 'our-tag-on-resource' },
      read,
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourVpcEndpoints(connection, context)).flatMap((endpoint) => toFound(endpoint, context));
    },
  }),

  writer: (connection) => ({
    create({ id, settled }, context) {
      const { clients, call } = connection;
      const operation = 'ec2:CreateVpcEndpoint';
      return withClientToken({ operation, id, content: settled }, context, async (ClientToken) => {
        const answer = await whenKnown(`what the endpoint for ${settled.endpointService} stands on`, context, () =>
          call(operation, () => clients.ec2.send(new CreateVpcEndpointCommand(createInput(settled, ClientToken)))),
        );
        return available(connection, answer.VpcEndpoint!.VpcEndpointId!, context);
      });
    },

    async update({ found, settled, changed }, context) {
      const { vpcEndpointId } = found.observed;
      await modify(connection, vpcEndpointId, settled);
      if (changed.includes('tags'))
        await retag(connection, vpcEndpointId, { before: found.settled.tags ?? {}, after: settled.tags });
      return present('ec2:ModifyVpcEndpoint', vpcEndpointId, available(connection, vpcEndpointId, context));
    },

    async delete(found, context) {
      const id = found.observed.vpcEndpointId;
      await deleteWhenFree(`VPC endpoint ${id}`, context, () => remove(connection, id));
      await waitFor(
        `VPC endpoint ${id} to be gone`,
        context,
        async () => {
          const endpoint = await unlessGone(describe(connection, id));
          const state = endpoint === undefined ? 'deleted' : stateOf(endpoint);
          return state === 'deleted' ? { done: undefined } : { waiting: state };
        },
        { every: seconds(5), deadline: minutes(15) },
      );
    },

    ready: (found, context) => {
      const id = found.observed.vpcEndpointId;
      return present('ec2:DescribeVpcEndpoints', `VPC endpoint ${id}`, available(connection, id, context));
    },
  }),
};
