import type { ChartStore } from './charts.ts';
import { type ImageStore, repositoryInMirror } from './images.ts';
import type { Blobs, Descriptor } from './oci-blobs.ts';
import type { Tagged } from './oci-image.ts';

/** What lies at a digest. */
export interface Found {
  readonly descriptor: Descriptor;
  readonly path: string;
}

/** Content by repository: `images/etcd`, `charts/flannel`. */
export interface Registry {
  /** By tag or digest. */
  manifest(repository: string, reference: string): Found | undefined;
  blob(repository: string, digest: string): Found | undefined;
  /** Undefined where there is no such repository. */
  tags(repository: string): readonly string[] | undefined;
}

interface Repository {
  readonly tags: Map<string, Found>;
  readonly manifests: Map<string, Found>;
  readonly blobs: Map<string, Found>;
}

const stand = (): Repository => ({ tags: new Map(), manifests: new Map(), blobs: new Map() });

/** What stores hold, as one registry; where two have the same tag, the first one's. */
export function registryOf(given: { readonly images: readonly ImageStore[]; readonly charts?: ChartStore }): Registry {
  const repositories = new Map<string, Repository>();
  const add = (name: string, { tag, manifest, blobs }: Tagged, { pathOf }: Blobs): void => {
    const found = (descriptor: Descriptor): Found => ({ descriptor, path: pathOf(descriptor.digest) });
    const repository = repositories.get(name) ?? stand();
    repositories.set(name, repository);
    if (!repository.tags.has(tag)) repository.tags.set(tag, found(manifest));
    repository.manifests.set(manifest.digest, found(manifest));
    // A client may ask for a manifest as for any other blob.
    for (const each of [manifest, ...blobs]) repository.blobs.set(each.digest, found(each));
  };
  for (const { images, blobs } of given.images)
    for (const image of images) add(repositoryInMirror(image.name), image, blobs);
  for (const chart of given.charts?.charts ?? []) add(`charts/${chart.name}`, chart, given.charts!.blobs);
  return {
    manifest(repository, reference) {
      const { tags, manifests } = repositories.get(repository) ?? stand();
      return tags.get(reference) ?? manifests.get(reference);
    },
    blob: (repository, digest) => repositories.get(repository)?.blobs.get(digest),
    tags: (repository) => {
      const known = repositories.get(repository);
      return known && [...known.tags.keys()].sort();
    },
  };
}
