import type { EventHandlers, Service } from './call.ts';
import type { WireRequest } from './http/request.ts';
import { type LoadedService, loadService } from './protocols/protocol.ts';

/** Where each service is, by its signing name; one that shares its name with another has its API version behind it. Each is loaded at its first request: the SDK's schemas cost time and memory. */
const folders: Readonly<Record<string, string>> = {
  autoscaling: 'autoscaling',
  ec2: 'ec2',
  eks: 'eks',
  elasticloadbalancing: 'elbv2',
  'elasticloadbalancing 2012-06-01': 'elb',
  events: 'events',
  iam: 'iam',
  kms: 'kms',
  logs: 'logs',
  route53: 'route53',
  s3: 's3',
  servicequotas: 'service-quotas',
  sqs: 'sqs',
  ssm: 'ssm',
  sts: 'sts',
  tagging: 'tagging',
};

/** Events of what is no AWS service, by the prefix of their types. */
const otherEvents: Readonly<Record<string, () => Promise<EventHandlers>>> = {
  kubernetes: async () => (await import('./kubernetes/events.ts')).kubernetesEvents,
  nodes: async () => (await import('./nodes/boot.ts')).nodeEvents,
};

const loading = new Map<string, Promise<LoadedService>>();

/**
 * Finds a service by the name in credential scopes, and by the API version of the request where two services sign with one name;
 * undefined for one that this AWS does not have.
 */
export function findService(signingName: string, version?: string): Promise<LoadedService> | undefined {
  const versioned = `${signingName} ${version}`;
  const name = folders[versioned] === undefined ? signingName : versioned;
  const folder = folders[name];
  if (!folder) return undefined;
  const known = loading.get(name);
  if (known) return known;
  const made = importService(folder).then(loadService);
  loading.set(name, made);
  return made;
}

/** The API version that a query request names, in its URL or its form. */
export const versionOf = ({
  query,
  body,
  headers,
}: Pick<WireRequest, 'query' | 'body' | 'headers'>): string | undefined =>
  new URLSearchParams(query).get('Version') ??
  (headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    ? (/(?:^|&)Version=([\d-]+)/.exec(Buffer.from(body).toString('latin1'))?.[1] ?? undefined)
    : undefined);

async function importService(folder: string): Promise<Service> {
  const module = (await import(`./aws/${folder}/index.ts`)) as { readonly service: Service };
  return module.service;
}

/** Finds who handles events whose type begins with that prefix: a signing name, a folder of `aws/`, or one of the others. */
export async function eventHandlersOf(prefix: string): Promise<EventHandlers> {
  const other = otherEvents[prefix];
  if (other) return other();
  const signingName = Object.keys(folders).find((name) => name === prefix || folders[name] === prefix);
  const loaded = signingName && (await findService(signingName));
  if (!loaded) throw new Error(`no service handles events of type ${prefix}.*`);
  return loaded.service.events ?? {};
}

/** The names of all services that this AWS has, with the version behind it where two share one. */
export const serviceNames: readonly string[] = Object.keys(folders);
