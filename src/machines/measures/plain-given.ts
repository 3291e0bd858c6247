import { selfManagedVersion } from '../../catalog/node-files.ts';
import { mirrorOf } from '../spec-on-machines.ts';
import type { Supplies } from '../supplies.ts';
import type { PlainGiven } from './plain-kubeadm.ts';

/** What kubeadm by hand takes from the mirror of a run: the very files and images that the seats take. */
export function plainGiven({ stocks: [stock] }: Supplies): PlainGiven {
  const { kubernetes, files } = stock;
  const mirror = mirrorOf({});
  const pause = selfManagedVersion(kubernetes)?.pause;
  if (pause === undefined) throw new Error(`the catalog has no images of Kubernetes ${kubernetes}`);
  return {
    kubernetes,
    files,
    filesAt: mirror.files,
    images: mirror.images,
    pause: `${mirror.images}/pause:${pause}`,
    pods: '100.64.0.0/16',
  };
}
