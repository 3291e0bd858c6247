import { servicePlaces } from '../network/addresses.ts';

/** The host name of the run's mirror of images, charts and files. */
export const mirrorName = 'mirror.quilla.internal';

const region = '[a-z]{2}(?:-[a-z]+)+-[0-9]';
const s3 = new RegExp(`^(?:.+\\.)?s3(?:[.-](?:dualstack\\.)?${region})?\\.amazonaws\\.com$`);
const ofServices = [
  new RegExp(`^[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.${region}\\.amazonaws\\.com$`),
  new RegExp(`^[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.${region}\\.api\\.aws$`),
  // Global ones: IAM, Route 53, STS.
  /^[a-z0-9-]+\.amazonaws\.com$/,
  /^[a-z0-9-]+\.global\.api\.aws$/,
];
/** Names below these are those of resources, and are there only if their resource is. */
const ofResources = new RegExp(
  `\\.(?:elb|vpce|compute)\\.(?:${region}\\.)?amazonaws\\.com$|\\.elb\\.amazonaws\\.com$|\\.${region}\\.(?:elb|vpce)\\.amazonaws\\.com$`,
);

/** Where a name that everybody resolves leads: AWS's endpoints, S3's, the mirror; undefined for all others. Lower case, no dot at its end. */
export function publicNames(name: string): readonly string[] | undefined {
  if (name === mirrorName) return [servicePlaces.mirror];
  if (s3.test(name)) return [servicePlaces.s3];
  if (ofResources.test(name)) return undefined;
  return ofServices.some((pattern) => pattern.test(name)) ? [servicePlaces.aws] : undefined;
}
