import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { planCluster } from '../app/plan.ts';
import type { Plan } from '../plan/plan.ts';
import { loadOrThrow } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

/** One state of a spec that lives: what differs from a small cluster in two zones. */
interface Edit {
  readonly version?: string;
  readonly zones?: string;
  readonly network?: string;
  readonly access?: string;
  readonly type?: string;
  readonly nodes?: number;
  readonly own?: string;
  readonly more?: string;
}

const three = 'us-east-1a, us-east-1b, us-east-1c';

const specOf = ({
  version = '1.35',
  zones = 'us-east-1a, us-east-1b',
  network = '',
  access = '',
  type = 'm6i.large',
  nodes = 2,
  own = '',
  more = '',
}: Edit): string => `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "${version}"
  controlPlane: eks
  network:
    cidr: 10.0.0.0/16
    zones: [${zones}]
${network}
${access}
  nodeGroups:
    - name: workers
      instanceTypes: [${type}]
      size: {min: 1, desired: ${nodes}, max: 6}
    - name: own
      manager: asg
      instanceTypes: [m6i.large]
      size: {min: 1, desired: 1, max: 6}
${own}
${more}
`;

const ranges =
  '    nat: single\n    furtherCidrs: [10.1.0.0/16]\n    podSubnets: {cidr: 100.64.0.0/16}\n    prefixDelegation: true';
const summary = ({ summary: { create, update, replace, delete: removed } }: Plan) => [create, update, replace, removed];

describe('a cluster that lives', () => {
  let session: Session;
  beforeAll(async () => {
    session = await startSession({ kubernetes: true });
  });
  afterAll(() => session.stop());

  const stories: readonly (readonly [string, Edit, readonly [number, number, number, number] | undefined])[] = [
    ['is made', {}, undefined],
    ['grows', { nodes: 3 }, [0, 1, 0, 0]],
    ['is upgraded by a minor', { nodes: 3, version: '1.36' }, [0, 4, 0, 0]],
    [
      'gets a zone; the managed group is replaced, the other one follows',
      { nodes: 3, version: '1.36', zones: three },
      [8, 3, 1, 0],
    ],
    [
      'gets one NAT gateway instead of three',
      { nodes: 3, version: '1.36', zones: three, network: '    nat: single' },
      [0, 2, 0, 4],
    ],
    [
      'gets another instance type',
      { nodes: 3, version: '1.36', zones: three, network: '    nat: single', type: 'm6i.xlarge' },
      [0, 0, 1, 0],
    ],
    [
      'gets further ranges, pod subnets and prefixes',
      { nodes: 3, version: '1.36', zones: three, network: ranges, type: 'm6i.xlarge' },
      [14, 3, 0, 0],
    ],
    [
      'gets labels, taints, a public endpoint, an add-on and Fargate',
      {
        nodes: 3,
        version: '1.36',
        zones: three,
        network: ranges,
        type: 'm6i.xlarge',
        access: '  access: {api: {public: true, from: [203.0.113.0/24]}}',
        own: '      labels: {a: b}\n      taints: [{key: x, value: y, effect: NoSchedule}]',
        more: '  addons: [{name: metrics-server}]\n  fargateProfiles: [{name: jobs, selectors: [{namespace: jobs}]}]',
      },
      [3, 3, 0, 0],
    ],
    ['loses all that again', { version: '1.36', zones: three }, [4, 6, 1, 11]],
    ['moves to public subnets', { version: '1.36', zones: three, network: '    topology: public' }, [0, 5, 1, 9]],
  ];

  it.each(stories)('%s, and is then as the spec says', async (what, edit, counts) => {
    const loaded = loadOrThrow(specOf(edit), what);
    const planned = await planCluster(loaded, session.ports.toRead);
    if (counts !== undefined) expect(summary(planned.plan)).toEqual(counts);
    const failed: unknown[] = [];
    let outcome: string | undefined;
    for await (const event of applyPlan(planned, session.ports.toWrite)) {
      if (event.type === 'failed') failed.push(event.step.id, event.diagnostics);
      if (event.type === 'finished') outcome = event.result.outcome;
    }
    expect(failed).toEqual([]);
    expect(outcome).toBe('done');
    expect(
      (await planCluster(loaded, session.ports.toRead)).plan.steps.map(({ action, id, changes }) => [
        action,
        id,
        changes,
      ]),
    ).toEqual([]);
  });
});
