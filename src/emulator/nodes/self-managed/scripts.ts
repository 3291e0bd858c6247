import { seconds } from '../../../base/duration.ts';
import type { BootConfig } from './boot-config.ts';
import { checkAuthority, fetchKeys, readAccess, startApiServer } from './control-plane.ts';
import { startEtcd } from './etcd.ts';
import { fetchAuthority, joinSeat, joinWorker } from './join.ts';
import { fetchProgram } from './program.ts';
import { claimInterface, claimVolume } from './seat-claim.ts';
import { firstSteps, images } from './shared-steps.ts';
import type { Step } from './step.ts';

const { configure, host, files, containerd } = firstSteps;

/** Images of the static pods are pulled when the kubelet starts them. */
const withImages =
  (run: Step['run']): Step['run'] =>
  (machine) =>
    images(machine) ?? run(machine);

const scripts: Readonly<Record<BootConfig['role'], readonly Step[]>> = {
  seat: [
    configure,
    { name: 'program', takes: seconds(1), run: fetchProgram },
    host,
    files,
    containerd,
    { name: 'volume', takes: seconds(5), run: claimVolume },
    { name: 'interface', takes: seconds(5), run: claimInterface },
    { name: 'keys', takes: seconds(2), run: fetchKeys },
    { name: 'certificates', takes: seconds(2), run: checkAuthority },
    { name: 'kubelet', takes: seconds(2), run: () => undefined },
    { name: 'etcd', takes: seconds(20), run: withImages(startEtcd) },
    { name: 'authenticator', takes: seconds(2), run: readAccess },
    { name: 'control-plane', takes: seconds(25), run: startApiServer },
    { name: 'cluster', takes: seconds(10), run: joinSeat },
    { name: 'timers', takes: seconds(1), run: () => undefined },
  ],
  worker: [
    configure,
    host,
    files,
    containerd,
    { name: 'authority', takes: seconds(1), run: fetchAuthority },
    { name: 'kubelet', takes: seconds(2), run: () => undefined },
    { name: 'join', takes: seconds(5), afterwards: true, run: withImages(joinWorker) },
  ],
};

/** The steps of the boot script for a role, in their order: the names of its functions. */
export const stepsOf = (role: BootConfig['role']): readonly Step[] => scripts[role];
