/** Whether two lists have the same members, in any order. */
export const sameMembers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

type Tags = Readonly<Record<string, string>>;

export const sameTags = (a: Tags, b: Tags): boolean =>
  sameMembers(Object.keys(a), Object.keys(b)) && Object.keys(a).every((key) => a[key] === b[key]);
