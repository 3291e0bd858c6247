import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eks';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';

interface Tagged {
  readonly arn: string;
  tags: Record<string, string>;
}

/** Everything of EKS in a region that carries tags. */
export function taggedResources(turn: Turn): Tagged[] {
  return Object.values(turn.state.eks.clusters).flatMap((cluster) => [
    cluster,
    ...Object.values(cluster.nodegroups),
    ...Object.values(cluster.addons),
    ...Object.values(cluster.fargateProfiles),
    ...Object.values(cluster.accessEntries),
    ...Object.values(cluster.podIdentityAssociations),
  ]);
}

/** The tag operations have errors of their own: NotFoundException and BadRequestException. */
function resourceOf(turn: Turn, arn: string): Tagged {
  if (!arn.startsWith('arn:')) throw new AwsError('BadRequestException', `Invalid ARN: ${arn}`, 400);
  const found = taggedResources(turn).find((own) => own.arn === arn);
  if (found === undefined) throw new AwsError('NotFoundException', `Resource not found: ${arn}`, 404);
  return found;
}

export const tagResource: Handler<Given<TagResourceRequest>, object> = (input, call) => {
  const resource = resourceOf(call, input.resourceArn);
  const reserved = Object.keys(input.tags).find((key) => key.startsWith('aws:'));
  if (reserved !== undefined)
    throw new AwsError('BadRequestException', `Tag keys cannot begin with aws: (${reserved})`, 400);
  const tags = { ...resource.tags, ...input.tags };
  if (Object.keys(tags).length > 50)
    throw new AwsError('BadRequestException', 'A resource can have at most 50 tags', 400);
  resource.tags = tags;
  return {};
};

export const untagResource: Handler<Given<UntagResourceRequest>, object> = (input, call) => {
  const resource = resourceOf(call, input.resourceArn);
  resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !input.tagKeys.includes(key)));
  return {};
};

export const listTagsForResource: Handler<Given<ListTagsForResourceRequest>, ListTagsForResourceResponse> = (
  input,
  call,
) => ({ tags: { ...resourceOf(call, input.resourceArn).tags } });
