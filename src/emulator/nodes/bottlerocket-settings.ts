import { parse } from 'smol-toml';
import { z } from 'zod';
import type { Taint } from '../kubernetes/object.ts';

/** What user data tells an instance about the cluster that it is to join. */
export interface BootSettings {
  readonly clusterName: string;
  readonly endpoint: string;
  /** PEM in base64. */
  readonly certificateAuthority: string;
  /** The service range; Bottlerocket is not given one. */
  readonly serviceCidr?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxPods?: number;
}

const kubernetes = z.object({
  'cluster-name': z.string(),
  'api-server': z.string(),
  'cluster-certificate': z.string(),
  'node-labels': z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).optional(),
  'node-taints': z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  'max-pods': z.number().optional(),
});

/** https://bottlerocket.dev/en/os/latest/#/api/settings/kubernetes/ */
export function readBottlerocket(text: string): { readonly settings: BootSettings } | { readonly refused: string } {
  let document: Record<string, unknown>;
  try {
    document = parse(text);
  } catch (error) {
    return { refused: `early-boot-config: Error parsing TOML user data: ${(error as Error).message.split('\n')[0]}` };
  }
  const read = kubernetes.safeParse((document.settings as { kubernetes?: unknown } | undefined)?.kubernetes ?? {});
  if (!read.success) {
    const field = read.error.issues[0]?.path.join('.') ?? '';
    return { refused: `the user data does not set settings.kubernetes.${field} as it must be` };
  }
  const given = read.data;
  return {
    settings: {
      clusterName: given['cluster-name'],
      endpoint: given['api-server'],
      certificateAuthority: given['cluster-certificate'],
      labels: Object.fromEntries(
        Object.entries(given['node-labels'] ?? {}).map(([key, value]) => [key, String(value)]),
      ),
      taints: Object.entries(given['node-taints'] ?? {}).flatMap(([key, values]) =>
        [values]
          .flat()
          .flatMap(
            (value) => parseTaint(`${key}${value.includes(':') && !value.startsWith(':') ? '=' : ''}${value}`) ?? [],
          ),
      ),
      ...(given['max-pods'] === undefined ? {} : { maxPods: given['max-pods'] }),
    },
  };
}

/** `key=value:Effect` or `key:Effect`, as --register-with-taints takes it. */
export function parseTaint(text: string): Taint | undefined {
  const match = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text.trim());
  if (match === null) return undefined;
  const value = match[2] === undefined || match[2] === '' ? {} : { value: match[2] };
  return { key: match[1]!, ...value, effect: match[3] as Taint['effect'] };
}
