import { type Join, join } from '../value.ts';

/** One part of MIME user data. */
export interface Part {
  readonly type:
    | 'application/node.eks.aws'
    | 'application/vnd.quilla.boot+json'
    | 'application/gzip'
    | 'text/x-shellscript';
  readonly body: string | Join;
}

/** Always the same, so that equal parts give equal user data and no node looks stale. */
const boundary = 'quilla-user-data-part';

const textOf = (body: string | Join): string =>
  typeof body === 'string' ? body : body.$join.filter((piece) => typeof piece === 'string').join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/** cloud-init unpacks such a part and then looks at what is in it. */
const packed = ['Content-Transfer-Encoding: base64', 'Content-Type: application/gzip', 'Mime-Version: 1.0'].join('\n');

function headersOf({ type, body }: Part): string {
  if (type === 'application/gzip') return packed;
  const ascii = isAscii(textOf(body));
  const charset = type === 'text/x-shellscript' ? `; charset="${ascii ? 'us-ascii' : 'utf-8'}"` : '';
  return [
    `Content-Transfer-Encoding: ${ascii ? '7bit' : '8bit'}`,
    `Content-Type: ${type}${charset}`,
    'Mime-Version: 1.0',
  ].join('\n');
}

/**
 * Parts in one MIME document, which cloud-init and nodeadm read in order; null where there are none.
 * https://cloudinit.readthedocs.io/en/latest/explanation/format.html#mime-multi-part-archive
 */
export function multipart(parts: readonly Part[]): string | Join | null {
  if (parts.length === 0) return null;
  const head = join`Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n`;
  const all = parts.reduce<string | Join>(
    (text, part) => join`${text}\n--${boundary}\n${headersOf(part)}\n\n${part.body}\n`,
    head,
  );
  return join`${all}\n--${boundary}--\n`;
}
