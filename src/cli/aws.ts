import type { Clock } from '../base/clock.ts';
import { Failure, reporter } from '../base/diagnostic.ts';
import { cliCodes } from './codes.ts';
import { type Invocation, textOf } from './command.ts';
import { connectPorts, type Ports } from './ports.ts';
import { stateDir } from './state-dir.ts';
import { isEmbedded } from './which-aws.ts';

/** AWS as a verb is given it, and how to leave it. */
export interface OpenAws extends Ports {
  /** Undefined on the real AWS; else where the embedded one runs. */
  readonly embedded: string | undefined;
  close(): Promise<void>;
}

interface Target {
  readonly clock: Clock;
  readonly url: string | undefined;
  readonly credentials: OpenAws['credentials'];
  readonly embedded: string | undefined;
  close(): Promise<void>;
}

async function embeddedTarget({ io }: Invocation): Promise<Target> {
  const { openEmbedded } = await import('./embedded.ts');
  const { endpoint, clock, credentials, where, close } = await openEmbedded(stateDir(io.cwd, io.env));
  return { clock, url: endpoint, credentials, embedded: where, close };
}

/** The standard chain: environment, profile, SSO, web identity, container and instance roles. */
async function realTarget(invocation: Invocation, region: string): Promise<Target> {
  const [{ fromNodeProviderChain }, { systemClock }] = await Promise.all([
    import('@aws-sdk/credential-providers'),
    import('../adapters/clock.ts'),
  ]);
  const profile = textOf(invocation, 'profile');
  await profileExists(profile ?? invocation.io.env.AWS_PROFILE);
  const credentials = fromNodeProviderChain({
    clientConfig: { region },
    ...(profile === undefined ? {} : { profile }),
  });
  return {
    clock: systemClock,
    url: invocation.io.env.AWS_ENDPOINT_URL,
    credentials,
    embedded: undefined,
    close: async () => {},
  };
}

/** The region of a verb without a spec. */
export async function regionFor(invocation: Invocation): Promise<string> {
  const { env } = invocation.io;
  const named =
    textOf(invocation, 'region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (await profileRegion(invocation));
  if (named !== undefined) return named;
  if (isEmbedded(invocation)) return 'us-east-1';
  const { appCodes } = await import('../app/index.ts');
  throw new Failure(
    reporter(appCodes)('app.no-region', {
      detail: 'neither --region nor AWS_REGION is set, and the profile has none',
      fix: 'Add --region us-east-1, for example.',
    }),
  );
}

/** Fails where a profile is named that no file has: the credential chain would only say that it found none. */
async function profileExists(profile: string | undefined): Promise<void> {
  if (profile === undefined || profile === '' || profile === 'default') return;
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const known = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])].filter(
    (name) => !name.includes('.'),
  );
  if (known.includes(profile) || profile in configFile || profile in credentialsFile) return;
  throw new Failure(
    reporter(cliCodes)('cli.no-profile', {
      detail: `profile ${profile} is in no AWS configuration file of this user`,
      fix: known.length === 0 ? 'There is none at all: `aws configure` makes one.' : `Known: ${known.join(', ')}.`,
    }),
  );
}

async function profileRegion(invocation: Invocation): Promise<string | undefined> {
  if (isEmbedded(invocation)) return undefined;
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const profile = textOf(invocation, 'profile') ?? invocation.io.env.AWS_PROFILE ?? 'default';
  await profileExists(profile);
  const { configFile } = await loadSharedConfigFiles();
  return configFile[profile]?.region;
}

/** Credentials and address alone, without a call: for tokens. The embedded AWS of a process is not started for one. */
export async function credentialsFor(
  invocation: Invocation,
  region: string,
): Promise<{ readonly credentials: OpenAws['credentials']; readonly url: string | undefined }> {
  if (!isEmbedded(invocation)) {
    const { credentials, url } = await realTarget(invocation, region);
    return { credentials, url };
  }
  const { embeddedAddress } = await import('./embedded.ts');
  return embeddedAddress(stateDir(invocation.io.cwd, invocation.io.env));
}

/** Fails where an address that was given refuses connections: retries would only make its user wait. */
async function someoneListens(url: string, embedded: boolean): Promise<void> {
  const { connect } = await import('node:net');
  const address = URL.parse(url);
  if (address === null)
    throw new Failure(
      reporter(cliCodes)('cli.bad-option', {
        detail: `AWS_ENDPOINT_URL is ${JSON.stringify(url)}, which is no address`,
        fix: 'Write it like http://127.0.0.1:4599, or unset it to reach AWS itself.',
      }),
    );
  const { hostname, port, protocol } = address;
  const refused = await new Promise<boolean>((tell) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80), timeout: 2000 });
    const end = (answer: boolean): void => {
      socket.destroy();
      tell(answer);
    };
    socket.once('connect', () => end(false)).once('timeout', () => end(false));
    // Whatever else is wrong (a name, a proxy) is for the call itself to say.
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
  if (!refused) return;
  throw new Failure(
    reporter(cliCodes)('cli.endpoint-refuses', {
      detail: `${url} refuses connections`,
      fix: embedded
        ? 'Start `quilla emulator` again, or remove server.json from .quilla/.'
        : 'Start what should listen there, or unset AWS_ENDPOINT_URL to reach AWS itself.',
    }),
  );
}

/** Opens the AWS that the command line asks for, in a region, and asks who we are. */
export async function openAws(invocation: Invocation, region: string): Promise<OpenAws> {
  const named = textOf(invocation, 'region');
  if (named !== undefined && named !== region)
    throw new Failure(
      reporter(cliCodes)('cli.region-differs', {
        detail: `--region is ${named}, and the cluster is in ${region}`,
        fix: `Leave --region out, or set spec.region: ${named} for a cluster there.`,
      }),
    );
  const target = isEmbedded(invocation) ? await embeddedTarget(invocation) : await realTarget(invocation, region);
  try {
    if (target.url !== undefined) await someoneListens(target.url, target.embedded !== undefined);
    const { io, options } = invocation;
    if (target.embedded !== undefined) io.err(io.errStyle.dim(`AWS: embedded, ${target.embedded}`));
    const onCall =
      options.verbose === true ? (operation: string) => io.err(io.errStyle.dim(`  call ${operation}`)) : undefined;
    const ports = await connectPorts({
      ...target,
      region,
      signal: io.signal,
      onCall,
      onLockWait: (why) => io.err(why),
    });
    return { ...ports, embedded: target.embedded, close: target.close };
  } catch (error) {
    await target.close();
    throw error;
  }
}
