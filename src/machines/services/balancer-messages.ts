import type { BalancerConfig } from './balancer-config.ts';
import type { TargetState } from './target-state.ts';

/** What the process of a load balancer is told. */
export type ToBalancer =
  | { readonly kind: 'config'; readonly config: BalancerConfig }
  /** Comes with a client's socket, which is sent on as if it had come to the listener of this port. */
  | { readonly kind: 'client'; readonly port: number };

/** A target whose state has become another. */
export interface TargetReport {
  readonly group: string;
  /** Instance id or address, as it was registered, and its port. */
  readonly id: string;
  readonly instanceId?: string;
  readonly port: number;
  /** Port that was checked. */
  readonly checkPort: number;
  readonly zone: string;
  readonly health: TargetState['health'];
  /** From the first good check on, also while the group asks for more of them. */
  readonly answering: boolean;
  /** Why the last check was bad. */
  readonly why?: string;
}

/** What it tells. */
export type FromBalancer =
  /** Each listener has been tried once since the last configuration. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'target'; readonly report: TargetReport }
  | { readonly kind: 'trouble'; readonly at: string; readonly message: string };
