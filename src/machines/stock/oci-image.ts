import type { Blobs, Descriptor } from './oci-blobs.ts';
import type { Layer } from './oci-layer.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Something that a registry serves under a tag. */
export interface Tagged {
  /** As at its publisher: `registry.k8s.io/etcd`. */
  readonly name: string;
  readonly tag: string;
  readonly manifest: Descriptor;
  /** All that the manifest names. */
  readonly blobs: readonly Descriptor[];
}

export interface ImageParts {
  /** Its name. Without it two images of the same layers would be one, and a node would call it by either name. */
  readonly title: string;
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** What runs where the pod names no command. */
  readonly entrypoint?: readonly string[];
}

/** Keeps a manifest, whose parts are kept already. */
export async function putManifest(blobs: Blobs, manifest: Manifest): Promise<Pick<Tagged, 'manifest' | 'blobs'>> {
  const kept = await blobs.put(manifest.mediaType, JSON.stringify(manifest));
  return { manifest: kept, blobs: [manifest.config, ...manifest.layers] };
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Keeps an image, for this host's kind of machine. */
export async function putImage(
  blobs: Blobs,
  { title, layers, entrypoint }: ImageParts,
): Promise<Pick<Tagged, 'manifest' | 'blobs'>> {
  const config = await blobs.put(
    configType,
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {
        Env: [path],
        WorkingDir: '/',
        Labels: { 'org.opencontainers.image.title': title },
        ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
      },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    }),
  );
  return putManifest(blobs, {
    schemaVersion: 2,
    mediaType: manifestType,
    config,
    layers: layers.map(({ descriptor }) => descriptor),
  });
}
