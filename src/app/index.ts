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
export {
  KubernetesFailure,
  type KubernetesNode,
  type KubernetesPod,
  type KubernetesReader,
} from '../ports/kubernetes.ts';
export type { Leftover } from '../ports/leftovers.ts';
export type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
export type { Exported } from '../targets/export/exported.ts';
export { type AdoptPlanned, adopt, planAdopt } from './adopt.ts';
export { applyPlan, clearLock } from './apply.ts';
export { type ApiAddress, clusterAccess } from './cluster-access.ts';
export { appCodes } from './codes.ts';
export { type DestroyEvent, type DestroyPlanned, type DestroyResult, destroy, planDestroy } from './destroy.ts';
export { type DisownPlanned, disown, planDisown, type StoreLeft } from './disown.ts';
export { allCodes, explain } from './explain.ts';
export { type ExportOptions, type ExportTarget, exportCluster, exportTargets } from './export.ts';
export { getClusters, getNodes, getResources, type ResourceSummary } from './get.ts';
export { graphIfAny } from './graph.ts';
export { type BootPart, type NodeScript, nodeScript } from './node-script.ts';
export { type Planned, planCluster } from './plan.ts';
export { leastPolicy, type PolicyDocument, type PolicyVerb } from './policy.ts';
export { policyFor } from './policy-for.ts';
export { type AwsToOperate, type AwsToOwn, type AwsToRead, type AwsToWrite, scopeOf } from './ports.ts';
export { readSavedPlan } from './saved-plan.ts';
export { type AdminAccess, adminDuration, issueAdmin, mustSign } from './self-managed/admin-access.ts';
export { lostForGood } from './self-managed/lost-for-good.ts';
export { mustBeSelfManaged, storeWanted } from './self-managed/must-be-self-managed.ts';
export { type LogSource, logSources, seatLogs } from './self-managed/seat-logs.ts';
export { seatInstance } from './self-managed/seat-machine.ts';
export {
  mustBeKey,
  recoverKey,
  type StoreShown,
  type StoreVerified,
  showStore,
  verifyStore,
} from './self-managed/store.ts';
export { type FillPlanned, fillStore, planStoreFill } from './self-managed/store-fill.ts';
export {
  type Cluster,
  type LoadedCluster,
  type LoadOptions,
  loadCluster,
  type NewSpecOptions,
  renderNewSpec,
  specJsonSchema,
} from './spec.ts';
export { clusterStatus } from './status.ts';
export type { SeatStatus, Status, ToStatus } from './status-shape.ts';
export { waitUntilReady } from './wait-until-ready.ts';
