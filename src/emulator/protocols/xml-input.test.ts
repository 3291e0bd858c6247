import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml } from './xml-input.ts';
import { escapeXml } from './xml-output.ts';

describe('XML bodies', () => {
  it('are read with attributes, entities and character data', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<!-- hi --><A xmlns="u"><B x=\'1\'>a &amp; &#x62;</B><C/><D><![CDATA[<raw>]]></D></A>',
    );
    expect(root.attributes).toEqual({ xmlns: 'u' });
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ['B', 'a & b'],
      ['C', ''],
      ['D', '<raw>'],
    ]);
    expect(root.children[0]!.attributes).toEqual({ x: '1' });
  });

  it.each(['<a>', '</a>', '<a></b>', '<a/><b/>', 'text', '', '<a>&nope;</a>', '<a b=c/>', '<!DOCTYPE x><a/>'])(
    'are refused when they are %s',
    (text) => {
      expect(() => parseXml(text)).toThrow('The XML you provided was not well-formed');
    },
  );

  it('hold any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(parseXml(`<a>${escapeXml(text)}</a>`).text).toBe(text);
      }),
      { seed: 21 },
    );
  });
});
