import { AwsError } from '../../call.ts';

/**
 * A name as Route 53 keeps it: lower case, with a dot at its end, and with everything but letters, digits, `-` and `_` as an octal
 * escape. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export function storedName(name: string): string {
  const absolute = name.endsWith('.') ? name : `${name}.`;
  return absolute
    .toLowerCase()
    .replace(/[^a-z0-9._\\-]/g, (each) => `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** Checks a domain name. Throws InvalidDomainName. */
export function checkDomain(name: string): string {
  const stored = storedName(name);
  const labels = stored.slice(0, -1).split('.');
  const valid = stored.length <= 256 && labels.every((label) => label.length >= 1 && label.length <= 63);
  if (!valid) throw new AwsError('InvalidDomainName', `${name} is not a valid domain name`);
  return stored;
}

/** Order of names in answers: by labels from the right, so that a zone's own name comes first. */
export function compareNames(a: string, b: string): number {
  const [x, y] = [a, b].map((name) => name.replace(/\.$/, '').split('.').reverse());
  for (let at = 0; at < Math.max(x!.length, y!.length); at += 1) {
    const [left, right] = [x![at], y![at]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** Whether a name is a zone's own or lies below it. */
export const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);
