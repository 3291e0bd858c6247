import * as z from 'zod';
import type { JsonObject } from './cluster.ts';
import { clusterInput } from './input.ts';

/** The spec's JSON Schema (draft 2020-12), for editors. `loadCluster` checks more: what depends on other fields, and the catalog. */
export function specJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(clusterInput, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' });
  return {
    ...(schema as JsonObject),
    $id: 'https://quilla.dev/schema/v1alpha1/cluster.json',
    title: 'Quilla cluster',
    description: 'A Kubernetes cluster on AWS.',
  };
}
