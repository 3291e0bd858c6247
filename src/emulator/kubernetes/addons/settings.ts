import { parse } from 'yaml';
import { z } from 'zod';

/** The configuration values of add-ons that change what runs; whatever else is in them is for the add-on itself. */
const settings = z.object({
  replicaCount: z.number().int().nonnegative().optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  tolerations: z
    .array(
      z.object({
        key: z.string().optional(),
        operator: z.enum(['Exists', 'Equal']).optional(),
        value: z.string().optional(),
        effect: z.string().optional(),
      }),
    )
    .optional(),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** coredns: `Fargate` lets its pods run there. */
  computeType: z.string().optional(),
  enableNetworkPolicy: z.union([z.string(), z.boolean()]).optional(),
});

export type AddonSettings = z.infer<typeof settings>;

/** JSON or YAML, as CreateAddon takes it; EKS has checked it before. */
export function addonSettings(text: string | undefined): AddonSettings {
  if (text === undefined || text === '') return {};
  const read = settings.safeParse(parse(text));
  return read.success ? read.data : {};
}
