import type { Resource } from '../../model/graph.ts';
import type { KindName } from '../../model/kinds/names.ts';
import { namesOf } from '../export/names.ts';

/** The part of an id after its kind, or the kind where there is one only. */
const tailOf = ({ id }: Resource): string => id.slice(id.indexOf('/') + 1);

/** Identifiers hold letters, digits, `_` and `-`, and begin with a letter or `_`: https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers */
function identifier(resource: Resource): string {
  const text = tailOf(resource)
    .replaceAll('/', '_')
    .replaceAll(/[^A-Za-z0-9_-]/g, '-');
  return /^[A-Za-z_]/.test(text) ? text : `_${text}`;
}

/** Four numbers are an address, and `--` stands in the shortest way to write one of IPv6. */
const addresses = (text: string): string =>
  text
    .replaceAll(/(?<!\d)(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?!\d)/g, '$1.$2.$3.$4')
    .replaceAll(
      /(?<![a-z0-9])(?:[0-9a-f]{1,4}-)*(?:[0-9a-f]{1,4})?--(?:[0-9a-f]{1,4}(?:-[0-9a-f]{1,4})*)?(?![a-z0-9])/g,
      (part) => part.replaceAll('-', ':'),
    );

/** Kinds whose ids have something else in them than hyphens, slashes and addresses. */
const special: { readonly [K in KindName]?: (name: string) => string } = {
  // Add-ons of the marketplace: `kubecost_kubecost`.
  addon: (name) => name,
  'vpc-endpoint': (name) => name.replace(/^ecr-/, 'ecr.'),
  // A pod's namespace and service account.
  role: (name) => name.replace(/^(pod-(?:kube-system|[a-z0-9]+))-/, '$1.'),
};

const usualTail = (name: string, kind: KindName): string =>
  special[kind]?.(name) ?? addresses(name.replace(/^_(?=[^A-Za-z_])/, '').replaceAll('_', '/'));

/** The name of each resource in its address, by id: `private-us-east-1a` of `aws_subnet.private-us-east-1a`. */
export const addressNames = (resources: readonly Resource[]): ReadonlyMap<string, string> =>
  namesOf(resources, {
    write: identifier,
    usual: (name, { id, kind }) => (id === kind ? id : `${kind}/${usualTail(name, kind)}`),
    separator: '_',
  });
