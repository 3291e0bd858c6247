import { allPages } from './all-pages.ts';

/** What all pages of a list hold, in order, for questions with a `NextToken`. AWS may give an empty page with a token: only a missing token ends. */
export async function allItems<P extends { NextToken?: string | undefined }, T>(
  ask: (NextToken: string | undefined) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const pages = await allPages(ask, (page) => page.NextToken);
  return pages.flatMap((page) => items(page) ?? []);
}
