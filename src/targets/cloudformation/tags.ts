/** Tags as most types take them, in the order of their keys. */
export const listOfTags = (
  tags: Readonly<Record<string, unknown>>,
): readonly { readonly Key: string; readonly Value: unknown }[] =>
  Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] }));
