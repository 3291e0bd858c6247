import { canonicalJson } from '../base/canonical-json.ts';
import { type CodeTable, type Diagnostic, reporter } from '../base/diagnostic.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { isJoin, isRef } from '../model/value.ts';
import type { Plan, Step } from '../plan/plan.ts';

export const leftToDoCodes = {
  'addon.version-kept': {
    severity: 'warning',
    summary: 'Add-ons keep their versions through an upgrade',
    explanation:
      'EKS chooses a default version of an add-on when it is installed, and never raises it afterwards, not even when the control plane is upgraded (https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html). Quilla leaves a version alone that the spec does not name. kube-proxy in particular must not fall more than three minor versions behind the API server. Set `version` of the add-on in spec.addons; `aws eks describe-addon-versions` shows what there is for a Kubernetes version, and which one is the default.',
  },
  'nodes.take-effect-on-new-nodes': {
    severity: 'note',
    summary: 'A setting of the VPC CNI takes effect on new nodes',
    explanation:
      'A node decides when it starts from which subnet, and in which portions, it takes addresses for pods. Custom networking and prefix delegation therefore change nothing on nodes that run (https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network-tutorial.html, https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses-procedure.html). Replace them: drain and terminate one after another; their group starts new ones.',
  },
} as const satisfies CodeTable;

const report = reporter(leftToDoCodes);

/** What stays as it was although a plan changes what stands beside it: versions of add-ons, nodes under new CNI settings. */
export function leftToDoNotes(plan: Plan, graph: ResourceGraph): Diagnostic[] {
  return [...keptVersions(plan, graph), ...oldNodes(plan, graph)];
}

function keptVersions({ steps }: Plan, { resources }: ResourceGraph): Diagnostic[] {
  const upgrade = steps
    .filter(({ kind, action }) => kind === 'cluster' && action === 'update')
    .flatMap(({ changes }) => changes.filter(({ field }) => field === 'version'))[0];
  if (upgrade === undefined) return [];
  const made = new Set(steps.filter(({ action }) => action === 'create').map(({ resource }) => resource));
  const kept = resources.flatMap((one) =>
    one.kind === 'addon' && one.desired.version === undefined && !made.has(one.id)
      ? [String(one.desired.addonName)]
      : [],
  );
  const [first] = kept;
  if (first === undefined) return [];
  return [
    report('addon.version-kept', {
      detail: `${kept.join(', ')} ${kept.length === 1 ? 'keeps the version that it has' : 'keep the versions that they have'}; the spec names none, and EKS raises none`,
      fix: `Set \`version\` in spec.addons for those that shall follow; \`aws eks describe-addon-versions --kubernetes-version ${upgrade.after} --addon-name ${first}\` shows what there is.`,
      at: { path: 'spec.addons' },
    }),
  ];
}

function oldNodes({ steps }: Plan, { resources }: ResourceGraph): Diagnostic[] {
  const values = steps
    .filter(({ resource, action }) => resource === 'addon/vpc-cni' && action === 'update')
    .flatMap(({ changes }) => changes.filter(({ field }) => field === 'values'))[0];
  if (values === undefined || !changesAddressing(documentOf(values.before), documentOf(values.after))) return [];
  const byId = new Map(steps.filter(({ action }) => action !== 'delete').map((step) => [step.resource, step]));
  const groups = resources.flatMap(({ id, kind }) =>
    (kind === 'node-group' || kind === 'auto-scaling-group') && !getsNewNodes(byId.get(id))
      ? [id.slice(id.indexOf('/') + 1)]
      : [],
  );
  if (groups.length === 0) return [];
  const ofGroups = `${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')}`;
  return [
    report('nodes.take-effect-on-new-nodes', {
      detail: `where pods get their addresses changes, and takes effect on new nodes; those of ${ofGroups} that run stay as they are`,
      fix: `After the apply, replace the nodes of ${ofGroups}: drain and terminate one after another.`,
      at: { path: 'spec.network' },
    }),
  ];
}

/** EKS replaces the nodes of a managed group that it rolls; an auto scaling group leaves its instances. */
const getsNewNodes = (step: Step | undefined): boolean =>
  step?.action === 'create' || (step?.kind === 'node-group' && step.effect === 'rolls');

/** What the VPC CNI reads of the add-on's configuration when a node starts. */
interface CniDocument {
  readonly env?: Readonly<Record<string, unknown>>;
  readonly eniConfig?: { readonly subnets?: Readonly<Record<string, unknown>> };
}

/** The settings that a node reads once: https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables */
const readAtStart = ['AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG', 'ENI_CONFIG_LABEL_DEF', 'ENABLE_PREFIX_DELEGATION'] as const;

function changesAddressing(before: CniDocument, after: CniDocument): boolean {
  const differs = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) !== canonicalJson(b ?? null);
  // A zone that is new has no nodes yet.
  const zones = Object.keys(before.eniConfig?.subnets ?? {});
  return (
    readAtStart.some((name) => differs(before.env?.[name], after.env?.[name])) ||
    zones.some((zone) => differs(before.eniConfig?.subnets?.[zone], after.eniConfig?.subnets?.[zone]))
  );
}

/** The configuration as a document, references written as texts; empty where there is none or it is no JSON. */
function documentOf(value: unknown): CniDocument {
  const text = isJoin(value)
    ? value.$join.map((part) => (isRef(part) ? `${part.$ref}.${part.field}` : part)).join('')
    : value;
  if (typeof text !== 'string') return {};
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? document : {};
  } catch {
    return {};
  }
}
