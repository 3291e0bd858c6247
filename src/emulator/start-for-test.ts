import { embeddedAccessKeyId, embeddedSecretAccessKey } from './aws/iam/state.ts';
import type { EmbeddedAws, EmbeddedAwsOptions } from './embedded-aws.ts';
import { startEmbeddedAws } from './embedded-aws.ts';

/** What every SDK client of a test needs to reach the embedded AWS as `admin`. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** The SDK's own retries are off: they would sleep in real time. */
  readonly maxAttempts: 1;
}

/** An embedded AWS on a stepped clock, and what its clients need: `new EC2Client(settings())`. */
export interface AwsUnderTest extends EmbeddedAws, AsyncDisposable {
  settings(region?: string, credentials?: ClientSettings['credentials']): ClientSettings;
}

/** Starts an AWS for a test; `await using aws = await startForTest()` stops it at the end of the block. */
export async function startForTest(options: Partial<EmbeddedAwsOptions> = {}): Promise<AwsUnderTest> {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' }, ...options });
  const admin = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  const settings: AwsUnderTest['settings'] = (region = 'us-east-1', credentials = admin) => ({
    endpoint: aws.endpoint,
    region,
    credentials,
    maxAttempts: 1,
  });
  return { ...aws, settings, [Symbol.asyncDispose]: aws.stop };
}
