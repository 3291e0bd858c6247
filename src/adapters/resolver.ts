import { Resolver as DnsResolver } from 'node:dns/promises';
import { type Duration, seconds } from '../base/duration.ts';
import type { Resolver } from '../ports/publisher.ts';

export interface ResolverOptions {
  /** Asked instead of the machine's DNS servers: the embedded AWS. */
  readonly embeddedUrl?: string | undefined;
  readonly timeout?: Duration;
}

const normal = (names: readonly string[]): string[] =>
  names.map((name) => name.toLowerCase().replace(/\.$/, '')).sort();

/** What DNS servers answer where a domain is not there, or has no name servers of its own: both mean that nothing leads to it. */
const notThere = new Set(['ENOTFOUND', 'ENODATA']);

async function fromDns(domain: string, timeout: Duration): Promise<string[]> {
  const dns = new DnsResolver({ timeout: timeout.ms, tries: 2 });
  try {
    return normal(await dns.resolveNs(domain));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (notThere.has(code)) return [];
    throw new Error(`DNS gave no answer for ${domain}: ${message}`, { cause: error });
  }
}

async function fromEmbedded(url: string, domain: string, timeout: Duration): Promise<string[]> {
  const asked = new URL(`${url.replace(/\/$/, '')}/_embedded/resolver`);
  asked.searchParams.set('type', 'NS');
  asked.searchParams.set('name', domain);
  const answer = await fetch(asked, { signal: AbortSignal.timeout(timeout.ms) });
  if (!answer.ok) throw new Error(`DNS gave no answer for ${domain}: ${answer.status}`);
  return normal(((await answer.json()) as { readonly answers: readonly string[] }).answers);
}

/** The public DNS, through the machine's resolver. Fails with an Error where it gives no answer at all. */
export const resolver = ({ embeddedUrl, timeout = seconds(5) }: ResolverOptions = {}): Resolver => ({
  nameServers: (domain) =>
    embeddedUrl === undefined ? fromDns(domain, timeout) : fromEmbedded(embeddedUrl, domain, timeout),
});
