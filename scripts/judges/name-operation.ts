import { protocols } from '../../src/emulator/protocols/index.ts';
import { findService } from '../../src/emulator/services.ts';

/** What a request asks for: the service by the name in its signature, and the operation. */
export interface NamedOperation {
  readonly service: string;
  readonly region: string;
  readonly operation: string;
}

export interface RequestToName {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** `20261101/us-east-1/ec2/aws4_request` of a signature in the header or the query. */
function scopeOf({ target, headers }: RequestToName): readonly string[] {
  const credential =
    /Credential=[^/]+\/([^,]+)/.exec(String(headers.authorization ?? ''))?.[1] ??
    new URL(target, 'http://a').searchParams.get('X-Amz-Credential')?.replace(/^[^/]+\//, '');
  return credential?.split('/') ?? [];
}

/** REST says an operation by method and path alone: the routes of the SDK's schemas tell which. */
async function restOperation(service: string, { method, target, headers, body }: RequestToName): Promise<string> {
  const [path = '/', query = ''] = target.split('?', 2);
  const loaded = await findService(service);
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  try {
    return protocols[loaded!.service.protocol].read(loaded!, { method, path, query, headers: plain, body }).operation
      .name;
  } catch {
    return `${method} ${path}`;
  }
}

/** Names the operation that a signed request asks for. One that no schema knows is named by its method and path. */
export async function nameOperation(request: RequestToName): Promise<NamedOperation> {
  const [, region = '', service = 'unsigned'] = scopeOf(request);
  const target = request.headers['x-amz-target'];
  const asked = new URLSearchParams(request.target.split('?', 2)[1] ?? '').get('Action');
  const form = /(?:^|&)Action=(\w+)/.exec(request.body.subarray(0, 100_000).toString('latin1'))?.[1];
  const named =
    target === undefined ? (asked ?? (isForm(request) ? form : undefined)) : String(target).split('.').at(-1);
  return { service, region, operation: named ?? (await restOperation(service, request)) };
}

const isForm = ({ headers }: RequestToName): boolean =>
  String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
