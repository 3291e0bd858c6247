import { expect, test } from 'vitest';
import { spanOf } from './mirror-content.ts';

test.each([
  [undefined, 10, 'all'],
  ['bytes=0-', 10, { from: 0, to: 9 }],
  ['bytes=3-5', 10, { from: 3, to: 5 }],
  ['bytes=3-500', 10, { from: 3, to: 9 }],
  ['bytes=-4', 10, { from: 6, to: 9 }],
  ['bytes=-40', 10, { from: 0, to: 9 }],
  ['bytes=10-', 10, 'none'],
  ['bytes=-0', 10, 'none'],
  ['bytes=0-', 0, 'none'],
  // What cannot be given in one piece, or is no range, is left aside, as the RFC allows.
  ['bytes=0-1,4-5', 10, 'all'],
  ['bytes=5-3', 10, 'all'],
  ['bytes=-', 10, 'all'],
  ['lines=1-2', 10, 'all'],
] as const)('range %s of %i bytes is %j', (header, size, expected) => expect(spanOf(header, size)).toEqual(expected));
