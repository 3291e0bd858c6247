import { AwsError, type Call, type Service, type Touched } from '../../call.ts';
import { actionName } from './action-names.ts';
import { type ConditionContext, evaluate, type Question } from './evaluate.ts';
import { type IdentityPolicies, policiesOf } from './identity-policies.ts';
import { passedRoles } from './passed-roles.ts';
import { resourceArn } from './resource-arns.ts';

/** What is refused and why. */
export interface Denial {
  readonly action?: string;
  readonly resource: string;
  /** `because no identity-based policy allows the ec2:CreateVpc action`, `with an explicit deny in an identity-based policy`. */
  readonly because: string;
}

type Input = Readonly<Record<string, unknown>>;

/** The service's access-denied error: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function deniedError(service: Service, call: Call, denial: Denial): AwsError {
  const action = denial.action ?? actionName(service.signingName, call.operation);
  const reason = `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ${denial.resource} ${denial.because}`;
  switch (service.protocol) {
    case 'ec2Query':
      return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${reason}`, 403);
    case 'awsQuery':
    case 'restXml':
      return new AwsError('AccessDenied', reason, 403);
    case 'restJson1':
      return new AwsError('AccessDeniedException', reason, 403);
    default:
      return new AwsError('AccessDeniedException', reason, 400);
  }
}

/** What everyone may do, whatever the policies say: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const needsNothing = new Set(['sts:GetCallerIdentity', 'sts:GetSessionToken']);

/** Throws unless the caller's policies allow the call, and passing the roles that it passes. */
export function checkAllowed(service: Service, input: Input, call: Call): void {
  const action = actionName(service.signingName, call.operation);
  if (needsNothing.has(action)) return;
  const asked = requestContext(input, call);
  for (const each of touchedBy(service, input, call)) {
    const context = { ...asked, ...tagContext(service, each.tags), ...each.context };
    check(service, call, { action: each.action ?? action, resource: each.resource, context });
  }
  for (const { role, to } of passedRoles(action, input)) {
    check(service, call, { action: 'iam:PassRole', resource: role, context: { ...asked, 'iam:PassedToService': to } });
  }
}

/** What a call touches, as its service knows it; one thing without an ARN where nobody does. */
function touchedBy(
  service: Service,
  input: Input,
  call: Call,
): readonly (Omit<Touched, 'resource'> & { readonly resource: string | undefined })[] {
  const touched = service.touched?.(call.operation, input, call);
  if (touched !== undefined) return touched;
  const resource = service.resourceOf?.(call.operation, input, call) ?? resourceArn(service.signingName, input, call);
  const tags = service.tagsOf?.(call.operation, input, call);
  return [{ resource, ...(tags === undefined ? {} : { tags }) }];
}

/** Throws unless the caller may also do this: for handlers that touch more than their own operation says. */
export function authorizeWith(service: Service, call: Call): NonNullable<Call['authorize']> {
  return (action, resource, context = {}) =>
    check(service, call, { action, resource, context: { ...requestContext({}, call), ...context } });
}

function check(service: Service, call: Call, question: Question): void {
  const because = refusal(call, question);
  if (because === undefined) return;
  throw deniedError(service, call, { action: question.action, resource: question.resource ?? '*', because });
}

function refusal(call: Call, asked: Question): string | undefined {
  const policies = policiesOf(call.world.iam, call.principal);
  if (!policies) return `because no identity-based policy allows the ${asked.action} action`;
  const question = { ...asked, context: { ...principalContext(policies, call), ...asked.context } };
  const layers = [
    { name: 'identity-based policy', documents: policies.identity },
    ...(policies.boundary ? [{ name: 'permissions boundary', documents: [policies.boundary] }] : []),
    ...(policies.session ? [{ name: 'session policy', documents: [policies.session] }] : []),
  ];
  const verdicts = layers.map(({ name, documents }) => ({ name, verdict: evaluate(documents, question) }));
  const denied = verdicts.find(({ verdict }) => verdict === 'deny');
  if (denied) return `with an explicit deny in ${article(denied.name)}`;
  const silent = verdicts.find(({ verdict }) => verdict === 'none');
  return silent && `because no ${silent.name} allows the ${asked.action} action`;
}

const article = (name: string): string => (/^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`);

/**
 * Of credentials that the metadata service of an instance gave: their session is named by the instance.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceinstancearn
 */
function instanceContext({ arn }: Call['principal'], { regions, account, partition }: Call['world']): ConditionContext {
  const id = /:assumed-role\/[^/]+\/(i-[0-9a-f]+)$/.exec(arn)?.[1];
  const region = id && Object.keys(regions).find((name) => regions[name]?.ec2.instances[id]);
  if (!region) return {};
  const instance = `arn:${partition}:ec2:${region}:${account}:instance/${id}`;
  return { 'ec2:SourceInstanceARN': instance, 'ec2:RoleDelivery': '2.0' };
}

function principalContext({ tags, userName }: IdentityPolicies, call: Call): ConditionContext {
  const { principal, account, world } = call;
  const tagged = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
  return {
    ...Object.fromEntries(tagged),
    'aws:PrincipalArn': principal.arn,
    'aws:PrincipalAccount': account,
    'aws:userid': principal.userId,
    'aws:username': userName,
    ...instanceContext(principal, world),
  };
}

function requestContext(input: Input, { region, account, now, operation }: Call): ConditionContext {
  const tags = requestTags(input);
  const tagged = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  const removed = [input.TagKeys, input.tagKeys, input.RemoveTagKeys].find(Array.isArray) ?? [];
  const keys = [...Object.keys(tags), ...removed.map(String)];
  return {
    ...Object.fromEntries(tagged),
    'aws:TagKeys': keys.length === 0 ? undefined : keys,
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': account,
    'aws:CurrentTime': new Date(now).toISOString(),
    's3:prefix': operation.startsWith('ListObject') ? String(input.Prefix ?? '') : undefined,
    'aws:SecureTransport': 'true',
    'iam:PermissionsBoundary': typeof input.PermissionsBoundary === 'string' ? input.PermissionsBoundary : undefined,
    'iam:PolicyARN': typeof input.PolicyArn === 'string' ? input.PolicyArn : undefined,
    'iam:AWSServiceName': typeof input.AWSServiceName === 'string' ? input.AWSServiceName : undefined,
  };
}

/** Services whose policies may also name tags of resources by the service's own key. */
const withOwnTagKey = ['autoscaling', 'ec2', 'elasticloadbalancing', 'ssm'];

function tagContext({ signingName }: Service, tags: Readonly<Record<string, string>> | undefined): ConditionContext {
  const prefixes = ['aws', ...withOwnTagKey.filter((own) => own === signingName)];
  const entries = prefixes.flatMap((prefix) =>
    Object.entries(tags ?? {}).map(([key, value]) => [`${prefix}:ResourceTag/${key}`, value] as const),
  );
  return Object.fromEntries(entries);
}

/** Tags that a request gives to what it makes, in the three forms that the services have. */
function requestTags(input: Input): Record<string, string> {
  const specifications = (input.TagSpecifications ?? []) as readonly { readonly Tags?: readonly Input[] }[];
  const lists = [input.Tags, input.tags, input.AddTags, ...specifications.map(({ Tags }) => Tags)];
  const pairs = lists.flatMap((tags): [string, string][] => {
    if (Array.isArray(tags))
      return tags.map((tag: Input) => [
        String(tag.Key ?? tag.TagKey ?? tag.key),
        String(tag.Value ?? tag.TagValue ?? tag.value ?? ''),
      ]);
    return typeof tags === 'object' && tags !== null ? Object.entries(tags as Record<string, string>) : [];
  });
  return Object.fromEntries(pairs);
}
