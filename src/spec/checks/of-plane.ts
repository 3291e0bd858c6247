import type { SelfManagedControlPlane } from '../cluster.ts';
import { selfManagedOf } from '../defaults-self-managed.ts';
import type { SelfManagedInput } from '../input.ts';
import type { Finding } from '../problem.ts';
import type { Check, CheckContext } from './check.ts';

type Rule = (plane: SelfManagedControlPlane, written: SelfManagedInput, context: CheckContext) => readonly Finding[];

/** Where the settings of a self-managed control plane stand. */
export const planePath = 'spec.controlPlane.selfManaged';

/** Makes a check of a rule over a self-managed control plane, with defaults and as written; silent on EKS. */
export const ofPlane =
  (rule: Rule): Check =>
  (context) => {
    const { controlPlane } = context.cluster.spec;
    const written = selfManagedOf(context.input.spec.controlPlane);
    return controlPlane.type === 'self-managed' && written !== undefined ? rule(controlPlane, written, context) : [];
  };
