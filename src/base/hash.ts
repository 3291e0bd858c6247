import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256 of a text, as 64 hexadecimal digits. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** The first hexadecimal digits (8 unless told) of the SHA-256 of a value's canonical JSON: for names that follow their content. */
export const shortHash = (value: unknown, digits = 8): string => sha256Hex(canonicalJson(value)).slice(0, digits);
