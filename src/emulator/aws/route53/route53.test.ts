import {
  AssociateVPCWithHostedZoneCommand,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let dns: Route53Client;
beforeEach(async () => {
  aws = await startForTest();
  dns = new Route53Client(aws.settings());
});
afterEach(() => aws.stop());

const create = (name: string, reference = name) =>
  dns.send(new CreateHostedZoneCommand({ Name: name, CallerReference: reference }));

const change = (id: string, action: 'CREATE' | 'UPSERT' | 'DELETE', set: ResourceRecordSet) =>
  dns.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: id,
      ChangeBatch: { Changes: [{ Action: action, ResourceRecordSet: set }] },
    }),
  );

const a = (name: string, value = '10.0.0.1'): ResourceRecordSet => ({
  Name: name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
});

it('a public zone has four name servers, and its changes arrive after a while', async () => {
  const made = await create('example.com');
  expect(made.HostedZone).toMatchObject({
    Name: 'example.com.',
    ResourceRecordSetCount: 2,
    Config: { PrivateZone: false },
  });
  expect(made.HostedZone?.Id).toMatch(/^\/hostedzone\/Z[0-9A-Z]+$/);
  expect(made.DelegationSet?.NameServers?.map((server) => server.replace(/\d+/g, 'N'))).toEqual([
    'ns-N.awsdns-N.com',
    'ns-N.awsdns-N.net',
    'ns-N.awsdns-N.org',
    'ns-N.awsdns-N.co.uk',
  ]);
  const Id = made.ChangeInfo?.Id;
  expect((await dns.send(new GetChangeCommand({ Id }))).ChangeInfo?.Status).toBe('PENDING');
  await aws.clock.sleep(seconds(31));
  expect((await dns.send(new GetChangeCommand({ Id }))).ChangeInfo?.Status).toBe('INSYNC');
  expect(await refusal(create('other.com', 'example.com'))).toMatch(/^HostedZoneAlreadyExists/);
  await create('example.com', 'again');
  const listed = await dns.send(new ListHostedZonesByNameCommand({ DNSName: 'example.com' }));
  expect(listed.HostedZones?.map((zone) => zone.Name)).toEqual(['example.com.', 'example.com.']);
  expect(await refusal(dns.send(new GetHostedZoneCommand({ Id: 'ZNONE' })))).toMatch(
    /^NoSuchHostedZone: No hosted zone found with ID: ZNONE/,
  );
});

it('records are created once, changed by upsert and deleted as they are', async () => {
  const id = (await create('example.com')).HostedZone!.Id!;
  await change(id, 'CREATE', a('API.example.com'));
  expect(await refusal(change(id, 'CREATE', a('api.example.com')))).toBe(
    "InvalidChangeBatch: [Tried to create resource record set [name='api.example.com.', type='A'] but it already exists]",
  );
  expect(await refusal(change(id, 'DELETE', a('api.example.com', '10.0.0.2')))).toMatch(
    /the values provided do not match the current values\]$/,
  );
  expect(await refusal(change(id, 'CREATE', a('api.other.com')))).toMatch(
    /\[RRSet with DNS name api\.other\.com\. is not permitted in zone example\.com\.\]/,
  );
  expect(await refusal(change(id, 'CREATE', a('b.example.com', 'no address')))).toMatch(/ARRDATAIllegalIPv4Address/);
  await change(id, 'UPSERT', a('api.example.com', '10.0.0.2'));
  await change(id, 'CREATE', a('a.api.example.com'));
  const { ResourceRecordSets } = await dns.send(new ListResourceRecordSetsCommand({ HostedZoneId: id }));
  expect(ResourceRecordSets?.map((set) => `${set.Name} ${set.Type}`)).toEqual([
    'example.com. NS',
    'example.com. SOA',
    'api.example.com. A',
    'a.api.example.com. A',
  ]);
  const page = await dns.send(
    new ListResourceRecordSetsCommand({
      HostedZoneId: id,
      StartRecordName: 'api.example.com',
      StartRecordType: 'A',
      MaxItems: 1,
    }),
  );
  expect(page.ResourceRecordSets?.[0]?.ResourceRecords).toEqual([{ Value: '10.0.0.2' }]);
  expect(page).toMatchObject({ IsTruncated: true, NextRecordName: 'a.api.example.com.' });
  expect(await refusal(dns.send(new DeleteHostedZoneCommand({ Id: id })))).toMatch(/^HostedZoneNotEmpty/);
  await change(id, 'DELETE', a('api.example.com', '10.0.0.2'));
  await change(id, 'DELETE', a('a.api.example.com'));
  await dns.send(new DeleteHostedZoneCommand({ Id: id }));
});

it('an alias leads to a load balancer that exists, in the zone of its region', async () => {
  const id = (await create('example.com')).HostedZone!.Id!;
  const alias = (zone: string, name: string): ResourceRecordSet => ({
    Name: 'api.example.com',
    Type: 'A',
    AliasTarget: { HostedZoneId: zone, DNSName: name, EvaluateTargetHealth: false },
  });
  const none = 'none-0123456789abcdef.elb.us-east-1.amazonaws.com';
  expect(await refusal(change(id, 'CREATE', alias('Z26RNL4JYFTOTI', none)))).toMatch(/that target was not found/);
  expect(await refusal(change(id, 'CREATE', alias('ZSOMETHING', none)))).toMatch(
    /the alias target name does not lie within the target zone/,
  );
});

it('a private zone is resolved by its VPCs, one zone of a name for each', async () => {
  const vpcId = Object.keys(aws.turns.at('us-east-1').state.ec2.vpcs)[0]!;
  const VPC = { VPCId: vpcId, VPCRegion: 'us-east-1' } as const;
  const zone = (reference: string, vpc = VPC) =>
    dns.send(new CreateHostedZoneCommand({ Name: 'internal.example', CallerReference: reference, VPC: vpc }));
  const made = await zone('1');
  expect(made.HostedZone?.Config?.PrivateZone).toBe(true);
  expect(made.DelegationSet).toBeUndefined();
  expect(await refusal(zone('2'))).toMatch(/^ConflictingDomainExists: The VPC vpc-\w+ in region us-east-1 has already/);
  expect(await refusal(zone('3', { ...VPC, VPCId: 'vpc-none' as typeof vpcId }))).toMatch(/^InvalidVPCId/);
  const found = await dns.send(new ListHostedZonesByVPCCommand(VPC));
  expect(found.HostedZoneSummaries?.map((own) => own.Name)).toEqual(['internal.example.']);
  const seen = await dns.send(new GetHostedZoneCommand({ Id: made.HostedZone!.Id! }));
  expect(seen.VPCs).toEqual([VPC]);
  const open = (await create('example.com')).HostedZone!.Id!;
  expect(await refusal(dns.send(new AssociateVPCWithHostedZoneCommand({ HostedZoneId: open, VPC })))).toMatch(
    /^PublicZoneVPCAssociation/,
  );
});

it('a zone has tags', async () => {
  const id = (await create('example.com')).HostedZone!.Id!.replace('/hostedzone/', '');
  const of = { ResourceType: 'hostedzone', ResourceId: id } as const;
  await dns.send(
    new ChangeTagsForResourceCommand({
      ...of,
      AddTags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await dns.send(new ChangeTagsForResourceCommand({ ...of, RemoveTagKeys: ['a'] }));
  const { ResourceTagSet } = await dns.send(new ListTagsForResourceCommand(of));
  expect(ResourceTagSet?.Tags).toEqual([{ Key: 'b', Value: '2' }]);
});

it('takes a path with a slash at its end, as the AWS CLI sends it', async () => {
  const id = (await create('example.com')).HostedZone!.Id!;
  dns.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { path: string };
      request.path += '/';
      return next(args);
    },
    { step: 'build' },
  );
  await change(id, 'CREATE', a('api.example.com'));
});
