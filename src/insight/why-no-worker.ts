import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { bootReport } from './boot-report.ts';
import { failingStep, isOvercome, tellingLines } from './console-lines.ts';
import { readinessCodes } from './readiness-codes.ts';
import {
  about,
  type Cause,
  diagnose,
  lets,
  noPublicAddress,
  noRole,
  otherUserData,
  type RuleSeen,
  type StrandedInstance,
} from './stranded-instance.ts';

const report = reporter(readinessCodes);

/** What a worker of a self-managed cluster meets. */
export interface WorkerSurroundings {
  /** Name of the internal load balancer, by which workers reach the API. */
  readonly apiName: string;
  /** Whether the API answers, as far as can be seen from here: undefined where it was not asked. */
  readonly apiAnswers: boolean | undefined;
  /** Name of the store's bucket. */
  readonly store: string;
  /** ARN of the object in it that holds the certificate of the authority, and whether it is there: undefined where that cannot be seen. */
  readonly authority: { readonly arn: string; readonly isThere: boolean | undefined };
  /** Roles that `cluster/state.json` lists for nodes; undefined where it cannot be read. */
  readonly nodeRoles: ReadonlySet<string> | undefined;
  /** Group of the internal load balancer, and what it lets in. */
  readonly apiSecurityGroupId: string;
  readonly apiIngress: readonly RuleSeen[];
  readonly egress: ReadonlyMap<string, readonly RuleSeen[]>;
  /** Services with an endpoint in the VPC, last part of their names. */
  readonly endpoints: ReadonlySet<string>;
}

/** What a worker asks AWS for while it boots: its own description, images, files behind S3, who it is. */
const neededEndpoints = ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts'];

type Check = (instance: StrandedInstance, surroundings: WorkerSurroundings) => Diagnostic | undefined;

/** What mends that a worker does not get the certificate of the authority: its console has the answer of the store. */
function mendAuthority({ arn, isThere }: WorkerSurroundings['authority'], said: string, role: string): string {
  // Who may not list a bucket is told so where an object is missing.
  if (isThere === false || (isThere === undefined && /s3:ListBucket|NoSuchKey|key does not exist/.test(said)))
    return 'quilla apply, or quilla store fill, makes the keys of a cluster that never had any; quilla store recover ca.crt brings one back that was deleted.';
  const right = `allow ${role} s3:GetObject on ${arn} (quilla apply does for roles of ours), and kms:Decrypt where the bucket is encrypted with a key of yours`;
  const isDenied = /not authorized|AccessDenied|Access Denied/.test(said);
  return `The script tries again by itself: ${isDenied ? '' : 'give the instance a way to S3, or '}${right}.`;
}

/** The boot of a worker failed at the step in which it fetches the certificate of the authority. */
function withoutAuthority(instance: StrandedInstance, { authority }: WorkerSurroundings, failed: string): Diagnostic {
  const said = tellingLines(instance.console).join(' | ');
  const absent = authority.isThere === false ? `; ${authority.arn} is not there` : '';
  return report('node.authority-unread', {
    detail: `${about(instance)} failed at ${failed}${absent}${said === '' ? '' : `: ${said}`}`,
    fix: mendAuthority(authority, said, instance.roleArn ?? 'the role of the instance'),
  });
}

const boot: Check = (instance, surroundings) => {
  const told = bootReport(instance.bootTag);
  const isTold = told?.outcome === 'failed' && !isOvercome(instance.console, told.step);
  // Who has no way to AWS sets no tag.
  const seen = told?.outcome === 'ready' ? undefined : failingStep(instance.console);
  const failed = isTold ? `${told.step} (${told.at})` : seen;
  if (failed === undefined) return undefined;
  if (/^authority\b/.test(failed)) return withoutAuthority(instance, surroundings, failed);
  const lines = tellingLines(instance.console);
  return report('node.boot-failed', {
    detail: `${about(instance)} failed at ${failed}${lines.length === 0 ? '' : `: ${lines.join(' | ')}`}`,
    fix: 'The script tries again by itself; mend what the step says.',
  });
};

const role: Check = (instance, { nodeRoles }) => {
  if (instance.roleArn === undefined) return noRole(instance);
  if (nodeRoles === undefined || nodeRoles.has(instance.roleArn)) return undefined;
  return report('node.role-not-listed', {
    detail: `${about(instance)} has the role ${instance.roleArn}, which cluster/state.json in the store does not list`,
    fix: 'quilla apply writes the document again; seats read it within some minutes.',
  });
};

const route: Check = (instance, { endpoints }) => {
  const { wayOut, subnetId } = instance;
  if (wayOut?.type === 'internet-gateway') return noPublicAddress(instance);
  if (wayOut?.type !== 'none') return undefined;
  const missing = neededEndpoints.filter((service) => !endpoints.has(service));
  if (missing.length === 0) return undefined;
  return report('node.no-route', {
    detail: `${about(instance)} is in ${subnetId}, which has no default route; endpoints missing: ${missing.join(', ')}`,
    fix: 'quilla apply makes the route again where it is ours. Else give the subnet a NAT gateway, or the VPC the endpoints and the spec a mirror for files and images.',
  });
};

const securityGroups: Check = (instance, { apiSecurityGroupId, apiIngress, egress }) => {
  const groups = instance.securityGroupIds;
  if (!lets(apiIngress, 443, groups)) {
    return report('node.api-security-group', {
      detail: `${about(instance)} carries ${groups.join(', ') || 'no group'}; ${apiSecurityGroupId} of the internal load balancer lets none of them in on port 443`,
      fix: 'quilla apply adds the rule again where it is ours.',
    });
  }
  const out = groups.flatMap((group) => egress.get(group) ?? []);
  return lets(out, 443, [apiSecurityGroupId])
    ? undefined
    : report('node.api-security-group', {
        detail: `no rule of ${groups.join(', ')} lets ${about(instance)} out to port 443`,
      });
};

const userData: Check = (instance, { apiName, store }) => {
  const text = instance.userData;
  if (text === null || !text.includes('"store"')) return undefined;
  return otherUserData(instance, { 'name of the API': apiName, store });
};

const api: Check = (instance, { apiAnswers, apiName }) =>
  apiAnswers === false
    ? report('node.api-away', { detail: `${about(instance)} asks ${apiName}, which does not answer` })
    : undefined;

const causes: readonly Check[] = [boot, role, route, securityGroups, userData, api];

/** Why an instance is no node of a self-managed cluster. Never empty. */
export const whyNoWorker = (instance: StrandedInstance, surroundings: WorkerSurroundings): readonly Diagnostic[] =>
  diagnose(
    instance,
    causes.map(
      (check): Cause =>
        (one) =>
          check(one, surroundings),
    ),
  );
