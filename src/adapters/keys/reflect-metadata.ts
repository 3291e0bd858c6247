/**
 * What the container inside `@peculiar/x509` (tsyringe) needs of decorator metadata, and refuses to load without: what it writes about a class it
 * reads again. A whole polyfill would be one more dependency that runs beside a user's credentials. To be imported before that library.
 * https://github.com/microsoft/tsyringe#installation
 */
type Metadata = Map<unknown, unknown>;
const known = new WeakMap<object, Metadata>();

const own = (target: object): Metadata => {
  const there = known.get(target) ?? new Map<unknown, unknown>();
  known.set(target, there);
  return there;
};

const polyfill = {
  defineMetadata: (key: unknown, value: unknown, target: object): void => void own(target).set(key, value),
  getOwnMetadata: (key: unknown, target: object): unknown => known.get(target)?.get(key),
  hasOwnMetadata: (key: unknown, target: object): boolean => known.get(target)?.has(key) ?? false,
  getMetadata(key: unknown, target: object): unknown {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      if (known.get(at)?.has(key)) return known.get(at)?.get(key);
    }
    return undefined;
  },
  metadata: (key: unknown, value: unknown) => (target: object) => void own(target).set(key, value),
};

if (!('getMetadata' in Reflect)) Object.assign(Reflect, polyfill);
