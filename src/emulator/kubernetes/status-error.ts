/** An error as the Kubernetes API answers it: a Status object. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, reason: string, message: string, rest: Rest = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = rest.details;
    this.headers = rest.headers ?? {};
  }

  body(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

interface Rest {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `deployments.apps`, `pods`: how messages name a resource. */
export const qualified = ({ plural, group }: { plural: string; group: string }): string =>
  group === '' ? plural : `${plural}.${group}`;

interface Named {
  readonly plural: string;
  readonly group: string;
  readonly kind: string;
}

const detailsOf = (type: { plural: string; group: string }, name: string): Record<string, unknown> => ({
  name,
  ...(type.group === '' ? {} : { group: type.group }),
  kind: type.plural,
});

export const notFound = (type: Named, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualified(type)} "${name}" not found`, { details: detailsOf(type, name) });

export const alreadyExists = (type: Named, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${qualified(type)} "${name}" already exists`, {
    details: detailsOf(type, name),
  });

export const conflict = (type: Named, name: string, why?: string): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why ?? 'the object has been modified; please apply your changes to the latest version and try again'}`,
    { details: detailsOf(type, name) },
  );

export interface FieldProblem {
  /** `spec.replicas` */
  readonly field: string;
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueForbidden' | 'FieldValueNotSupported';
  /** `Required value`, `Invalid value: "x": must be ...`. */
  readonly message: string;
}

export function invalid(type: Named, name: string, problems: readonly FieldProblem[]): StatusError {
  const texts = problems.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    details: {
      ...detailsOf({ plural: type.kind, group: type.group }, name),
      causes: problems.map(({ field, reason, message }) => ({ reason, message, field })),
    },
  });
}

export const invalidRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized');

export const gone = (asked: string, oldest: number): StatusError =>
  new StatusError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {
    details: {},
  });

export const noSuchPath = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });
