import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Taint } from '../kubernetes/object.ts';
import { type BootSettings, parseTaint } from './bottlerocket-settings.ts';

const schema = z.object({
  apiVersion: z.literal('node.eks.aws/v1alpha1'),
  kind: z.literal('NodeConfig'),
  spec: z
    .object({
      cluster: z
        .object({
          name: z.string().optional(),
          apiServerEndpoint: z.string().optional(),
          certificateAuthority: z.string().optional(),
          cidr: z.string().optional(),
        })
        .optional(),
      kubelet: z
        .object({ config: z.record(z.string(), z.unknown()).optional(), flags: z.array(z.string()).optional() })
        .optional(),
    })
    .optional(),
});

type NodeConfig = z.infer<typeof schema>;
type Reading = { readonly settings: BootSettings } | { readonly refused: string };

/** Reads and joins the NodeConfig documents, later ones over earlier ones: https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/ */
export function readNodeConfigs(texts: readonly string[]): Reading {
  const configs: NodeConfig[] = [];
  for (const text of texts) {
    for (const document of parseAllDocuments(text)) {
      if (document.errors.length > 0)
        return { refused: `error converting YAML to JSON: yaml: ${document.errors[0]!.message.split('\n')[0]}` };
      const data: unknown = document.toJS();
      if (data === null) continue;
      const read = schema.safeParse(data);
      if (!read.success) return { refused: refusalOf(data, read.error) };
      configs.push(read.data);
    }
  }
  return configs.length === 0 ? { refused: 'could not find NodeConfig within UserData' } : settingsOf(configs);
}

function refusalOf(data: unknown, error: z.ZodError): string {
  const { apiVersion, kind } = (typeof data === 'object' ? data : {}) as { apiVersion?: string; kind?: string };
  if (kind !== 'NodeConfig' || apiVersion !== 'node.eks.aws/v1alpha1')
    return `no kind "${kind ?? ''}" is registered for version "${apiVersion ?? ''}"`;
  const [issue] = error.issues;
  return `json: cannot unmarshal into Go struct field NodeConfig.${issue?.path.join('.')}: ${issue?.message}`;
}

function settingsOf(configs: readonly NodeConfig[]): Reading {
  const cluster = Object.assign({}, ...configs.map(({ spec }) => spec?.cluster ?? {})) as NonNullable<
    NonNullable<NodeConfig['spec']>['cluster']
  >;
  const kubelet = Object.assign({}, ...configs.map(({ spec }) => spec?.kubelet?.config ?? {})) as Record<
    string,
    unknown
  >;
  const flags = configs.flatMap(({ spec }) => spec?.kubelet?.flags ?? []);
  // https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/api/validator.go
  if (!cluster.name) return { refused: 'Name is missing in cluster configuration' };
  if (!cluster.apiServerEndpoint) return { refused: 'Apiserver endpoint is missing in cluster configuration' };
  if (!cluster.certificateAuthority) return { refused: 'Certificate authority is missing in cluster configuration' };
  if (!cluster.cidr) return { refused: 'CIDR is missing in cluster configuration' };
  const maxPods = Number(flagValues(flags, '--max-pods').at(-1) ?? kubelet.maxPods);
  return {
    settings: {
      clusterName: cluster.name,
      endpoint: cluster.apiServerEndpoint,
      certificateAuthority: cluster.certificateAuthority,
      serviceCidr: cluster.cidr,
      labels: labelsOf(flags),
      taints: taintsOf(flags, kubelet),
      ...(Number.isInteger(maxPods) && maxPods > 0 ? { maxPods } : {}),
    },
  };
}

/** Values of a flag in the order given: `--node-labels=a=b` or `--node-labels a=b`. */
const flagValues = (flags: readonly string[], name: string): string[] =>
  flags
    .filter((flag) => flag.startsWith(name))
    .map((flag) =>
      flag
        .slice(name.length)
        .replace(/^[= ]/, '')
        .replace(/^"(.*)"$/, '$1'),
    );

function labelsOf(flags: readonly string[]): Record<string, string> {
  const pairs = flagValues(flags, '--node-labels').flatMap((value) => value.split(',').filter((pair) => pair !== ''));
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]));
}

function taintsOf(flags: readonly string[], kubelet: Readonly<Record<string, unknown>>): Taint[] {
  const byFlag = flagValues(flags, '--register-with-taints')
    .flatMap((value) => value.split(','))
    .flatMap((text) => parseTaint(text) ?? []);
  const configured = Array.isArray(kubelet.registerWithTaints) ? (kubelet.registerWithTaints as Taint[]) : [];
  return [...byFlag, ...configured.map(({ key, value, effect }) => ({ key, ...(value ? { value } : {}), effect }))];
}
