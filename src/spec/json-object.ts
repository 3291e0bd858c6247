import type { Json } from '../base/canonical-json.ts';

export type StringMap = Readonly<Record<string, string>>;

/** A mapping that is passed on as it is. */
export type JsonObject = { readonly [key: string]: Json | undefined };
