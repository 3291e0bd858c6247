import { EC2Client } from '@aws-sdk/client-ec2';
import type { Duration } from '../../../base/duration.ts';
import { startEmbeddedAws } from '../../embedded-aws.ts';
import type { FaultPlan } from '../../faults.ts';

/** An embedded AWS of its own with an EC2 client that speaks to it over HTTP; for tests. */
export async function ec2Trial(faults?: FaultPlan) {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' }, ...(faults && { faults }) });
  const [key] = Object.values(aws.world.iam.accessKeys);
  if (key === undefined) throw new Error('the new world has no access key');
  const client = new EC2Client({
    region: 'us-east-1',
    endpoint: aws.endpoint,
    credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
    maxAttempts: 1,
  });
  /** Lets time pass on that AWS's clock. */
  const pass = (time: Duration): Promise<void> => aws.clock.sleep(time);
  const stop = async (): Promise<void> => {
    client.destroy();
    await aws.stop();
  };
  /** The region's turn, for what only other services of the embedded AWS may call. */
  const turn = () => aws.turns.at('us-east-1');
  return { aws, ec2: client, pass, stop, turn, state: () => turn().state.ec2 };
}

export type Ec2Trial = Awaited<ReturnType<typeof ec2Trial>>;

/** `Code: message` of the error that a promise ends in; fails where it ends well. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  throw new Error('it was not refused');
}
