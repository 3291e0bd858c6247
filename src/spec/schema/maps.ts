import * as z from 'zod';
import type { Problem } from '../problem.ts';

type KeyRule = (key: string, value: string) => Problem | undefined;

/** A mapping of text to text, each pair under a rule; a problem is reported at the pair's path. */
export function pairs(rule: KeyRule) {
  return z.record(z.string(), z.string()).check((context) => {
    for (const [key, value] of Object.entries(context.value)) {
      const problem = rule(key, value);
      if (problem === undefined) continue;
      context.issues.push({ code: 'custom', input: value, path: [key], message: problem.detail, params: { problem } });
    }
  });
}

const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const dnsName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Whether Kubernetes takes it as the key of a label or taint. */
export function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  return parts.length <= 2 && name.test(parts.at(-1)!) && (parts.length === 1 || dnsName.test(parts[0]!));
}

export const isLabelValue = (value: string): boolean => value === '' || name.test(value);

const mayBeSet = /^(node|kubelet)\.kubernetes\.io\/|^[a-z0-9.-]+\.(node|kubelet)\.kubernetes\.io\//;
const wellKnown = [
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
];

/** Labels that the kubelet refuses to set itself: those of kubernetes.io and k8s.io, but for a few. */
const isReserved = (key: string): boolean => {
  const prefix = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  const isTheirs = /(^|\.)(kubernetes\.io|k8s\.io)$/.test(prefix);
  return isTheirs && !mayBeSet.test(key) && !wellKnown.includes(key);
};

export const labels = pairs((key, value) => {
  if (!isLabelKey(key)) return { code: 'spec.bad-label', detail: `${JSON.stringify(key)} is not a key of a label` };
  if (!isLabelValue(value))
    return { code: 'spec.bad-label', detail: `${JSON.stringify(value)} is not a value of a label` };
  if (!isReserved(key)) return undefined;
  return {
    code: 'spec.bad-label',
    detail: `${JSON.stringify(key)} is of a domain that the kubelet may not set, so the nodes would not join`,
    fix: `Use a label of your own: example.com/${key.slice(key.indexOf('/') + 1)}, or node.kubernetes.io/...`,
  };
});

export const podLabels = pairs((key, value) =>
  isLabelKey(key) && isLabelValue(value)
    ? undefined
    : { code: 'spec.bad-label', detail: `${JSON.stringify(key)}: ${JSON.stringify(value)} is not a label` },
);

const reservedTag = (key: string): string | undefined =>
  ['aws:', 'quilla.dev/', 'kubernetes.io/cluster/'].find((prefix) => key.toLowerCase().startsWith(prefix));

export const tags = pairs((key, value) => {
  const reserved = reservedTag(key);
  if (reserved !== undefined)
    return {
      code: 'spec.bad-tag',
      detail: `${JSON.stringify(key)}: keys that begin with ${reserved} are not for specs`,
    };
  if (key.length < 1 || key.length > 128)
    return { code: 'spec.bad-tag', detail: `the key of a tag has 1 to 128 characters, this one ${key.length}` };
  if (value.length > 256)
    return { code: 'spec.bad-tag', detail: `the value of a tag has at most 256 characters, this one ${value.length}` };
  const wrong = `${key}${value}`.match(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u)?.[0];
  return wrong === undefined
    ? undefined
    : { code: 'spec.bad-tag', detail: `${JSON.stringify(wrong)} may not stand in a tag` };
});

/** Any mapping, passed on as it is. */
export const anyMapping = z.record(z.string(), z.unknown());
