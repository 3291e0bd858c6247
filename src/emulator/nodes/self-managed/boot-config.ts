import { z } from 'zod';

const texts = z.record(z.string(), z.string());
const taint = z.object({
  key: z.string(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
});

const file = z.object({
  name: z.string(),
  version: z.string(),
  url: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not 64 hexadecimal digits'),
});

const flags = z.record(z.string(), z.string());

const seat = z.object({
  name: z.string().min(1),
  volumeId: z.string(),
  interfaceId: z.string(),
  members: z.array(z.object({ name: z.string(), address: z.string() })).min(1),
  issuer: z.string(),
  certificateNames: z.array(z.string()),
  certificateDays: z.number(),
  snapshotMinutes: z.number(),
  secretsEncryption: z.boolean(),
  auditPolicy: z.unknown(),
  flags: z.object({ apiServer: flags, controllerManager: flags, scheduler: flags, etcd: flags }),
});

/** What the script reads, with what it cannot do without. */
const current = z.object({
  format: z.literal(1),
  role: z.enum(['seat', 'worker']),
  cluster: z.string().min(1),
  region: z.string(),
  dnsSuffix: z.string(),
  kubernetes: z.string().regex(/^1\.\d+\.\d+$/, 'is no version like 1.36.3'),
  api: z.string().min(1),
  store: z.string().min(1),
  network: z.object({
    type: z.enum(['cilium', 'calico', 'flannel', 'vpc-cni', 'none']),
    pods: z.string().nullable(),
    services: z.string(),
    dns: z.string(),
    sourceDestCheck: z.boolean(),
  }),
  files: z.array(file),
  images: z.object({
    repository: z.string(),
    pause: z.string(),
    etcd: z.string().optional(),
    coredns: z.string().optional(),
  }),
  kubelet: z.object({ labels: texts, taints: z.array(taint), maxPods: z.number(), flags }),
  featureGates: z.record(z.string(), z.boolean()),
  host: z.looseObject({ packages: z.array(z.string()) }),
  seat: seat.optional(),
});

/** Seats of saved worlds may have been made when the store stood among what is theirs alone. */
function storeOfAll(value: unknown): unknown {
  const { store, seat } = (value ?? {}) as { readonly store?: unknown; readonly seat?: { readonly store?: unknown } };
  return store === undefined && seat?.store !== undefined ? { ...(value as object), store: seat.store } : value;
}

/** The boot configuration of a machine. */
export const bootConfig = z.preprocess(storeOfAll, current);

export type BootConfig = z.infer<typeof bootConfig>;
export type SeatConfig = z.infer<typeof seat>;

/** MIME type of the part of the user data that holds it. */
export const bootConfigType = 'application/vnd.quilla.boot+json';
/** The tag that a machine puts on its own instance at the end of boot. */
export const bootTag = 'quilla.dev/boot';
/** Objects that a seat fetches from `cluster/keys/` of its store. */
export const keyNames = [
  'ca.crt',
  'ca.key',
  'etcd-ca.crt',
  'etcd-ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'sa.pub',
  'sa.key',
  'authenticator.crt',
  'authenticator.key',
  'secrets.key',
] as const;
