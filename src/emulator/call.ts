import type { Json } from '../base/canonical-json.ts';
import type { Duration } from '../base/duration.ts';
import type { MachineShell } from './machine-shell.ts';
import type { RegionState, World } from './world.ts';

/** Who signed a request. */
export interface Principal {
  /** `arn:aws:iam::123456789012:user/admin` or an assumed role's ARN. */
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
}

/** What every handler and every timed event may use. */
export interface Turn {
  readonly world: World;
  readonly region: string;
  /** The state of this region. */
  readonly state: RegionState;
  readonly account: string;
  readonly now: number;
  /** `vpc-` and 17 hexadecimal digits, like AWS makes them; `length` for other lengths. */
  newId(prefix: string, length?: number): string;
  /** Hexadecimal or other random-looking text that depends only on the world's counter. */
  newToken(length: number): string;
  /** Has the event happen after that time on this AWS's clock. */
  later(after: Duration, type: string, data: Json): void;
  /** True where a fault says that a zone has no capacity for an instance type; absent where no fault is set. */
  readonly noCapacity?: (zone: string, instanceType: string) => boolean;
  /** Where instances are real machines: nothing of them is played. */
  readonly machines?: MachineShell;
}

/** A turn that a request takes. */
export interface Call extends Turn {
  readonly principal: Principal;
  readonly requestId: string;
  readonly operation: string;
  /**
   * Asks the caller's policies about one more action (`iam:PassRole`) or a resource whose ARN only the handler knows;
   * `context` has condition keys of that question (`iam:PassedToService`).
   * Throws the service's access-denied error.
   */
  authorize?(action: string, resource: string, context?: Readonly<Record<string, string>>): void;
}

/** An error as AWS answers it: code, message and HTTP status as the service's API reference gives them. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  /** Further members of the error's body, for services that have them. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}

/** Answers one operation. Synchronous: a turn is atomic, like a transaction. */
export type Handler<Input, Output> = (input: Input, call: Call) => Output;

/** Handlers by operation name; what is not here is answered NotImplemented. */
// biome-ignore lint/suspicious/noExplicitAny: each handler's input is typed where it is written; the table cannot know it
export type Handlers = Readonly<Record<string, Handler<any, any>>>;

/** Handlers of timed events by type: `ec2.nat-gateway-available`. */
export type EventHandlers = Readonly<Record<string, (data: Json, turn: Turn) => void>>;

/** One of the resources that a call touches, as IAM judges it. */
export interface Touched {
  /** Where it is not the operation's own: `ec2:CreateTags` of a creation with tags. */
  readonly action?: string;
  readonly resource: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Further condition keys: `ec2:CreateAction`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** One AWS service: its name in credential scopes, its wire protocol, its SDK schemas and what it can do. */
export interface Service {
  /** The signing name: `ec2`, `eks`, `autoscaling`, `iam`, `sts`, `kms`, `logs`, `ssm`, `servicequotas`, `tagging`, `elasticloadbalancing`, `s3`. */
  readonly signingName: string;
  readonly protocol: 'ec2Query' | 'awsQuery' | 'restJson1' | 'restXml' | 'awsJson1.0' | 'awsJson1.1';
  /** For awsJson: the prefix of X-Amz-Target (`AmazonSSM`). */
  readonly target?: string;
  /** XML namespace or API version where the protocol writes one. */
  readonly version?: string;
  /** For awsJson services that once spoke the query protocol: the codes that they had there, which `x-amzn-query-error` repeats. */
  readonly queryErrors?: Readonly<Record<string, string>>;
  /** True for services without a region in their state (iam, sts). */
  readonly global?: boolean;
  /** Operation schemas of the SDK client, by operation name: `{ CreateVpc: CreateVpc$ }`. */
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly handlers: Handlers;
  readonly events?: EventHandlers;
  /** Every resource that an operation touches, each of which must be allowed; undefined where only `resourceOf` and `tagsOf` tell. */
  readonly touched?: (
    operation: string,
    input: Readonly<Record<string, unknown>>,
    call: Call,
  ) => readonly Touched[] | undefined;
  /** The ARN of what an operation touches, as IAM policies name it; `*` where it is not given. */
  readonly resourceOf?: (operation: string, input: Readonly<Record<string, unknown>>, call: Call) => string | undefined;
  /** The tags of what an operation touches, for policies with `aws:ResourceTag`. */
  readonly tagsOf?: (
    operation: string,
    input: Readonly<Record<string, unknown>>,
    call: Call,
  ) => Readonly<Record<string, string>> | undefined;
}
