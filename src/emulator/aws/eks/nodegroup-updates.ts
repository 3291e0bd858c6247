import type {
  UpdateNodegroupConfigRequest,
  UpdateNodegroupConfigResponse,
  UpdateNodegroupVersionRequest,
  UpdateNodegroupVersionResponse,
} from '@aws-sdk/client-eks';
import type { Call, Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { Store } from '../../kubernetes/store.ts';
import { resizeGroup } from '../autoscaling/group-record.ts';
import type { Given } from '../required-members.ts';
import { inUse, invalidParameter } from './errors.ts';
import { membersOf, nodeOf } from './group-nodes.ts';
import { nodegroupOf, usableClusterOf } from './lookup.ts';
import { nodeImage } from './node-images.ts';
import { checkedSizes, checkedTaints, checkLabels, checkUpdateConfig, readTemplate } from './nodegroup-checks.ts';
import { scheduleNodegroup } from './nodegroup-events.ts';
import { instancesPolicy, writeTemplate } from './nodegroup-launch.ts';
import type { EksCluster, EksNodegroup, EksTaint } from './state.ts';
import { type NewUpdate, sameUpdate, startUpdate, updateView } from './updates.ts';

function refuseBusy(cluster: EksCluster, group: EksNodegroup): void {
  if (group.status === 'ACTIVE' || group.status === 'DEGRADED') return;
  throw inUse(`Nodegroup ${group.name} cannot be updated as it is currently not in Active State`, {
    clusterName: cluster.name,
    nodegroupName: group.name,
  });
}

function begin(call: Call, cluster: EksCluster, work: { group: EksNodegroup; update: Omit<NewUpdate, 'nodegroup'> }) {
  const { group, update } = work;
  const started = startUpdate(call, cluster, { ...update, nodegroup: group.name });
  group.status = 'UPDATING';
  group.updateId = started.id;
  group.modifiedAt = call.now;
  return started;
}

const sameTaint = (a: EksTaint, b: EksTaint): boolean => a.key === b.key && a.effect === b.effect;
const kubernetesEffect = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
} as const;

interface Marks {
  readonly labels: Record<string, string>;
  readonly taints: EksTaint[];
}

/** EKS writes labels and taints on the nodes that are there; new ones get them at launch. */
function markNodes(call: Call, cluster: EksCluster, change: { group: EksNodegroup; before: Marks }): void {
  const { group, before } = change;
  const state = call.state.kubernetes[cluster.name];
  if (state === undefined) return;
  const store = new Store(call, state);
  for (const member of membersOf(call, group)) {
    const node = nodeOf(call, cluster, member.instanceId);
    if (node === undefined) continue;
    store.change('nodes', node, (draft) => {
      const others = Object.entries(draft.metadata.labels ?? {}).filter(([key]) => !(key in before.labels));
      draft.metadata.labels = { ...Object.fromEntries(others), ...group.labels };
      const foreign = (draft.spec.taints ?? []).filter(
        (taint) => !before.taints.some((own) => own.key === taint.key && kubernetesEffect[own.effect] === taint.effect),
      );
      const own = group.taints.map(({ key, value, effect }) => ({ key, value, effect: kubernetesEffect[effect] }));
      const taints = [...foreign, ...own];
      if (taints.length > 0) draft.spec.taints = taints;
      else delete draft.spec.taints;
    });
  }
}

function changeMarks(
  call: Call,
  cluster: EksCluster,
  change: { group: EksNodegroup; input: Given<UpdateNodegroupConfigRequest> },
): void {
  const { group, input } = change;
  if (input.labels === undefined && input.taints === undefined) return;
  const before: Marks = { labels: { ...group.labels }, taints: [...group.taints] };
  checkLabels(input.labels?.addOrUpdateLabels ?? {});
  const added = checkedTaints(input.taints?.addOrUpdateTaints);
  const removed = checkedTaints(input.taints?.removeTaints);
  const labels = { ...group.labels, ...input.labels?.addOrUpdateLabels };
  for (const key of input.labels?.removeLabels ?? []) delete labels[key];
  group.labels = labels;
  group.taints = [
    ...group.taints.filter((own) => ![...added, ...removed].some((other) => sameTaint(own, other))),
    ...added,
  ];
  const real = call.state.autoscaling.groups[group.autoScalingGroupName];
  markNodes(call, cluster, { group, before });
  if (real !== undefined) real.mixedInstances = instancesPolicy(group, writeTemplate(call, cluster, group));
}

function changeSizes(call: Call, group: EksNodegroup, input: Given<UpdateNodegroupConfigRequest>): void {
  if (input.scalingConfig === undefined) return;
  const real = call.state.autoscaling.groups[group.autoScalingGroupName];
  const sizes = checkedSizes(input.scalingConfig, {
    minSize: group.minSize,
    maxSize: group.maxSize,
    desiredSize: real?.desiredCapacity ?? group.desiredSize,
  });
  Object.assign(group, sizes);
  if (real !== undefined) {
    resizeGroup(call, real, { minSize: sizes.minSize, maxSize: sizes.maxSize, desiredCapacity: sizes.desiredSize });
  }
}

function changeUpdateConfig(group: EksNodegroup, input: Given<UpdateNodegroupConfigRequest>): void {
  const config = input.updateConfig;
  if (config === undefined) return;
  checkUpdateConfig(config);
  if (config.updateStrategy === 'MINIMAL') {
    throw new AwsError('NotImplemented', 'The embedded AWS does not know updateStrategy MINIMAL.', 501);
  }
  delete group.maxUnavailable;
  delete group.maxUnavailablePercentage;
  if (config.maxUnavailablePercentage !== undefined) group.maxUnavailablePercentage = config.maxUnavailablePercentage;
  else group.maxUnavailable = config.maxUnavailable ?? 1;
}

export const updateNodegroupConfig: Handler<Given<UpdateNodegroupConfigRequest>, UpdateNodegroupConfigResponse> = (
  input,
  call,
) => {
  const cluster = usableClusterOf(call, input.clusterName);
  const group = nodegroupOf(cluster, input.nodegroupName);
  const { clientRequestToken: token, ...request } = input;
  const same = sameUpdate(cluster, token, request);
  if (same !== undefined) return { update: updateView(same) };
  refuseBusy(cluster, group);
  if (input.warmPoolConfig !== undefined)
    throw new AwsError('NotImplemented', 'The embedded AWS does not know warmPoolConfig.', 501);
  changeSizes(call, group, input);
  changeUpdateConfig(group, input);
  changeMarks(call, cluster, { group, input });
  if (input.nodeRepairConfig?.enabled !== undefined) group.nodeRepair = input.nodeRepairConfig.enabled;
  const params = {
    MinSize: input.scalingConfig?.minSize,
    MaxSize: input.scalingConfig?.maxSize,
    DesiredSize: input.scalingConfig?.desiredSize,
    LabelsToAdd: input.labels?.addOrUpdateLabels,
    LabelsToRemove: input.labels?.removeLabels,
    TaintsToAdd: input.taints?.addOrUpdateTaints,
    TaintsToRemove: input.taints?.removeTaints,
    MaxUnavailable: input.updateConfig?.maxUnavailable,
    MaxUnavailablePercentage: input.updateConfig?.maxUnavailablePercentage,
    NodeRepairEnabled: input.nodeRepairConfig?.enabled,
  };
  const update = begin(call, cluster, {
    group,
    update: { type: 'ConfigUpdate', params, clientRequestToken: token, request },
  });
  scheduleNodegroup(call, cluster, { group, next: 'configured' });
  return { update: updateView(update) };
};

function nextVersion(cluster: EksCluster, group: EksNodegroup, asked: string | undefined): string {
  const version = asked ?? group.version;
  const [from, to, top] = [group.version, version, cluster.version].map((text) => Number(text.slice(2))) as [
    number,
    number,
    number,
  ];
  const about = { clusterName: cluster.name, nodegroupName: group.name };
  if (to > top)
    throw invalidParameter(
      `Nodegroup Kubernetes version ${version} cannot be newer than the cluster version ${cluster.version}`,
      about,
    );
  if (to < from)
    throw invalidParameter(`Nodegroup Kubernetes version cannot go back from ${group.version} to ${version}`, about);
  return version;
}

function changeTemplate(call: Call, group: EksNodegroup, input: Given<UpdateNodegroupVersionRequest>): void {
  if (input.launchTemplate === undefined) return;
  if (group.launchTemplate === undefined) {
    throw invalidParameter('The node group was created without a launch template, so that none can be given.', {
      nodegroupName: group.name,
    });
  }
  const template = readTemplate(call, input.launchTemplate);
  if (template.chosen.id !== group.launchTemplate.id) {
    throw invalidParameter('You cannot change the launch template of a node group, only its version.', {
      nodegroupName: group.name,
    });
  }
  if ((template.data.ImageId !== undefined) !== (group.amiType === 'CUSTOM')) {
    throw invalidParameter(
      'The launch template version must name an image exactly where the node group was created with one.',
      { nodegroupName: group.name },
    );
  }
  group.launchTemplate = template.chosen;
  if (template.data.ImageId !== undefined) group.releaseVersion = template.data.ImageId;
}

export const updateNodegroupVersion: Handler<Given<UpdateNodegroupVersionRequest>, UpdateNodegroupVersionResponse> = (
  input,
  call,
) => {
  const cluster = usableClusterOf(call, input.clusterName);
  const group = nodegroupOf(cluster, input.nodegroupName);
  const { clientRequestToken: token, ...request } = input;
  const same = sameUpdate(cluster, token, request);
  if (same !== undefined) return { update: updateView(same) };
  refuseBusy(cluster, group);
  const custom = group.amiType === 'CUSTOM';
  if (custom && (input.version !== undefined || input.releaseVersion !== undefined)) {
    throw invalidParameter('You cannot specify the version or release version with a custom AMI.', {
      nodegroupName: group.name,
    });
  }
  const version = nextVersion(cluster, group, input.version);
  const release = custom ? undefined : nodeImage(call, group.amiType, version).releaseVersion;
  if (input.releaseVersion !== undefined && input.releaseVersion !== release) {
    throw invalidParameter(
      `Requested release version ${input.releaseVersion} is not valid for kubernetes version ${version}.`,
      { nodegroupName: group.name },
    );
  }
  changeTemplate(call, group, input);
  group.version = version;
  if (release !== undefined) group.releaseVersion = release;
  const params = {
    Version: version,
    ReleaseVersion: group.releaseVersion,
    LaunchTemplateName: input.launchTemplate === undefined ? undefined : group.launchTemplate?.name,
    LaunchTemplateVersion: input.launchTemplate === undefined ? undefined : group.launchTemplate?.version,
    Force: input.force === true ? 'true' : undefined,
  };
  const update = begin(call, cluster, {
    group,
    update: { type: 'VersionUpdate', params, clientRequestToken: token, request },
  });
  scheduleNodegroup(call, cluster, { group, next: 'roll-start' });
  return { update: updateView(update) };
};
