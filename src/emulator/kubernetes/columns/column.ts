import { humanAge } from '../age.ts';
import type { KubernetesObject, LabelSelector } from '../object.ts';

/** One column of `kubectl get`: priority 1 shows with `-o wide` only. */
export interface Column<T extends KubernetesObject = KubernetesObject> {
  readonly name: string;
  readonly type?: 'string' | 'integer' | 'date';
  readonly format?: 'name';
  readonly priority?: 0 | 1;
  /** `now` in milliseconds since 1970. */
  readonly value: (object: T, now: number) => string | number;
}

export const since = (time: string | null | undefined, now: number): string =>
  time === undefined || time === null ? '<unknown>' : humanAge(now - Date.parse(time));

export const nameColumn: Column = { name: 'Name', format: 'name', value: ({ metadata }) => metadata.name };
export const ageColumn: Column = { name: 'Age', value: ({ metadata }, now) => since(metadata.creationTimestamp, now) };

/** A column that only `-o wide` shows. */
export const wide = <T extends KubernetesObject>(name: string, value: Column<T>['value']): Column<T> => ({
  name,
  priority: 1,
  value,
});

export const selectorText = (selector: LabelSelector | Record<string, string> | undefined): string => {
  if (selector === undefined) return '<none>';
  const labels = ('matchLabels' in selector ? selector.matchLabels : 'matchExpressions' in selector ? {} : selector) as
    | Record<string, string>
    | undefined;
  const text = Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return text === '' ? '<none>' : text;
};

/** Names of a template's containers and their images. */
export const containerColumns = <
  T extends KubernetesObject & { spec: { template: { spec: { containers: { name: string; image: string }[] } } } },
>(): Column<T>[] => [
  wide('Containers', ({ spec }) => spec.template.spec.containers.map(({ name }) => name).join(',')),
  wide('Images', ({ spec }) => spec.template.spec.containers.map(({ image }) => image).join(',')),
];
