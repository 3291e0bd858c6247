import { connectPorts, type Ports } from '../../src/cli/ports.ts';
import {
  type EmbeddedAws,
  embeddedAccessKeyId,
  embeddedSecretAccessKey,
  startEmbeddedAws,
} from '../../src/emulator/embedded-aws.ts';
import { startApiServers } from '../../src/emulator/kubernetes/start-api-servers.ts';
import { regionOf } from '../../src/emulator/new-world.ts';
import type { World } from '../../src/emulator/world.ts';
import { givenWorld } from '../../src/testing/given-world.ts';
import { type Scenario, scenario } from '../../src/testing/scenarios.ts';

/** An AWS for one judgement. */
export interface JudgedAws extends AsyncDisposable {
  readonly of: Scenario;
  readonly aws: EmbeddedAws;
  /** The world as it was at the beginning. */
  readonly given: World;
  /** Ports of a new process of Quilla. */
  ports(): Promise<Ports>;
}

/** How many times faster than wall time things are made. */
const speed = 120;

/** Starts one in which only stands what the scenario takes for given, or what `begin` makes. */
export async function startJudgedAws(
  name: string,
  begin: (of: Scenario) => Promise<World> = givenWorld,
): Promise<JudgedAws> {
  const of = scenario(name);
  const aws = await startEmbeddedAws({ clock: { kind: 'scaled', speed }, world: await begin(of) });
  // A region has its default VPC from the first time that it is looked at.
  regionOf(aws.world, of.graph.region);
  const given = structuredClone(aws.world);
  const servers = startApiServers(aws.turns, { listen: true });
  await servers.ready();
  const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  return {
    of,
    aws,
    given,
    ports: () =>
      connectPorts({
        region: of.graph.region,
        clock: aws.clock,
        url: aws.endpoint,
        credentials,
        signal: new AbortController().signal,
      }),
    [Symbol.asyncDispose]: async () => {
      await servers.close();
      await aws.stop();
    },
  };
}
