/** Every page of a list, in order; `next` gives the token with which the page after it is asked for. */
export async function allPages<Page>(
  ask: (token: string | undefined) => Promise<Page>,
  next: (page: Page) => string | undefined,
): Promise<Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    pages.push(page);
    token = next(page) || undefined;
  } while (token !== undefined);
  return pages;
}
