/** Whether values of a graph are texts already, and no references to what AWS tells later. */
export const allKnown = (...values: readonly unknown[]): boolean => values.every((value) => typeof value === 'string');
