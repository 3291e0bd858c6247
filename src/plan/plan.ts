import type { Diagnostic } from '../base/diagnostic.ts';
import type { Change } from '../model/field.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { KindName } from '../model/kinds/names.ts';

/** What a step does. `wait`: AWS is still making it, from a run before. */
export type Action = 'create' | 'update' | 'delete' | 'wait';

/** What a step costs those who use the cluster. */
export type Effect = 'none' | 'replaces' | 'rolls' | 'interrupts';

/** One field that changes. `after` may hold references that are known only during apply. */
export interface FieldChange {
  readonly field: string;
  readonly change: Change;
  readonly before?: unknown;
  readonly after?: unknown;
  /** What it interrupts: `API access from ranges that leave the list`. */
  readonly interrupts?: string;
}

/** One thing to do, as data. Apply does it when everything in `needs` is done, and has no opinion of its own. */
export interface Step {
  /** Unique in the plan: the resource's id, with `#NAME` for the removal of an object and `#wait` for a wait. */
  readonly id: string;
  readonly action: Action;
  readonly kind: KindName;
  /** The id in the graph. */
  readonly resource: string;
  /** What AWS calls the object that is changed, removed or waited for. */
  readonly name?: string;
  readonly because: string;
  readonly effect: Effect;
  readonly changes: readonly FieldChange[];
  /** The fields wanted, with references where values are not known yet; absent for removals and waits. */
  readonly after?: Readonly<Record<string, unknown>>;
  readonly needs: readonly string[];
  /** Ids of resources that AWS removes together with this one. */
  readonly takes?: readonly string[];
}

export interface PlanSummary {
  readonly create: number;
  readonly update: number;
  /** Counted once each, as one removal and one creation that belong together. */
  readonly replace: number;
  readonly delete: number;
  readonly wait: number;
  readonly unchanged: number;
}

/** What a world needs to become what the spec says. */
export interface Plan {
  readonly version: 1;
  readonly purpose: 'apply' | 'destroy' | 'adopt' | 'disown' | 'fill';
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly steps: readonly Step[];
  readonly notes: readonly Diagnostic[];
  readonly summary: PlanSummary;
}

/** What `--out` writes: the plan and the graph that it was made from, so that apply can see whether the world moved. */
export interface SavedPlan {
  readonly apiVersion: 'quilla.dev/v1alpha1';
  readonly kind: 'SavedPlan';
  readonly plan: Plan;
  readonly graph: ResourceGraph;
}

export const hasChanges = (plan: Plan): boolean => plan.steps.length > 0;
