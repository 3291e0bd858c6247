import type { KubernetesObject, LabelSelector, Node, NodeSelectorTerm, SelectorTerm } from './object.ts';
import { invalidRequest } from './status-error.ts';

type Labels = Readonly<Record<string, string>>;

function matchesTerm(labels: Labels, { key, operator, values = [] }: SelectorTerm): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether labels match a selector of an object's spec. An empty selector matches all, a missing one nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((term) => matchesTerm(labels, term));
}

/** One term of a node selector: all its expressions on labels, and on fields (only metadata.name is one). */
export function matchesNode(node: Node, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return (
    matchExpressions.every((term) => matchesTerm(node.metadata.labels ?? {}, term)) &&
    matchFields.every((term) => matchesTerm({ 'metadata.name': node.metadata.name }, term))
  );
}

/** The labelSelector of a request: `app=web,tier!=db,env in (a,b),!legacy`. */
export function parseLabelSelector(text: string): SelectorTerm[] {
  const parts = text.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
  return parts.map((part) => parseRequirement(part.trim(), text));
}

function parseRequirement(part: string, whole: string): SelectorTerm {
  const name = '([A-Za-z0-9][-A-Za-z0-9_./]*)';
  let match = new RegExp(`^${name}\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`).exec(part);
  if (match !== null) return { key: match[1]!, operator: match[2] === '!=' ? 'NotIn' : 'In', values: [match[3]!] };
  match = new RegExp(`^${name}\\s+(in|notin)\\s+\\(([^)]*)\\)$`).exec(part);
  if (match !== null) {
    const values = match[3]!.split(',').map((value) => value.trim());
    return { key: match[1]!, operator: match[2] === 'in' ? 'In' : 'NotIn', values };
  }
  match = new RegExp(`^(!?)\\s*${name}$`).exec(part);
  if (match !== null) return { key: match[2]!, operator: match[1] === '!' ? 'DoesNotExist' : 'Exists' };
  throw invalidRequest(`unable to parse requirement: found '${part}' in "${whole}"`);
}

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  replicasets: ['status.replicas'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'regarding.kind',
    'regarding.name',
    'regarding.namespace',
    'regarding.uid',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

export interface FieldTerm {
  readonly path: string;
  readonly equal: boolean;
  readonly value: string;
}

/** The fieldSelector of a request; only what a kube-apiserver indexes for that resource is allowed. */
export function parseFieldSelector(text: string, plural: string): FieldTerm[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^([^=!]+?)(==|=|!=)(.*)$/.exec(part);
      if (match === null) throw invalidRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const path = match[1]!;
      const allowed = ['metadata.name', 'metadata.namespace', ...(fieldsOf[plural] ?? [])];
      if (!allowed.includes(path)) throw invalidRequest(`field label not supported: ${path}`);
      return { path, equal: match[2] !== '!=', value: match[3]! };
    });
}

function fieldOf(object: KubernetesObject, path: string): string {
  let value: unknown = object;
  const real = path.startsWith('regarding.') ? path.replace('regarding', 'involvedObject') : path;
  for (const key of real === 'source' ? ['source', 'component'] : real.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[key];
  if (value === undefined || value === null)
    return path === 'spec.unschedulable' || path === 'spec.hostNetwork' ? 'false' : '';
  return String(value);
}

/** What a list or a watch is limited to. */
export interface Filter {
  readonly labels: readonly SelectorTerm[];
  readonly fields: readonly FieldTerm[];
}

export const passes = (object: KubernetesObject, { labels, fields }: Filter): boolean =>
  labels.every((term) => matchesTerm(object.metadata.labels ?? {}, term)) &&
  fields.every(({ path, equal, value }) => (fieldOf(object, path) === value) === equal);
