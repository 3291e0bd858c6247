import type { Resource } from '../../model/graph.ts';
import { namesOf } from '../export/names.ts';

/** `subnet/private-us-east-1a` as `SubnetPrivateUsEast1a`; an `x` keeps numbers apart, so that ranges and addresses stay different. */
const pascal = (id: string): string =>
  id
    .replaceAll(/(?<=\d)[^A-Za-z0-9]+(?=\d)/g, 'x')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

/**
 * The logical id of each resource, by id: letters and digits, one of its kind in the template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
 */
export const logicalIds = (resources: readonly Resource[]): ReadonlyMap<string, string> =>
  namesOf(resources, (_, { id }) => pascal(id), { scopeOf: () => 'template', separator: '' });
