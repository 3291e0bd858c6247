import { findService, serviceNames } from '../../src/emulator/services.ts';
import { blocks, code, type Page, page, table } from './markdown.ts';

interface Known {
  readonly name: string;
  readonly operations: readonly string[];
}

async function known(name: string): Promise<Known> {
  const { service } = (await findService(name))!;
  return { name, operations: Object.keys(service.handlers).sort() };
}

const section = ({ name, operations }: Known): string => blocks(`## ${name}`, operations.map(code).join(', '));

/** docs/reference/embedded-aws-operations.md, from the tables of handlers. */
export async function operationsPage(): Promise<Page> {
  const services = (await Promise.all(serviceNames.map(known))).filter(({ operations }) => operations.length > 0);
  return page(
    'docs/reference/embedded-aws-operations.md',
    'the tables of handlers (src/emulator/aws)',
    '# Operations of the embedded AWS',
    'Services by their signing names, with the API version where two share one. What is not listed is answered with an error that says so, never with a made-up success. What the answers mean is in [the embedded AWS](../embedded-aws.md).',
    table(
      ['Service', 'Operations'],
      services.map(({ name, operations }) => [
        `[${code(name)}](#${name.replaceAll(' ', '-')})`,
        String(operations.length),
      ]),
    ),
    ...services.map(section),
  );
}
