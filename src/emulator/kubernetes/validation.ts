import { sameJson } from '../../base/canonical-json.ts';
import type { Container, KubernetesObject, LabelSelector, PodTemplate } from './object.ts';
import { parseQuantity } from './quantity.ts';
import { matchesSelector } from './selectors.ts';
import type { FieldProblem } from './status-error.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedName =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const wrong = (field: string, value: unknown, why: string): FieldProblem => ({
  field,
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});
const required = (field: string, why = ''): FieldProblem => ({
  field,
  reason: 'FieldValueRequired',
  message: `Required value${why === '' ? '' : `: ${why}`}`,
});

const subdomainRule = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
const labelRule = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`;
const valueRule = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;
const keyRule = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;

/** What the API server would find wrong in an object, beyond what its type is. */
export function problemsOf(object: KubernetesObject): FieldProblem[] {
  return [...metadataProblems(object), ...specProblems(object)];
}

function metadataProblems({ kind, metadata }: KubernetesObject): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const strict = kind === 'Namespace' || kind === 'Service';
  const free = kind.startsWith('Role') || kind.startsWith('ClusterRole');
  if (!free && (!(strict ? label : subdomain).test(metadata.name) || metadata.name.length > (strict ? 63 : 253))) {
    problems.push(wrong('metadata.name', metadata.name, strict ? labelRule : subdomainRule));
  }
  return [...problems, ...labelProblems('metadata.labels', metadata.labels)];
}

function labelProblems(field: string, labels: Record<string, string> | undefined): FieldProblem[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...(qualifiedName.test(key) ? [] : [wrong(field, key, keyRule)]),
    ...(value.length > 63 ? [wrong(field, value, 'must be no more than 63 bytes')] : []),
    ...(labelValue.test(value) ? [] : [wrong(field, value, valueRule)]),
  ]);
}

function specProblems(object: KubernetesObject): FieldProblem[] {
  const spec = object.spec as Record<string, unknown> | undefined;
  switch (object.kind) {
    case 'Pod':
      return podProblems('spec', spec);
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
    case 'StatefulSet':
      return workloadProblems(spec);
    case 'PodDisruptionBudget':
      return spec?.minAvailable !== undefined && spec.maxUnavailable !== undefined
        ? [wrong('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
        : [];
    default:
      return [];
  }
}

function workloadProblems(spec: Record<string, unknown> | undefined): FieldProblem[] {
  const selector = spec?.selector as LabelSelector | undefined;
  const template = spec?.template as PodTemplate | undefined;
  const problems: FieldProblem[] = [];
  if (typeof spec?.replicas === 'number' && spec.replicas < 0) {
    problems.push(wrong('spec.replicas', spec.replicas, 'must be greater than or equal to 0'));
  }
  if (selector === undefined) problems.push(required('spec.selector'));
  else if (!matchesSelector(selector, template?.metadata?.labels)) {
    problems.push(
      wrong(
        'spec.template.metadata.labels',
        template?.metadata?.labels ?? null,
        '`selector` does not match template `labels`',
      ),
    );
  }
  return [...problems, ...podProblems('spec.template.spec', template?.spec as Record<string, unknown> | undefined)];
}

function podProblems(field: string, spec: Record<string, unknown> | undefined): FieldProblem[] {
  const containers = spec?.containers as Container[] | undefined;
  if (containers === undefined || containers.length === 0) return [required(`${field}.containers`)];
  return containers.flatMap((container, i) => containerProblems(`${field}.containers[${i}]`, container));
}

function containerProblems(field: string, container: Container): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!container.name) problems.push(required(`${field}.name`));
  else if (!label.test(container.name)) problems.push(wrong(`${field}.name`, container.name, labelRule));
  if (!container.image) problems.push(required(`${field}.image`));
  for (const which of ['requests', 'limits'] as const) {
    for (const [resource, value] of Object.entries(container.resources?.[which] ?? {})) {
      if (parseQuantity(value) === undefined) {
        problems.push(
          wrong(
            `${field}.resources.${which}[${resource}]`,
            value,
            `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
          ),
        );
      }
    }
  }
  return problems;
}

/** What an update may not change. */
export function immutableProblems(before: KubernetesObject, after: KubernetesObject): FieldProblem[] {
  const immutable = 'field is immutable';
  const [old, next] = [before.spec, after.spec] as [
    Record<string, unknown> | undefined,
    Record<string, unknown> | undefined,
  ];
  if (
    ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].includes(before.kind) &&
    !sameJson(old?.selector, next?.selector)
  ) {
    return [wrong('spec.selector', next?.selector, immutable)];
  }
  if (before.kind === 'Node' && old?.providerID && old.providerID !== next?.providerID) {
    return [
      {
        field: 'spec.providerID',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: node updates may not change providerID except from "" to valid',
      },
    ];
  }
  if (before.kind === 'Pod') return podChange(old ?? {}, next ?? {});
  return [];
}

/** https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement */
function podChange(old: Record<string, unknown>, next: Record<string, unknown>): FieldProblem[] {
  const fixed = ({
    tolerations: _,
    activeDeadlineSeconds: _a,
    terminationGracePeriodSeconds: _t,
    containers,
    initContainers: _i,
    ...rest
  }: Record<string, unknown>): unknown => [
    rest,
    (containers as Container[]).map(({ image: _image, ...container }) => container),
  ];
  if (sameJson(fixed(old), fixed(next))) return [];
  return [
    {
      field: 'spec',
      reason: 'FieldValueForbidden',
      message:
        'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    },
  ];
}
