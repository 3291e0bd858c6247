/**
 * The surface of the library: one function per verb, and the nouns that they take and give. Values and ports go in, values or streams
 * of events come out; nothing here touches the process, the network or the clock of the machine.
 */
export { type Diagnostic, Failure, isError, type Location, type Result, type Severity } from '../base/diagnostic.ts';
export { shortHash } from '../base/hash.ts';
export type { ResourceGraph } from '../model/graph.ts';
export { type Concern, concerns } from '../model/kind.ts';
export type { KindName } from '../model/kinds/names.ts';
export { type Found, ofKind, type Snapshot } from '../model/snapshot.ts';
export { estimate, estimateLeft, type Progress, usualTime } from '../plan/estimate.ts';
export { fieldOf, tableOf } from '../plan/links.ts';
export {
  type Action,
  type Effect,
  type FieldChange,
  hasChanges,
  type Plan,
  type PlanSummary,
  type SavedPlan,
  type Step,
} from '../plan/plan.ts';
export { diagnosticsOf } from '../ports/failure-diagnostic.ts';
export type { KubernetesNode, KubernetesPod, KubernetesReader } from '../ports/kubernetes.ts';
export type { Leftover } from '../ports/leftovers.ts';
export type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
export { applyPlan, clearLock } from './apply.ts';
export { clusterAccess } from './cluster-access.ts';
export { appCodes } from './codes.ts';
export { type DestroyEvent, type DestroyPlanned, type DestroyResult, destroy, planDestroy } from './destroy.ts';
export { allCodes, explain } from './explain.ts';
export { getClusters, getNodes, getResources, type ResourceSummary } from './get.ts';
export { graphIfAny } from './graph.ts';
export { type Planned, planCluster } from './plan.ts';
export { leastPolicy, type PolicyDocument, type PolicyVerb } from './policy.ts';
export { policyFor } from './policy-for.ts';
export { type AwsToRead, type AwsToWrite, scopeOf } from './ports.ts';
export { readSavedPlan } from './saved-plan.ts';
export {
  type Cluster,
  type LoadedCluster,
  type LoadOptions,
  loadCluster,
  type NewSpecOptions,
  renderNewSpec,
  specJsonSchema,
} from './spec.ts';
export { clusterStatus, type Status, type ToStatus } from './status.ts';
export { waitUntilReady } from './wait-until-ready.ts';
