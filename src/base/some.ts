/** The first of a list, and how many more there are. */
export const some = (texts: readonly string[], most = 5): string =>
  texts.length <= most ? texts.join(', ') : `${texts.slice(0, most).join(', ')} and ${texts.length - most} more`;
