/** What Quilla says on a Node that is too old for it; undefined where the Node will do. Runs on that old Node itself. */
export function refusal(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return undefined;
  return `quilla needs Node >= 22.19; this is ${version}`;
}
