import type { Clock } from '../base/clock.ts';
import { connectPorts, type Ports } from '../cli/ports.ts';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../emulator/aws/iam/state.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../emulator/embedded-aws.ts';
import type { FaultPlan } from '../emulator/faults.ts';
import { type ApiServers, startApiServers } from '../emulator/kubernetes/start-api-servers.ts';
import type { World } from '../emulator/world.ts';

/** An embedded AWS on a stepped clock with every port of the library on it. */
export interface Session {
  readonly aws: EmbeddedAws;
  readonly clock: Clock;
  readonly ports: Ports;
  /** New ports on the same AWS, as another process would have them. */
  again(signal?: AbortSignal): Promise<Ports>;
  /** New ports for somebody else than the administrator. */
  as(credentials: Credentials): Promise<Ports>;
  stop(): Promise<void>;
}

export interface SessionOptions {
  readonly region?: string;
  readonly world?: World;
  readonly faults?: FaultPlan;
  /** Whether Kubernetes API servers listen; without, nothing asks them. */
  readonly kubernetes?: boolean;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export async function startSession({
  region = 'us-east-1',
  world,
  faults,
  kubernetes = false,
}: SessionOptions = {}): Promise<Session> {
  const aws = await startEmbeddedAws({
    clock: { kind: 'stepped' },
    ...(world === undefined ? {} : { world }),
    ...(faults === undefined ? {} : { faults }),
  });
  const servers: ApiServers = startApiServers(aws.turns, { listen: kubernetes });
  await servers.ready();
  const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  const connect = (credentials: Credentials, signal = new AbortController().signal): Promise<Ports> =>
    connectPorts({ region, clock: aws.clock, url: aws.endpoint, credentials, signal });
  const again = (signal?: AbortSignal): Promise<Ports> => connect(credentials, signal);
  return {
    aws,
    clock: aws.clock,
    ports: await again(),
    again,
    as: (other) => connect(other),
    stop: async () => {
      await servers.close();
      await aws.stop();
    },
  };
}
