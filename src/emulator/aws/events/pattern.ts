type Json = unknown;

const isRecord = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The comparisons that this AWS knows beside plain values. */
const operators = ['prefix', 'suffix', 'anything-but', 'exists', 'equals-ignore-case', 'wildcard'];

/** What is wrong with an event pattern; undefined where nothing is. */
export function patternFault(text: string): string | undefined {
  let pattern: Json;
  try {
    pattern = JSON.parse(text);
  } catch {
    return 'Filter is not an object';
  }
  if (!isRecord(pattern)) return 'Filter is not an object';
  return Object.keys(pattern).length === 0 ? 'Empty pattern is not allowed' : faultOf(pattern);
}

function faultOf(pattern: Readonly<Record<string, Json>>): string | undefined {
  for (const [key, value] of Object.entries(pattern)) {
    if (isRecord(value)) {
      const inner = Object.keys(value).length === 0 ? `Empty objects are not allowed` : faultOf(value);
      if (inner !== undefined) return inner;
    } else if (!Array.isArray(value)) return `"${key}" must be an object or an array`;
    else {
      if (value.length === 0) return 'Empty arrays are not allowed';
      const unknown = value
        .filter(isRecord)
        .flatMap(Object.keys)
        .find((name) => !operators.includes(name));
      if (unknown !== undefined) return `Unrecognized match type ${unknown}`;
    }
  }
  return undefined;
}

function valueMatches(wanted: Json, given: Json): boolean {
  if (!isRecord(wanted)) return wanted === given;
  const [operator = '', operand] = Object.entries(wanted)[0] ?? [];
  if (operator === 'exists') return operand === (given !== undefined);
  if (operator === 'anything-but') {
    const not = Array.isArray(operand) ? operand : [operand];
    return given !== undefined && !not.some((each) => valueMatches(each, given));
  }
  if (typeof given !== 'string' || typeof operand !== 'string') return false;
  if (operator === 'prefix') return given.startsWith(operand);
  if (operator === 'suffix') return given.endsWith(operand);
  if (operator === 'equals-ignore-case') return given.toLowerCase() === operand.toLowerCase();
  const source = operand.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return operator === 'wildcard' && new RegExp(`^${source.join('.*')}$`, 's').test(given);
}

/** Whether an event is what a pattern asks for: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
export function matchesPattern(pattern: Json, event: Json): boolean {
  if (!isRecord(pattern)) return false;
  return Object.entries(pattern).every(([key, wanted]) => {
    const given = isRecord(event) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return matchesPattern(wanted, given);
    const values = Array.isArray(given) ? given : [given];
    return wanted.some((each) => values.some((value) => valueMatches(each, value)));
  });
}
