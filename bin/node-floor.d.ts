/** What Quilla says on a Node that is too old for it; undefined where the Node will do. */
export function refusal(version: string): string | undefined;
