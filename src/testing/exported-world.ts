import type { World } from '../emulator/world.ts';
import {
  appliedSizeTag,
  clusterTag,
  exportedTag,
  exportedUsesTag,
  idTag,
  keptTagPrefix,
  usesTag,
} from '../model/tags.ts';

type TagMap = Record<string, string>;
interface GroupTag {
  key: string;
  value: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Instances and what they came with bear the tags of their launch template, which are content of it and are exported as they stand. */
const isOfTemplate = (id: string, tags: TagMap): boolean =>
  id.startsWith('i-') ||
  (id.startsWith('vol-') && !(tags[idTag] ?? '').startsWith('volume/')) ||
  (id.startsWith('eni-') && !(tags[idTag] ?? '').startsWith('network-interface/'));

/** The tags as Terraform would have set them. */
function exportedMap(tags: TagMap, cluster: string): void {
  for (const key of Object.keys(tags)) {
    if (key === clusterTag || key === appliedSizeTag || key.startsWith(keptTagPrefix)) delete tags[key];
  }
  tags[exportedTag] = cluster;
}

function markedSubnet(tags: TagMap, cluster: string): void {
  const [mark, exported] = [usesTag(cluster), exportedUsesTag(cluster)];
  tags[exported] = tags[mark]!;
  tags[`${exported}/keys`] = (tags[`${mark}/keys`] ?? '').replaceAll('=', '');
  delete tags[mark];
  delete tags[`${mark}/keys`];
}

function exportedGroup(list: GroupTag[], cluster: string): void {
  const map = Object.fromEntries(list.map(({ key, value }) => [key, value]));
  exportedMap(map, cluster);
  const [first] = list;
  list.splice(0, list.length, ...Object.entries(map).map(([key, value]) => ({ ...first!, key, value })));
}

/**
 * Turns what Quilla made for a cluster into what Terraform would have made from its output: without the tags and notes by which Quilla
 * owns it, with the tag that says for which cluster it was exported. `only` picks those by their id in the graph.
 */
export function makeExported(world: World, cluster: string, only: (id: string) => boolean = () => true): void {
  const walk = (value: unknown, name = ''): void => {
    if (Array.isArray(value)) {
      const tags = value as GroupTag[];
      const id = tags.find(({ key }) => key === idTag)?.value ?? '';
      if (tags.some((tag) => tag?.key === clusterTag && tag.value === cluster) && only(id))
        exportedGroup(tags, cluster);
      for (const each of value) walk(each);
    }
    if (!isRecord(value)) return;
    const tags = value as TagMap;
    if (tags[clusterTag] === cluster && !isOfTemplate(name, tags) && only(tags[idTag] ?? ''))
      exportedMap(tags, cluster);
    if (usesTag(cluster) in tags) markedSubnet(tags, cluster);
    for (const [key, inner] of Object.entries(value)) walk(inner, key);
  };
  walk(world);
}

/** Every place of a world where a tag of Quilla's stands, those of launch templates and of what instances got from them left out. */
export function quillaTagsIn(world: World): string[] {
  const places: string[] = [];
  const walk = (value: unknown, at: string, name: string): void => {
    if (Array.isArray(value)) for (const [i, each] of value.entries()) walk(each, `${at}/${i}`, String(i));
    if (!isRecord(value)) return;
    if (name === 'launchTemplates' || name === 'kubernetes') return;
    if ('key' in value && String(value.key).startsWith('quilla.dev/')) places.push(`${at}: ${value.key}`);
    if (isOfTemplate(name, value as TagMap)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key.startsWith('quilla.dev/') && typeof inner === 'string') places.push(`${at}: ${key}`);
      walk(inner, `${at}/${key}`, key);
    }
  };
  walk(world, '', '');
  return places.sort();
}

const isOurTag = (value: unknown): boolean => isRecord(value) && String(value.key ?? '').startsWith('quilla.dev/');

/** The same world without any tag of Quilla's, and without what `dropped` names of its objects in S3. */
export function withoutTags(world: World, dropped: readonly string[] = []): World {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((each) => !isOurTag(each)).map(bare);
    if (!isRecord(value)) return value;
    const kept = Object.entries(value).filter(([key]) => !key.startsWith('quilla.dev/') && !dropped.includes(key));
    return Object.fromEntries(kept.map(([key, inner]) => [key, bare(inner)]));
  };
  return bare(structuredClone(world)) as World;
}
