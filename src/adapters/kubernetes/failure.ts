import { KubernetesFailure, type KubernetesReason } from '../../ports/kubernetes.ts';

interface HttpError {
  readonly code?: number | string;
  readonly body?: unknown;
  readonly cause?: unknown;
  readonly message?: string;
}

/** Node's codes of a certificate that does not fit. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const tlsCodes =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS|ERR_SSL|INVALID_CA|HOSTNAME_MISMATCH|EPROTO)|certificate/i;
const networkCodes =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|UND_ERR|ERR_SOCKET)/;

function reasonOfStatus(status: number): KubernetesReason {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 429 || status >= 500) return 'unavailable';
  return 'invalid';
}

/** The message of a Kubernetes `Status` object, which the client leaves as text. */
function messageOf(body: unknown): string | undefined {
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  if (typeof body !== 'string') return undefined;
  try {
    return messageOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** The error and everything that caused it, outermost first. */
function causes(error: unknown): HttpError[] {
  const chain: HttpError[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push(at as HttpError);
    if (at instanceof AggregateError) chain.push(...(at.errors as HttpError[]));
  }
  return chain;
}

/** What the client threw, in the closed set. Programming errors pass through as they are. */
export function toKubernetesFailure(error: unknown, endpoint: string): unknown {
  if (!(error instanceof Error) || error instanceof KubernetesFailure) return error;
  const chain = causes(error);
  const answered = chain.find((one) => typeof one.code === 'number');
  if (answered !== undefined) {
    const status = answered.code as number;
    const message =
      messageOf(answered.body) ?? (status === 401 ? 'the API did not accept the token' : `HTTP ${status}`);
    return new KubernetesFailure({ reason: reasonOfStatus(status), status, message, cause: error });
  }
  const codes = chain.flatMap((one) => (typeof one.code === 'string' ? [one.code] : []));
  const last = chain.at(-1)?.message ?? error.message;
  const make = (reason: KubernetesReason): KubernetesFailure =>
    new KubernetesFailure({ reason, message: `${endpoint}: ${last}`, cause: error });
  if (codes.some((code) => tlsCodes.test(code))) return make('tls');
  if (codes.some((code) => networkCodes.test(code))) return make('unreachable');
  if (error.name === 'TimeoutError' || chain.some((one) => /fetch failed|timed? ?out/i.test(one.message ?? ''))) {
    return make('unreachable');
  }
  return error;
}
