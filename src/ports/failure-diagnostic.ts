import { type CodeTable, type Diagnostic, Failure, reporter } from '../base/diagnostic.ts';
import { AwsFailure, type AwsReason } from './aws.ts';

export const awsCodes = {
  'aws.no-credentials': {
    severity: 'error',
    summary: 'AWS does not know who asks',
    explanation:
      'No credentials were found, or AWS does not accept them (expired, revoked, of another account). Quilla uses the standard chain: environment, profile, SSO, web identity, container and instance roles. `aws sts get-caller-identity` with the same environment shows what AWS sees. To try without an account, add `--aws embedded`.',
  },
  'aws.denied': {
    severity: 'error',
    summary: 'AWS denies a permission',
    explanation:
      'The caller is known but may not do this. The detail names the permission. `quilla policy plan|apply|destroy -f FILE` prints the least IAM policy that the verb needs for this spec.',
  },
  'aws.quota': {
    severity: 'error',
    summary: 'A quota of the account is used up',
    explanation:
      'AWS limits how many of each thing an account may have in a region. Ask for more under Service Quotas, or remove what is not needed, then run the same command again.',
  },
  'aws.no-capacity': {
    severity: 'error',
    summary: 'AWS has no capacity for this instance type',
    explanation:
      'A zone has no free machines of this type at the moment. Give the group more instance types or more zones, or try again later; what was made stays and the next run goes on.',
  },
  'aws.throttled': {
    severity: 'error',
    summary: 'AWS asks to slow down',
    explanation:
      'The account makes more calls than AWS allows, from this program and from others. Quilla slowed down and tried several times. Run the same command again later; it goes on where it stopped.',
  },
  'aws.unavailable': {
    severity: 'error',
    summary: 'AWS did not answer',
    explanation:
      'The service answered with an error of its own, or the connection broke. Reads and repeatable calls were tried several times. Run the same command again: it looks at what is there and goes on.',
  },
  'aws.not-found': {
    severity: 'error',
    summary: 'Something is no longer there',
    explanation:
      'AWS does not know an object that was there a moment ago, or that the spec names. If another program works on the same cluster, make a new plan; if the spec names it, correct the name.',
  },
  'aws.exists': {
    severity: 'error',
    summary: 'Something of this name exists and is not ours',
    explanation:
      'AWS has an object of the same name without our tags. Quilla never takes over or changes what is not tagged as its own. Remove it, or choose another cluster name.',
  },
  'aws.conflict': {
    severity: 'error',
    summary: 'Something else uses or changes this',
    explanation:
      'AWS refuses because another object depends on this one, or because a change is under way. The detail says what. Run the same command again when it is done.',
  },
  'aws.invalid': {
    severity: 'error',
    summary: 'AWS refuses the values',
    explanation:
      "The request was understood and refused as invalid. The detail is in AWS's words. If the spec passed all checks of Quilla, this is a gap in them: please report it with the detail.",
  },
} as const satisfies CodeTable;

const report = reporter(awsCodes);

const fixes: Readonly<Record<AwsReason, string>> = {
  'no-credentials': 'Set AWS_PROFILE or log in (`aws sso login`), or add `--aws embedded` to try without an account.',
  denied: 'Give the caller this permission; `quilla policy VERB -f FILE` prints all that the verb needs.',
  quota: 'Ask for more under Service Quotas, then run the same command again.',
  'no-capacity': 'Add instance types or zones to the group, or run the same command again later.',
  throttled: 'Run the same command again in a few minutes.',
  unavailable: 'Run the same command again: it looks at what is there and goes on.',
  'not-found': 'Make a new plan and look at what changed.',
  exists: 'Remove it, or choose another cluster name.',
  conflict: 'Run the same command again when the other change is done.',
  invalid: 'Correct the value that AWS names.',
};

/** What an AWS call that failed means to the one who runs a verb. `about` says for what it was made: `NAT gateway nat-gateway/us-east-1a`. */
export function describeFailure(failure: AwsFailure, about?: string): Diagnostic {
  const id = failure.requestId === undefined ? '' : `, request ${failure.requestId}`;
  const what = about === undefined ? '' : `${about}: `;
  const permission = failure.reason === 'denied' ? `permission ${failure.operation} is missing. ` : '';
  return report(`aws.${failure.reason}`, {
    detail: `${what}${permission}${failure.operation} answered ${failure.code}: ${failure.message}${id}`,
    fix: fixes[failure.reason],
  });
}

/** Diagnostics of anything expected that was thrown; bugs are thrown again. */
export function diagnosticsOf(error: unknown, about?: string): readonly Diagnostic[] {
  if (error instanceof AwsFailure) return [describeFailure(error, about)];
  if (error instanceof Failure)
    return error.diagnostics.map((d) => (about === undefined ? d : { ...d, detail: `${about}: ${d.detail}` }));
  throw error;
}
