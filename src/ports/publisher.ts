/** A file of which only the publisher's checksum file says the digest. */
export interface PublishedFile {
  readonly url: string;
  /** Where its publisher says the digest. */
  readonly checksumUrl: string;
}

/** Publishers of programs, over HTTPS. No AWS call. */
export interface Publisher {
  /** sha256 (hexadecimal) by URL; files whose checksum could not be read are missing, with the reason in `refused`. */
  digests(files: readonly PublishedFile[]): Promise<{
    readonly digests: ReadonlyMap<string, string>;
    readonly refused: ReadonlyMap<string, string>;
  }>;
}

/** The public DNS. */
export interface Resolver {
  /** Name servers of a domain as its parent delegates it, lower case without the last dot; empty where it does not. */
  nameServers(domain: string): Promise<readonly string[]>;
}
