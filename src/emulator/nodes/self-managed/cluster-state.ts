import { z } from 'zod';

const binding = z.object({
  name: z.string(),
  group: z.string(),
  clusterRole: z.string(),
  namespaces: z.array(z.string()),
});

const chart = z.object({
  name: z.string(),
  namespace: z.string(),
  repository: z.string(),
  chart: z.string(),
  version: z.string(),
  values: z.record(z.string(), z.unknown()),
});

/** What the seats' timer reads from `cluster/state.json` of the store. */
export const clusterState = z.object({
  format: z.literal(1),
  cluster: z.string(),
  kubernetes: z.string(),
  nodeRoles: z.array(z.string()),
  mappings: z.array(z.object({ arn: z.string(), username: z.string(), groups: z.array(z.string()) })),
  creator: z.string().nullable(),
  bindings: z.array(binding),
  charts: z.array(chart),
  coredns: z.boolean(),
  kubeProxy: z.boolean(),
});

export type ClusterState = z.infer<typeof clusterState>;
export type Chart = z.infer<typeof chart>;
export type Binding = z.infer<typeof binding>;
