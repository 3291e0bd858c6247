import type {
  AddonInfo,
  DescribeAddonConfigurationRequest,
  DescribeAddonConfigurationResponse,
  DescribeAddonVersionsRequest,
  DescribeAddonVersionsResponse,
} from '@aws-sdk/client-eks';
import { parse } from 'yaml';
import type { Handler } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { type AddonOffer, addonOffers, defaultAddonVersion } from './addon-catalog.ts';
import { invalidParameter, notFound } from './errors.ts';
import { supportedVersions } from './versions.ts';

const fits = (wanted: readonly string[] | undefined, value: string): boolean =>
  wanted === undefined || wanted.length === 0 || wanted.includes(value);

function infoOf(offer: AddonOffer, kubernetes: readonly string[]): AddonInfo {
  const addonVersions = offer.versions
    .map(({ version, from, to }) => ({
      addonVersion: version,
      architecture: ['amd64', 'arm64'],
      computeTypes: [...offer.computeTypes],
      compatibilities: kubernetes
        .filter((minor) => from <= Number(minor.slice(2)) && Number(minor.slice(2)) <= to)
        .map((clusterVersion) => ({
          clusterVersion,
          platformVersions: ['*'],
          defaultVersion: defaultAddonVersion(offer, clusterVersion) === version,
        })),
      requiresConfiguration: false,
      requiresIamPermissions: offer.requiresIam,
    }))
    .filter((row) => row.compatibilities.length > 0);
  return {
    addonName: offer.name,
    type: offer.type,
    addonVersions,
    publisher: offer.publisher,
    owner: 'aws',
    defaultNamespace: offer.namespace,
  };
}

export const describeAddonVersions: Handler<Given<DescribeAddonVersionsRequest>, DescribeAddonVersionsResponse> = (
  input,
  { now },
) => {
  const minors = supportedVersions(now).map((version) => version.minor);
  const wanted = input.kubernetesVersion;
  if (wanted !== undefined && !minors.includes(wanted)) throw invalidParameter('unsupported Kubernetes version');
  const offers = addonOffers(now)
    .filter((offer) => fits(input.addonName === undefined ? undefined : [input.addonName], offer.name))
    .filter(
      (offer) => fits(input.types, offer.type) && fits(input.publishers, offer.publisher) && fits(input.owners, 'aws'),
    );
  if (input.addonName !== undefined && offers.length === 0) {
    throw notFound(`Addon ${input.addonName} specified is not supported`, { addonName: input.addonName });
  }
  const rows = offers
    .map((offer) => infoOf(offer, wanted === undefined ? minors : [wanted]))
    .filter((row) => row.addonVersions!.length > 0);
  const page = pageOf(rows, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { addons: [...page.items], nextToken: page.next };
};

const schemaOf = (offer: AddonOffer) => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  additionalProperties: false,
  type: 'object',
  properties: Object.fromEntries(Object.entries(offer.settings).map(([name, type]) => [name, { type }])),
});

export const describeAddonConfiguration: Handler<
  Given<DescribeAddonConfigurationRequest>,
  DescribeAddonConfigurationResponse
> = ({ addonName, addonVersion }, { now }) => {
  const offer = addonOffers(now).find((candidate) => candidate.name === addonName);
  if (!offer?.versions.some(({ version }) => version === addonVersion)) {
    throw notFound(`Addon ${addonName} with version ${addonVersion} is not supported`, { addonName });
  }
  return {
    addonName,
    addonVersion,
    configurationSchema: JSON.stringify(schemaOf(offer)),
    podIdentityConfiguration: offer.podIdentity.map(({ serviceAccount, policies }) => ({
      serviceAccount,
      recommendedManagedPolicies: policies.map((policy) => `arn:aws:iam::aws:policy/${policy}`),
    })),
  };
};

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

/** Checks configurationValues (JSON or YAML) against the add-on's schema, in the words of EKS. */
export function checkConfigurationValues(offer: AddonOffer, text: string | undefined): void {
  if (text === undefined || text === '') return;
  const refuse = (problem: string): never => {
    throw invalidParameter(
      `ConfigurationValue provided in request is not supported: Json schema validation failed with error: [${problem}]`,
      { addonName: offer.name },
    );
  };
  const values: unknown = readYaml(text, offer);
  if (typeOf(values) !== 'object') refuse(`$: ${typeOf(values)} found, object expected`);
  for (const [name, value] of Object.entries(values as object)) {
    const type = offer.settings[name];
    if (type === undefined)
      refuse(`$.${name}: is not defined in the schema and the schema does not allow additional properties`);
    if (type !== typeOf(value)) refuse(`$.${name}: ${typeOf(value)} found, ${type} expected`);
  }
}

function readYaml(text: string, offer: AddonOffer): unknown {
  try {
    return parse(text);
  } catch {
    throw invalidParameter('ConfigurationValue provided in request is not supported: it is neither JSON nor YAML', {
      addonName: offer.name,
    });
  }
}
