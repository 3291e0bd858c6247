import type { Turns } from '../turns.ts';
import type { WireRequest, WireResponse } from './request.ts';

/** A path of this server beside AWS's calls: it asks for no signature, since the server listens on loopback only. */
export interface EmbeddedPath {
  /** The first segment after `/_embedded/`. */
  readonly name: string;
  /** Answers a request; `rest` is the path after the name, still percent-encoded, without a slash at its start. */
  readonly answer: (request: WireRequest, rest: string, turns: Turns) => WireResponse | Promise<WireResponse>;
}

/** An answer whose body is JSON. */
export const jsonAnswer = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** An answer whose body is text. */
export const textAnswer = (status: number, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});
