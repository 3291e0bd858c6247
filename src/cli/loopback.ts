/** How an API of the embedded AWS is reached from here, or why it is not. */
export type Loopback =
  | { readonly reached: true; readonly endpoint: string; readonly tlsServerName: string }
  | { readonly reached: false; readonly reason: string };

/**
 * Where a load balancer of the embedded AWS leads to on this machine: no DNS knows its name. Undefined on the real AWS, and where the
 * endpoint is an address of this machine already, as EKS's are.
 */
export async function loopbackOf(endpoint: string, aws: string | undefined): Promise<Loopback | undefined> {
  const { hostname: name, port } = new URL(endpoint);
  const embedded = aws === undefined ? undefined : URL.parse(aws);
  if (embedded?.hostname !== '127.0.0.1' || name === '127.0.0.1') return undefined;
  const question = new URL(`/_embedded/loopback?host=${encodeURIComponent(name)}&port=${port || '443'}`, embedded);
  const answer = await fetch(question);
  const text = await answer.text();
  const said = jsonIn(text) as { host?: string; port?: number; reason?: string } | undefined;
  if (answer.ok && said?.port !== undefined)
    return { reached: true, endpoint: `https://${said.host ?? '127.0.0.1'}:${said.port}`, tlsServerName: name };
  // Another AWS than ours at this address knows nothing of the question.
  return said?.reason === undefined ? undefined : { reached: false, reason: said.reason };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
