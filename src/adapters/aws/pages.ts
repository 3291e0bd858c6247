/** Everything that a paged question answers. AWS may give an empty page with a token: only a missing token ends. */
export async function allPages<P extends { NextToken?: string | undefined }, T>(
  ask: (NextToken: string | undefined) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  for (let token: string | undefined; ; ) {
    const page = await ask(token);
    all.push(...(items(page) ?? []));
    if (page.NextToken === undefined || page.NextToken === '') return all;
    token = page.NextToken;
  }
}
