import type { BuildContext } from '../context.ts';
import { givenVpc } from './given-vpc.ts';
import type { NetworkHandles } from './network-handles.ts';
import { newVpc } from './new-vpc.ts';

/** The VPC of the spec, ours or given. */
export function network(context: BuildContext): NetworkHandles {
  const { vpc } = context.spec.network;
  return vpc.type === 'new' ? newVpc(context, vpc) : givenVpc(context, vpc);
}
