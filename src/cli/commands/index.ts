import type { Command } from '../command.ts';
import { adopt } from './adopt.ts';
import { apply } from './apply.ts';
import { completion } from './completion.ts';
import { demo } from './demo.ts';
import { destroy } from './destroy.ts';
import { disown } from './disown.ts';
import { emulator } from './emulator.ts';
import { explain } from './explain.ts';
import { exportVerb } from './export.ts';
import { get } from './get.ts';
import { kubeconfig } from './kubeconfig.ts';
import { logs } from './logs.ts';
import { newSpec } from './new.ts';
import { nodeScript } from './node-script.ts';
import { plan } from './plan.ts';
import { policy } from './policy.ts';
import { schema } from './schema.ts';
import { shell } from './shell.ts';
import { status } from './status.ts';
import { store } from './store.ts';
import { token } from './token.ts';

/** Every verb, in the order in which help lists them. */
export const commands: readonly Command[] = [
  newSpec,
  plan,
  apply,
  destroy,
  status,
  get,
  kubeconfig,
  token,
  exportVerb,
  adopt,
  disown,
  store,
  logs,
  shell,
  nodeScript,
  policy,
  schema,
  explain,
  emulator,
  completion,
  demo,
];
