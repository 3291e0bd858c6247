import * as z from 'zod';
import { parseCidr } from '../../base/cidr.ts';
import { type Component, reservedFlag } from '../reserved-flags.ts';
import { pairs } from './maps.ts';
import { ruled } from './scalars.ts';

const quote = (value: string): string => JSON.stringify(value);
const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const dnsPattern = `^${label}(\\.${label})*$`;
const isDnsName = (value: string): boolean => value.length <= 253 && new RegExp(dnsPattern).test(value);

/** A DNS name of at least two labels, without the dot at its end. */
export const dnsZone = ruled((value) => {
  if (isDnsName(value) && value.includes('.')) return undefined;
  const plain = value
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[./]+$/, '');
  return {
    code: 'spec.bad-name',
    detail: `${quote(value)} is not a DNS name like example.com`,
    ...(plain !== value && isDnsName(plain) && plain.includes('.') ? { fix: `Did you mean ${plain}?` } : {}),
  };
}, dnsPattern);

/** A DNS name, with a wildcard first if need be, or an address: what a certificate holds. */
export const certificateName = ruled((value) => {
  if (isDnsName(value.replace(/^\*\./, '')) || parseCidr(`${value}/32`).ok || parseCidr(`${value}/128`).ok)
    return undefined;
  const host = value
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[:/].*$/, '')
    .toLowerCase();
  return {
    code: 'spec.bad-name',
    detail: `${quote(value)} is neither a DNS name nor an IP address`,
    ...(host !== value && host !== '' && isDnsName(host) ? { fix: `Write the name alone: ${host}.` } : {}),
  };
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = ruled((value) => {
  const wrong = (detail: string, fix?: string) => ({
    code: 'spec.bad-name' as const,
    detail: `${quote(value)}: ${detail}`,
    ...(fix === undefined ? {} : { fix }),
  });
  const plain = /^(?:s3:\/\/|arn:aws[a-z-]*:s3:::)([^/]+)/.exec(value)?.[1];
  if (plain !== undefined) return wrong('the name of the bucket is needed here', `Write ${plain}.`);
  if (value.length < 3 || value.length > 63)
    return wrong(`the name of a bucket has 3 to 63 characters, this one ${value.length}`);
  if (!/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/.test(value))
    return wrong(
      'the name of a bucket has small letters, digits, dashes and dots, with a letter or digit first and last',
    );
  if (value.includes('.'))
    return wrong('a bucket with a dot in its name cannot be reached by TLS under its own name', 'Use one without.');
  return /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/.test(value)
    ? wrong('AWS keeps names that begin or end so for itself')
    : undefined;
}, '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$');

const httpsUrl = (value: string): URL | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'https:' && url.hostname !== '' ? url : undefined;
};

/** A URL under which files lie. Access keys do not belong into a spec. */
export const mirrorUrl = ruled((value) => {
  const url = httpsUrl(value);
  const wrong = (detail: string, fix: string) => ({ code: 'spec.bad-url' as const, detail, fix });
  // What stands before the @ may be a password: it is not said again.
  if (value.includes('@'))
    return wrong(
      'the URL holds a name or a password, which user data would show',
      'Let the mirror know the network, or use a bucket behind an endpoint.',
    );
  if (url === undefined)
    return wrong(`${quote(value)} is not an https URL`, 'It is written like https://mirror.example.com/files.');
  if (url.search !== '' || url.hash !== '')
    return wrong(`${quote(value)} has a query`, 'Paths are added at its end: take ? and # out.');
  return value.endsWith('/')
    ? wrong(`${quote(value)} ends with a slash`, `Write ${value.replace(/\/+$/, '')}.`)
    : undefined;
}, '^https://.+$');

/** Digests of files by the host and path of their publishers' URL. */
export const fileDigests = pairs((place, digest) => {
  const wrong = (detail: string, fix: string) => ({ code: 'spec.bad-digest' as const, detail, fix });
  if (/^[a-z]+:\/\//.test(place))
    return wrong(`${quote(place)} has a scheme`, `Write ${place.replace(/^[a-z]+:\/\//, '')}.`);
  if (/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const plain = digest.replace(/^sha256:/, '').toLowerCase();
  return wrong(
    `${quote(digest)} is not a sha256`,
    /^[0-9a-f]{64}$/.test(plain) ? `Write ${plain}.` : 'It has 64 hexadecimal digits, as sha256sum prints them.',
  );
});

/** A registry and a path in it, without a scheme. */
export const mirrorImages = ruled((value) => {
  if (
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(value) &&
    /^[^/]*[.:]/.test(value)
  )
    return undefined;
  const plain = value.replace(/^[a-z]+:\/\//, '').replace(/\/+$/, '');
  return {
    code: 'spec.bad-url',
    detail: `${value.includes('@') ? 'it' : quote(value)} is not a registry with a path`,
    fix:
      plain !== value && plain.includes('.') && !plain.includes('@')
        ? `Did you mean ${plain}?`
        : 'It is written like registry.example.com/k8s, without https.',
  };
});

/** Where a chart lies. Access keys do not belong into a spec, nor into what is said about it. */
export const chartRepository = ruled((value) => {
  if (value.includes('@'))
    return {
      code: 'spec.bad-url',
      detail: 'the URL holds a name or a password, which the store would hold in the open',
      fix: 'Use a repository that the network of the seats may read.',
    };
  if (httpsUrl(value.replace(/^oci:/, 'https:')) !== undefined) return undefined;
  return {
    code: 'spec.bad-url',
    detail: `${quote(value)} is not the URL of a chart repository`,
    fix: 'It begins with https:// or oci://.',
  };
}, '^(https|oci)://.+$');

/** Flags of a component; those that Quilla sets are refused with the reason. */
export const flagNames = (component: Component) =>
  pairs((key) => {
    const plain = key.replace(/^-+/, '');
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(key))
      return {
        code: 'spec.bad-flag',
        detail: `${quote(key)} is not the name of a flag`,
        fix:
          plain !== key && plain !== ''
            ? `Write it without dashes before it: ${plain}.`
            : 'Flags have small letters, digits and single dashes: max-requests-inflight.',
      };
    const reserved = reservedFlag(component, key);
    return reserved === undefined
      ? undefined
      : {
          code: 'spec.reserved-flag',
          detail: `${key} of ${component} is set by Quilla: ${reserved.why}`,
          fix: reserved.fix,
        };
  });

/** Names of feature gates are written like names of types in Go. */
export const featureGates = z.record(z.string(), z.boolean()).check((context) => {
  for (const key of Object.keys(context.value)) {
    if (/^[A-Z][A-Za-z0-9]*$/.test(key)) continue;
    const detail = `${quote(key)} is not the name of a feature gate`;
    const problem = { code: 'spec.bad-flag', detail, fix: 'It begins with a capital: InPlacePodVerticalScaling.' };
    context.issues.push({
      code: 'custom',
      input: context.value[key],
      path: [key],
      message: detail,
      params: { problem },
    });
  }
});
