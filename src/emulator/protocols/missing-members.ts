import type { AwsError } from '../call.ts';
import { WrongType } from './scalar.ts';
import { kindOf, membersOf, requiredOf, type Shape } from './shape.ts';

/** Paths of required members that an input leaves out, as AWS names them: `cluster.name`, `tags.1.member.key`. */
export function missingMembers(shape: Shape, input: unknown, path = ''): string[] {
  switch (kindOf(shape)) {
    case 'structure':
      return missingInStructure(shape, input as Readonly<Record<string, unknown>>, path);
    case 'list': {
      const items = input as readonly unknown[];
      return items.flatMap((item, index) =>
        missingMembers(shape.getValueSchema(), item, `${path}.${index + 1}.member`),
      );
    }
    case 'map': {
      const entries = Object.entries(input as Readonly<Record<string, unknown>>);
      return entries.flatMap(([key, item]) => missingMembers(shape.getValueSchema(), item, `${path}.${key}.member`));
    }
    default:
      return [];
  }
}

function missingInStructure(shape: Shape, input: Readonly<Record<string, unknown>>, path: string): string[] {
  const prefix = path && `${path}.`;
  const absent = requiredOf(shape)
    .filter((name) => input[name] === undefined)
    .map((name) => prefix + name);
  const nested = membersOf(shape).filter(([name]) => input[name] !== undefined);
  return [...absent, ...nested.flatMap(([name, member]) => missingMembers(member, input[name], prefix + name))];
}

const lowerFirst = (path: string): string =>
  path.replace(/(^|\.)([A-Z])/g, (_, dot: string, c: string) => dot + c.toLowerCase());

/** `2 validation errors detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null; ...` */
export function constraintMessage(paths: readonly string[]): string {
  const count = `${paths.length} validation error${paths.length === 1 ? '' : 's'} detected: `;
  const each = paths.map(
    (path) => `Value null at '${lowerFirst(path)}' failed to satisfy constraint: Member must not be null`,
  );
  return count + each.join('; ');
}

/** Throws what the service would say about required members that are not there. */
export function requireMembers(shape: Shape, input: unknown, fail: (paths: readonly string[]) => AwsError): void {
  const paths = missingMembers(shape, input);
  if (paths.length > 0) throw fail(paths);
}

/** Turns a value of the wrong type into the service's own error. */
export function readingTypes<T>(read: () => T, fail: (wrong: WrongType) => AwsError): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof WrongType ? fail(error) : error;
  }
}
