import { describe, expect, it } from 'vitest';
import type { Join, Ref } from '../../model/value.ts';
import { isSharedText, type TextParts } from './expression.ts';
import { sharedTexts } from './shared-texts.ts';

const ref: Ref = { $ref: 'bucket/store', field: 'bucketName' };
const long = (letter: string): string => letter.repeat(1500);

/** The text again, with what is shared filled in. */
function whole(text: string | Ref | Join | TextParts, texts: Readonly<Record<string, string>>): unknown {
  const parts = typeof text === 'object' && '$parts' in text ? text.$parts : [text];
  return parts.map((part) => (isSharedText(part) ? texts[part.$text] : part)).filter((part) => part !== '');
}

describe('texts that several launch templates have in common', () => {
  it('are written once, and each text is still the same', () => {
    const all = [`${long('a')}1`, `${long('a')}2`, `${long('b')}`];
    const { texts, divide } = sharedTexts(all);
    expect(Object.values(texts)).toEqual([long('a')]);
    expect(all.map((text) => (whole(divide(text), texts) as string[]).join(''))).toEqual(all);
  });

  it('are found beside references', () => {
    const one: Join = { $join: [`${long('a')}x`, ref, 'y'] };
    const { texts, divide } = sharedTexts([one, `${long('a')}z`]);
    expect(whole(divide(one), texts)).toEqual([long('a'), 'x', ref, 'y']);
  });

  it('have names that follow from what they say and not from how many there are', () => {
    const few = sharedTexts([`${long('a')}1`, `${long('a')}2`]);
    const more = sharedTexts([`${long('a')}1`, `${long('a')}2`, `${long('c')}1`, `${long('c')}2`]);
    expect(more.texts).toMatchObject(few.texts);
    expect(Object.keys(more.texts)).toHaveLength(2);
  });

  it('stay where they are when they are short, or of one template alone', () => {
    const { texts, divide } = sharedTexts(['short 1', 'short 2', long('a')]);
    expect(texts).toEqual({});
    expect(divide('short 1')).toBe('short 1');
  });
});
