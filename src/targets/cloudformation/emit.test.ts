import { describe, expect, it } from 'vitest';
import { Failure } from '../../base/diagnostic.ts';
import type { Resource, ResourceGraph } from '../../model/graph.ts';
import { refTo } from '../../model/graph.ts';
import { scenario, scenarioNames } from '../../testing/scenarios.ts';
import { wideGraph } from '../../testing/wide-cluster.ts';
import type { ExportInput } from '../export/exported.ts';
import { emitCloudFormation } from './emit.ts';

interface Template {
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}
interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

const inputOf = (graph: ResourceGraph, more: Partial<ExportInput> = {}): ExportInput => ({
  graph,
  account: '123456789012',
  partition: 'aws',
  specFile: 'cluster.yaml',
  ...more,
});

const read = (text: string | undefined): Template => JSON.parse(text!) as Template;
const templateOf = (graph: ResourceGraph, more: Partial<ExportInput> = {}): Template =>
  read(emitCloudFormation(inputOf(graph, more)).files['template.json']);

const graphOf = (...resources: Resource[]): ResourceGraph => ({
  cluster: 'k8s',
  region: 'us-east-1',
  resources,
  ignore: [],
  patched: [],
});

const shared = { needs: [], from: 'spec.network' };
const group = (name: string, openEgress: boolean): Resource<'security-group'> => ({
  ...{ kind: 'security-group', id: `security-group/${name}`, ...shared },
  desired: { vpcId: 'vpc-1', name, description: name, openEgress, tags: {} },
});
const egress = (
  of: Resource<'security-group'>,
  name: string,
  peer: Resource<'security-group-rule'>['desired']['peer'],
): Resource<'security-group-rule'> => ({
  ...{ kind: 'security-group-rule', id: `security-group-rule/${name}`, ...shared },
  desired: {
    ...{ groupId: refTo(of, 'groupId'), direction: 'egress', protocol: 'tcp', ports: { from: 443, to: 443 } },
    ...{ peer, description: 'HTTPS', tags: {} },
  },
});

describe('a group whose egress is closed', () => {
  it('is made with the rules that stand alone, so that AWS takes its own rule away', () => {
    const [api, seats] = [group('api', false), group('seats', true)];
    const { Resources } = templateOf(
      graphOf(api, seats, egress(api, 'to-seats', { groupId: refTo(seats, 'groupId') })),
    );
    expect(Object.keys(Resources).sort()).toEqual(['SecurityGroupApi', 'SecurityGroupSeats']);
    expect(Resources.SecurityGroupApi!.Properties.SecurityGroupEgress).toEqual([
      {
        ...{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Description: 'HTTPS' },
        DestinationSecurityGroupId: { 'Fn::GetAtt': ['SecurityGroupSeats', 'GroupId'] },
      },
    ]);
    expect(Resources.SecurityGroupSeats!.Properties).not.toHaveProperty('SecurityGroupEgress');
  });

  it('has one to nowhere where its rules name groups that are closed too, which would be a circle', () => {
    const [a, b] = [group('a', false), group('b', false)];
    const graph = graphOf(
      ...[
        a,
        b,
        egress(a, 'a/to-b', { groupId: refTo(b, 'groupId') }),
        egress(b, 'b/to-a', { groupId: refTo(a, 'groupId') }),
      ],
    );
    const { Resources } = templateOf(graph);
    const nowhere = [expect.objectContaining({ CidrIp: '127.0.0.1/32' })];
    expect(Resources.SecurityGroupA!.Properties.SecurityGroupEgress).toEqual(nowhere);
    expect(Resources.SecurityGroupB!.Properties.SecurityGroupEgress).toEqual(nowhere);
    expect(Resources.SecurityGroupRuleAToB!.Type).toBe('AWS::EC2::SecurityGroupEgress');
    const { diagnostics } = emitCloudFormation(inputOf(graph));
    expect(diagnostics.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^security-group\/a, security-group\/b: no outgoing rule/),
    );
  });
});

describe('what CloudFormation cannot hold', () => {
  it('is a diagnostic with its reason, and so is what needs it', () => {
    const { graph } = scenario('seed-kops');
    const store = graph.resources.find(({ id }) => id === 'bucket/store')!;
    const keys = graph.resources.find(({ kind }) => kind === 'cluster-keys')!;
    const reader: Resource<'launch-template'> = {
      ...(graph.resources.find(({ id }) => id === 'launch-template/workers') as Resource<'launch-template'>),
      id: 'launch-template/reader',
    };
    const needsKeys = {
      ...reader,
      desired: { ...reader.desired, userData: { $ref: keys.id, field: 'caCertificate' } },
    };
    const { files, diagnostics } = emitCloudFormation(inputOf(graphOf(store, keys, needsKeys)));
    expect(Object.keys(read(files['template.json']).Resources)).not.toContain('LaunchTemplateReader');
    const details = diagnostics.filter(({ code }) => code === 'export.cannot-hold').map(({ detail }) => detail);
    expect(details).toContainEqual(expect.stringMatching(/^cluster-keys: .*quilla store fill/));
    expect(details).toContainEqual(expect.stringMatching(/^launch-template\/reader: .*cluster-keys/));
  });

  it('says the same of many once', () => {
    const { diagnostics } = emitCloudFormation(inputOf(scenario('seed-kops').graph));
    const rules = diagnostics.filter(({ detail }) => detail.startsWith('security-group-rule/'));
    expect(rules.map(({ detail }) => detail)).toEqual([expect.stringMatching(/ and \d+ more: its tags/)]);
  });

  it('says of keys and of documents once which command makes them', () => {
    const { diagnostics } = emitCloudFormation(inputOf(scenario('seed-kops').graph));
    const fill = 'Run `quilla store fill -f FILE` once the rest stands.';
    const inStore = diagnostics.filter(({ detail }) => /^(bucket-object|cluster-keys)/.test(detail));
    expect(inStore.map(({ detail, fix }) => [detail.slice(0, detail.indexOf(': ')), fix])).toEqual([
      ['cluster-keys', fill],
      [expect.stringMatching(/^bucket-object\/.* and \d+ more$/), fill],
    ]);
  });

  it('leaves nodes out that must know a range of services which nobody tells', () => {
    const { graph, facts } = scenario('seed-eks');
    const unknown = emitCloudFormation(inputOf(graph));
    expect(unknown.diagnostics.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^launch-template\/workers: .*serviceRange of cluster/),
    );
    const known = templateOf(graph, { givenVpcRanges: facts.vpc!.cidrs });
    expect(known.Resources.Cluster!.Properties.KubernetesNetworkConfig).toEqual({
      IpFamily: 'ipv4',
      ServiceIpv4Cidr: '172.20.0.0/16',
    });
    expect(Object.keys(known.Resources)).toContain('LaunchTemplateWorkers');
  });
});

describe('a text that CloudFormation would replace', () => {
  const { graph } = scenario('seed-kops');
  const withUserData = (userData: Resource<'launch-template'>['desired']['userData']): ResourceGraph => {
    const worker = graph.resources.find(({ id }) => id === 'launch-template/workers') as Resource<'launch-template'>;
    return graphOf({
      ...worker,
      desired: { ...worker.desired, instanceProfileArn: null, securityGroupIds: [], userData },
    });
  };
  const codesOf = (own: ResourceGraph): readonly string[] => {
    try {
      emitCloudFormation(inputOf(own));
      return [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return error.diagnostics.map(({ code, detail }) => `${code} ${detail.slice(0, detail.indexOf(':'))}`);
    }
  };

  it('is refused, wherever it stands', () => {
    const refused = ['export.dynamic-reference launch-template/workers'];
    expect(codesOf(withUserData('echo {{resolve:ssm:/a/b}}'))).toEqual(refused);
    expect(codesOf(withUserData({ $join: ['echo {{', 'resolve:ssm:/a/b}}'] }))).toEqual(refused);
    const tagged = {
      ...group('api', true),
      desired: { ...group('api', true).desired, tags: { a: '{{resolve:ssm:/a}}' } },
    };
    expect(codesOf(graphOf(tagged))).toEqual(['export.dynamic-reference security-group/api']);
  });

  it('is not what merely looks like it', () => {
    expect(codesOf(withUserData('echo {{ resolve:ssm:/a/b }} {{re""solve:ssm:/a}}'))).toEqual([]);
  });
});

describe('the order of resources', () => {
  const { Resources } = templateOf(scenario('dual-stack').graph);

  it('waits for the second half of what becomes two resources', () => {
    const route = Object.values(Resources).find(({ Properties }) => 'GatewayId' in Properties);
    expect(route?.DependsOn).toContain('InternetGatewayAttachment');
    const subnet = Object.values(Resources).find(({ Type }) => Type === 'AWS::EC2::Subnet');
    expect(subnet?.DependsOn).toContain('VpcIpv6');
  });

  it('says nothing that a reference says already', () => {
    for (const { Properties, DependsOn = [] } of Object.values(Resources))
      for (const id of DependsOn) expect(JSON.stringify(Properties)).not.toContain(`"Ref":"${id}"`);
  });

  it('makes Fargate profiles one after another', () => {
    const { graph } = scenario('fargate-and-pod-identity');
    const profile = graph.resources.find(({ kind }) => kind === 'fargate-profile') as Resource<'fargate-profile'>;
    const copies = ['x', 'y', 'z'].map((name): Resource => ({ ...profile, id: `fargate-profile/${name}` }));
    const own = templateOf({ ...graph, resources: [...graph.resources.filter((one) => one !== profile), ...copies] });
    expect(own.Resources.FargateProfileX!.DependsOn ?? []).not.toContain('FargateProfileY');
    expect(own.Resources.FargateProfileY!.DependsOn).toContain('FargateProfileX');
    expect(own.Resources.FargateProfileZ!.DependsOn).toContain('FargateProfileY');
  });
});

describe.each(scenarioNames())('the template of %s', (name) => {
  const { graph, facts } = scenario(name);
  const more = facts.vpc === null ? {} : { givenVpcRanges: facts.vpc.cidrs };
  const { files, diagnostics } = emitCloudFormation(inputOf(graph, more));
  const text = files['template.json']!;
  const { Resources, Description } = read(text);

  it('is deployed as its description says', () => {
    expect(Object.keys(files)).toEqual(['template.json']);
    expect(Description).toContain('--capabilities CAPABILITY_NAMED_IAM');
    expect(new TextEncoder().encode(Description).length).toBeLessThanOrEqual(1024);
    const isSmall = new TextEncoder().encode(text).length <= 51_200;
    expect(Description.includes('--s3-bucket')).toBe(!isSmall);
    expect(diagnostics.some(({ code }) => code === 'export.needs-bucket')).toBe(!isSmall);
  });

  it('holds every resource or says why not', () => {
    const missing = diagnostics
      .filter(({ code }) => code === 'export.cannot-hold')
      .map(({ detail }) => detail.slice(0, detail.indexOf(': ')))
      .reduce((sum, ids) => sum + ids.split(', ').length + Number(/ and (\d+) more$/.exec(ids)?.[1] ?? 0), 0);
    const blocks = Object.values(Resources).filter(
      ({ Type }) => !/GatewayAttachment|BucketPolicy|QueuePolicy/.test(Type),
    ).length;
    // Some become two, and outgoing rules of closed groups stand in these.
    const ipv6 = graph.resources.filter((one) => one.kind === 'vpc' && one.desired.ipv6).length;
    const inline = Object.values(Resources).flatMap(({ Properties }) =>
      ((Properties.SecurityGroupEgress ?? []) as { CidrIp?: string }[]).filter(
        ({ CidrIp }) => CidrIp !== '127.0.0.1/32',
      ),
    ).length;
    expect(blocks - ipv6 + inline + missing).toBe(graph.resources.length);
  });

  it('says what becomes of data', () => {
    for (const { Type, DeletionPolicy, UpdateReplacePolicy } of Object.values(Resources))
      if (/::(Bucket|Volume|Key|LogGroup|Queue)$/.test(Type))
        expect([DeletionPolicy, UpdateReplacePolicy], Type).not.toContain(undefined);
  });

  it('is the same whatever the order of the graph', () => {
    const turned = { ...graph, resources: graph.resources.toReversed() };
    expect(emitCloudFormation(inputOf(turned, more)).files['template.json']).toBe(text);
  });
});

/** Values of children and of the root filled in, so that nested stacks read as one template. */
function flattened(files: Readonly<Record<string, string>>): Readonly<Record<string, TemplateResource>> {
  const root = read(files['template.json']);
  const children = Object.entries(root.Resources).map(([id, { Properties }]) => {
    const { TemplateURL, Parameters = {} } = Properties as {
      TemplateURL: string;
      Parameters?: Record<string, unknown>;
    };
    return { id, parameters: Parameters, template: read(files[TemplateURL]) };
  });
  const fill = (value: unknown, parameters: Readonly<Record<string, unknown>>): unknown => {
    if (Array.isArray(value)) return value.map((item) => fill(item, parameters));
    if (typeof value !== 'object' || value === null) return value;
    const { Ref: name, 'Fn::Sub': text } = value as { Ref?: string; 'Fn::Sub'?: string };
    if (text !== undefined)
      return {
        'Fn::Sub': text.replaceAll(/\$\{([^!}.]+)\}/g, (own, name: string) =>
          parameters[name] === undefined ? own : variable(fromOutput(parameters[name])),
        ),
      };
    const given = name === undefined ? undefined : parameters[name];
    if (given !== undefined) return fromOutput(given);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, parameters)]));
  };
  const variable = (value: unknown): string => {
    const { Ref: name, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
    return `\${${name ?? attribute!.join('.')}}`;
  };
  const fromOutput = (given: unknown): unknown => {
    const [stack, output] = (given as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
    const child = children.find(({ id }) => id === stack)!;
    return fill(child.template.Outputs![output.replace('Outputs.', '')]!.Value, child.parameters);
  };
  return Object.fromEntries(
    children.flatMap(({ template, parameters }) =>
      Object.entries(template.Resources).map(([id, resource]) => [
        id,
        { ...resource, Properties: fill(resource.Properties, parameters) as TemplateResource['Properties'] },
      ]),
    ),
  );
}

describe('a cluster too wide for one template', () => {
  const graph = wideGraph('several-groups', 300);
  const { files, diagnostics } = emitCloudFormation(inputOf(graph));
  const root = read(files['template.json']);
  const stacks = Object.entries(files).filter(([path]) => path !== 'template.json');

  it('is nested stacks within every limit', () => {
    expect(stacks.length).toBeGreaterThan(1);
    for (const [path, text] of Object.entries(files)) {
      const { Resources, Parameters = {}, Outputs = {} } = read(text);
      expect(Object.keys(Resources).length, path).toBeLessThanOrEqual(500);
      expect(Object.keys(Parameters).length, path).toBeLessThanOrEqual(200);
      expect(Object.keys(Outputs).length, path).toBeLessThanOrEqual(200);
      expect(new TextEncoder().encode(text).length, path).toBeLessThanOrEqual(1_048_576);
    }
    expect(root.Description).toContain('aws cloudformation package');
    expect(diagnostics.some(({ code }) => code === 'export.needs-bucket')).toBe(true);
  });

  it('says that another division cannot be deployed over it', () => {
    expect(diagnostics.map(({ code }) => code)).toContain('export.moves');
    const narrow = emitCloudFormation(inputOf(wideGraph('several-groups', 5)));
    expect(narrow.diagnostics.map(({ code }) => code)).not.toContain('export.moves');
  });

  it('gives each stack the parameters that it wants, from stacks of an earlier tier or number', () => {
    const rank = (id: string): number =>
      ['Base', 'NodeGroups', 'After'].findIndex((tier) => id.startsWith(tier)) * 1000 +
      (id.startsWith('NodeGroups') ? 0 : Number(/\d+$/.exec(id)![0]));
    for (const id of Object.keys(root.Resources)) {
      const { TemplateURL, Parameters = {} } = root.Resources[id]!.Properties as {
        TemplateURL: string;
        Parameters?: Readonly<Record<string, { 'Fn::GetAtt': [string, string] }>>;
      };
      expect(Object.keys(Parameters).sort()).toEqual(Object.keys(read(files[TemplateURL]).Parameters ?? {}).sort());
      const needed = Object.values(Parameters).map((value) => value['Fn::GetAtt'][0]);
      for (const other of [...needed, ...(root.Resources[id]!.DependsOn ?? [])])
        expect(rank(other), `${id} after ${other}`).toBeLessThan(rank(id));
    }
  });

  it.each(['several-groups', 'spot-workers'])('moves nothing when %s gets another node group', (name) => {
    const stacksOf = (copies: number) => {
      const written = Object.entries(emitCloudFormation(inputOf(wideGraph(name, copies))).files);
      const parts = written.filter(([path]) => path.startsWith('stacks/'));
      expect(parts.length).toBeGreaterThan(1);
      return new Map(parts.flatMap(([path, text]) => Object.keys(read(text).Resources).map((id) => [id, path])));
    };
    const [before, ...later] = [150, 151, 300].map((copies) => stacksOf(copies + 100));
    for (const after of later) {
      expect(after.size).toBeGreaterThan(before!.size);
      for (const [id, path] of before!) expect(after.get(id), id).toBe(path);
    }
  });

  it('says together what the parts of a narrower one say in one template', () => {
    const narrow = templateOf(wideGraph('several-groups', 5)).Resources;
    const all = flattened(files);
    for (const [id, { Properties }] of Object.entries(narrow)) expect(all[id]?.Properties, id).toEqual(Properties);
  });
});
