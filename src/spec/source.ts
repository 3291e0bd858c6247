import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
} from 'yaml';
import { defined } from '../base/defined.ts';
import { type Diagnostic, failed, type Location, ok, type Result, reporter } from '../base/diagnostic.ts';
import { specCodes } from './codes.ts';
import { formatPath, type Path } from './path.ts';

const report = reporter(specCodes);

/** As much as an object in Kubernetes may have; in UTF-16 units, which is near enough. */
const largest = 1024 * 1024;

/** Deeper than any spec, shallower than what exhausts a stack. */
const deepest = 100;

/** A file that is YAML: its data and the places of its fields. */
export interface Source {
  readonly data: unknown;
  /** Where a field stands: its value, or its name where the value is a block; the nearest outer field where it is absent. */
  locate(path: Path): Location;
  /** Where the name of a field stands. */
  locateKey(path: Path): Location;
  /** A scalar as it is written: `1.30` where YAML reads 1.3. */
  written(path: Path): string | undefined;
}

interface Step {
  readonly key?: Node | undefined;
  readonly value?: Node | undefined;
}

type Parsed = Document.Parsed;

const asNode = (value: unknown): Node | undefined =>
  value === null || value === undefined ? undefined : (value as Node);

/** The key and value at a path, as far as it leads. */
function walk(document: Parsed, path: Path): { step: Step; complete: boolean } {
  let step: Step = { value: asNode(document.contents) };
  for (const part of path) {
    const holder = isAlias(step.value) ? step.value.resolve(document) : step.value;
    if (isMap(holder)) {
      const pair = holder.items.find(
        (item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === String(part),
      );
      if (pair === undefined) return { step, complete: false };
      step = { key: asNode(pair.key), value: asNode(pair.value) };
    } else if (isSeq(holder) && typeof part === 'number' && holder.items[part] !== undefined) {
      step = { value: asNode(holder.items[part]) };
    } else return { step, complete: false };
  }
  return { step, complete: true };
}

function sourceOf(document: Parsed, data: unknown, place: (offset: number, path: Path) => Location): Source {
  const start = (node: Node | undefined): number => node?.range?.[0] ?? 0;
  return {
    data,
    locate: (path) => {
      const { step, complete } = walk(document, path);
      const showsValue = complete && isScalar(step.value) && step.value.value !== null;
      return place(start(showsValue ? step.value : (step.key ?? step.value)), path);
    },
    locateKey: (path) => {
      const { step } = walk(document, path);
      return place(start(step.key ?? step.value), path);
    },
    written: (path) => {
      const { step, complete } = walk(document, path);
      return complete && isScalar(step.value) ? step.value.source : undefined;
    },
  };
}

/** How deep flow collections nest at most, counted without regard to quotes: only an upper bound matters. */
function flowDepth(text: string): number {
  let depth = 0;
  let most = 0;
  for (const char of text) {
    if (char === '[' || char === '{') most = Math.max(most, ++depth);
    else if ((char === ']' || char === '}') && depth > 0) depth--;
  }
  return most;
}

/** Lists in lists on one line (`- - - x`) and indentation nest as well. */
function blockDepth(text: string): number {
  const longest =
    text.match(/^ *(?:[-?:] +)+/gm)?.reduce((most, lead) => Math.max(most, lead.split(/[-?:]/).length), 0) ?? 0;
  const widths = new Set(text.match(/^ +(?=\S)/gm)?.map((lead) => lead.length) ?? []);
  return Math.max(longest, widths.size);
}

function refusal(text: string, file: string | undefined): Diagnostic | undefined {
  const at = file === undefined ? {} : { at: { file } };
  if (text.length > largest)
    return report('spec.too-large', {
      detail: `it has ${Math.ceil(text.length / 1024)} KiB; at most 1024 are read`,
      ...at,
    });
  if (Math.max(flowDepth(text), blockDepth(text)) > deepest)
    return report('spec.too-deep', { detail: `more than ${deepest} lists or mappings inside each other`, ...at });
  return undefined;
}

const colonFix = 'Put text that has a colon in it in quotes, and check the indentation.';

const syntaxFixes: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BLOCK_AS_IMPLICIT_KEY: colonFix,
  MULTILINE_IMPLICIT_KEY: colonFix,
};

/** Fields given twice, all of them, and the first error of the syntax: those after it are most often its echo. */
function syntaxErrors(document: Parsed, text: string, place: (offset: number) => Location): Diagnostic[] {
  const twice = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const first = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const name = (offset: number): string => /^[^:\s]+/.exec(text.slice(offset, offset + 100))?.[0] ?? '';
  return [
    ...twice.map(({ pos }) =>
      report('spec.duplicate-key', {
        detail: `the field ${name(pos[0])} was given before in the same mapping`,
        fix: 'Keep one of the two.',
        at: place(pos[0]),
      }),
    ),
    ...(first === undefined
      ? []
      : [
          report('spec.yaml-syntax', {
            detail: first.message.trim(),
            at: place(first.pos[0]),
            ...defined({ fix: syntaxFixes[first.code] }),
          }),
        ]),
  ];
}

/** The first alias that leads nowhere, or into what it stands in: yaml would make data of it that has no end. */
function badAlias(document: Parsed): { node: Alias; why: string } | undefined {
  let found: { node: Alias; why: string } | undefined;
  visit(document, {
    Alias(_, node, path) {
      const target = node.resolve(document);
      if (target !== undefined && !path.includes(target)) return undefined;
      found = {
        node,
        why:
          target === undefined
            ? `no anchor &${node.source} stands before it`
            : `it stands inside its own anchor, &${node.source}`,
      };
      return visit.BREAK;
    },
  });
  return found;
}

function toData(document: Parsed, place: (offset: number) => Location): Result<unknown> {
  const bad = badAlias(document);
  if (bad !== undefined)
    return failed(
      report('spec.anchors', { detail: `*${bad.node.source}: ${bad.why}`, at: place(bad.node.range?.[0] ?? 0) }),
    );
  try {
    return ok(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    // yaml throws this where aliases grow the document more than allowed.
    if (!(error instanceof ReferenceError)) throw error;
    return failed(
      report('spec.anchors', {
        detail: 'aliases of aliases make the document more than a hundred times as large',
        at: place(0),
      }),
    );
  }
}

/** From an offset in the text to a location. */
function placeIn(lines: LineCounter, file: string | undefined): (offset: number, path?: Path) => Location {
  return (offset, path = []) => {
    const { line, col } = lines.linePos(offset);
    return { ...defined({ file }), line, column: col, ...(path.length === 0 ? {} : { path: formatPath(path) }) };
  };
}

/** Reads the text as one YAML document, or says everything that keeps it from being one. */
export function readSource(text: string, file?: string): Result<Source> {
  const refused = refusal(text, file);
  if (refused !== undefined) return failed(refused);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent', prettyErrors: false });
  const place = placeIn(lines, file);
  const [first, second] = Array.isArray(documents) ? documents : [];
  if (first === undefined || first.contents === null) {
    const errors = first === undefined ? [] : syntaxErrors(first, text, place);
    return failed(
      ...(errors.length > 0
        ? errors
        : [
            report('spec.empty', {
              detail: 'nothing but comments and space',
              fix: 'Begin with `quilla new NAME --control-plane eks`.',
              at: place(0),
            }),
          ]),
    );
  }
  const errors = syntaxErrors(first, text, place);
  if (second !== undefined)
    errors.push(
      report('spec.several-documents', {
        detail: 'a second document begins here',
        fix: 'Put each cluster in a file of its own.',
        at: place(second.range?.[0] ?? 0),
      }),
    );
  if (errors.length > 0) return failed(...errors);
  const data = toData(first, place);
  return data.ok ? ok(sourceOf(first, data.value, place)) : data;
}
