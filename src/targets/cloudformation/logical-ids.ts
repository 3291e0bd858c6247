import type { Resource } from '../../model/graph.ts';
import { type KindName, kindNames } from '../../model/kinds/names.ts';
import { namesOf } from '../export/names.ts';

/** `subnet/private-us-east-1a` as `SubnetPrivateUsEast1a`; an `x` keeps numbers apart, so that ranges and addresses stay different. */
const pascal = (id: string): string =>
  id
    .replaceAll(/(?<=\d)[^A-Za-z0-9]+(?=\d)/g, 'x')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

const longestFirst = [...kindNames].sort((a, b) => b.length - a.length);

/** A number begins a word (`us-east-1a`, `workers-2`), but for services, protocols and letters that are counted (`s3`, `ipv6`, `seat-a2`). */
const words = (text: string): string =>
  text
    .replaceAll(/(?<=.)(?=[A-Z])/g, '-')
    .replaceAll(/(?<=[A-Za-z])(?=\d)/g, '-')
    .toLowerCase()
    .replaceAll(/(?<![a-z0-9])([a-z]|ec|ipv|user)-(?=\d)/g, '$1');

const addressAtEnd = /(?<!\d)(\d{1,3})x(\d{1,3})x(\d{1,3})x(\d{1,3})x(\d{1,2})$/;

/** Words with the range that may come after them. */
function ranged(text: string, slash: '/' | '-' = '/'): string {
  const [range = ''] = addressAtEnd.exec(text) ?? [];
  const before = words(text.slice(0, text.length - range.length));
  const [a, b, c, d, prefix] = range.split('x');
  if (range === '') return before;
  return `${before}${before === '' ? '' : '-'}${a}.${b}.${c}.${d}${slash}${prefix}`;
}

/** A namespace or what else comes first, and the rest. */
const divided = (text: string, mark: string): string =>
  text.replace(/^(kube-system|api-public|[a-z0-9]+)-/, `$1${mark}`);

/** Kinds whose ids have something else in them than words and ranges. */
const special: { readonly [K in KindName]?: (text: string) => string } = {
  subnet: (text) => ranged(text, '-'),
  'route-table-association': (text) => ranged(text, '-'),
  route: (text) =>
    addressAtEnd.test(text)
      ? ranged(text).replace(/-(?=[\d.]+\/\d+$)/, '/')
      : text.endsWith('0')
        ? `${words(text.slice(0, -1))}/::/0`
        : words(text),
  'security-group-rule': (text) => divided(ranged(text), '/').replace(/-0$/, '-::/0'),
  'pod-identity-association': (text) => divided(words(text), '/'),
  role: (text) => words(text).replace(/^pod-(.*)$/, (_, pod: string) => `pod-${divided(pod, '.')}`),
  'vpc-endpoint': (text) => words(text).replace(/^ecr-/, 'ecr.').replace(/^ec2-/, 'ec2'),
};

/** The id that a logical id is for: every place where writing loses something is read in the way that is usual for the kind. */
function usualId(name: string): string {
  const kind = longestFirst.find(
    (one) => name.startsWith(pascal(one)) && !/^[a-z]/.test(name.slice(pascal(one).length)),
  );
  if (kind === undefined) return '';
  const rest = name.slice(pascal(kind).length);
  return rest === '' ? kind : `${kind}/${special[kind]?.(rest) ?? ranged(rest)}`;
}

/**
 * The logical id of each resource, by id: letters and digits, one of its kind in the template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
 */
export const logicalIds = (resources: readonly Resource[]): ReadonlyMap<string, string> =>
  namesOf(resources, { write: ({ id }) => pascal(id), usual: usualId, separator: '' });
