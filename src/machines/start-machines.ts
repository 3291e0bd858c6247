import { type EmbeddedAws, startEmbeddedAws } from '../emulator/embedded-aws.ts';
import { createDriver, type Driver } from './driver.ts';
import type { Records } from './made.ts';
import { newAuthority } from './services/authority.ts';
import { type MirrorRequest, mirror } from './stock/mirror.ts';
import type { Stock } from './stock/stock.ts';

export interface MachinesGiven {
  /** Four hexadecimal digits that no other run of this host has. */
  readonly runId: string;
  readonly records: Records;
  /** One per version of Kubernetes that machines may fetch. */
  readonly stocks: readonly Stock[];
  /** Root file system of all machines. */
  readonly image: string;
  /** How fast AWS's own time passes; machines live in wall time. */
  readonly speed: number;
  readonly onProblem: (text: string) => void;
  /** Places in the mirror for which other bytes go out; it may change. */
  readonly corrupt?: ReadonlySet<string>;
  readonly onFetch?: (request: MirrorRequest) => void;
  /** Instances that get no power yet; it may change. */
  readonly held?: (instanceId: string) => boolean;
}

/** An AWS whose instances are machines of this host. */
export interface RunningMachines {
  readonly aws: EmbeddedAws;
  readonly driver: Driver;
  stop(): Promise<void>;
}

/** Starts an AWS on loopback, now, with nothing in it, and runs its instances as machines. */
export async function startMachines(given: MachinesGiven): Promise<RunningMachines> {
  const { runId, records, stocks, image, onProblem, corrupt, onFetch, held } = given;
  const serve = mirror(
    {
      files: stocks.flatMap(({ files }) => files),
      images: stocks.map(({ images }) => images),
      ...(stocks[0] && { charts: stocks[0].charts }),
    },
    { ...(corrupt && { corrupt }), ...(onFetch && { onRequest: onFetch }) },
  );
  const driver = createDriver({
    runId,
    folder: records.folder,
    image,
    authority: await newAuthority(),
    records,
    mirror: serve,
    onProblem,
    ...(held && { held }),
  });
  const aws = await startEmbeddedAws({
    clock: { kind: 'scaled', speed: given.speed },
    // Certificates and signatures are judged by wall time, and machines have no other.
    startAt: Date.now(),
    machines: driver,
  });
  return { aws, driver, stop: () => aws.stop() };
}
