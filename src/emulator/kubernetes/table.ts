import { ageColumn, type Column, nameColumn } from './columns/column.ts';
import * as core from './columns/core.ts';
import * as workloads from './columns/workloads.ts';
import type { Data } from './data.ts';
import type { KubernetesObject, Plural } from './object.ts';

/** Columns by resource; others show name and age, as a custom resource without columns does. */
const columns: { readonly [plural in Plural]?: readonly unknown[] } = {
  nodes: core.nodeColumns,
  pods: core.podColumns,
  namespaces: core.namespaceColumns,
  services: core.serviceColumns,
  configmaps: core.configMapColumns,
  secrets: core.secretColumns,
  serviceaccounts: core.serviceAccountColumns,
  events: core.eventColumns,
  deployments: workloads.deploymentColumns,
  replicasets: workloads.replicaSetColumns,
  daemonsets: workloads.daemonSetColumns,
  statefulsets: workloads.statefulSetColumns,
  poddisruptionbudgets: workloads.budgetColumns,
  leases: workloads.leaseColumns,
  storageclasses: workloads.storageClassColumns,
  csinodes: workloads.csiNodeColumns,
  priorityclasses: workloads.priorityClassColumns,
};

const columnsOf = (plural: Plural): readonly Column[] =>
  (columns[plural] as readonly Column[] | undefined) ?? [nameColumn, ageColumn];

export interface TableWish {
  readonly plural: Plural;
  /** What each row carries of its object: `Metadata` unless asked. */
  readonly includeObject: 'None' | 'Metadata' | 'Object';
  readonly now: number;
}

/** The rows behind `kubectl get`: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
export function tableOf(
  objects: readonly KubernetesObject[],
  metadata: Data,
  { plural, includeObject, now }: TableWish,
): Data {
  const own = columnsOf(plural);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: own.map(({ name, type = 'string', format = '', priority = 0 }) => ({
      name,
      type,
      format,
      description: '',
      priority,
    })),
    rows: objects.map((object) => ({
      cells: own.map(({ value }) => value(object, now)),
      ...rowObject(object, includeObject),
    })),
  };
}

function rowObject(object: KubernetesObject, include: TableWish['includeObject']): Data {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } };
}
