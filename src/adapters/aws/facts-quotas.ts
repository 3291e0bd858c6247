import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { QuotaName, QuotaUse } from '../../ports/facts.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';

/** Codes as `aws service-quotas list-service-quotas` shows them. */
const codes = {
  vpcs: { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' },
  'elastic-ips': { ServiceCode: 'ec2', QuotaCode: 'L-0263D0A3' },
  'standard-vcpus': { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' },
  'spot-vcpus': { ServiceCode: 'ec2', QuotaCode: 'L-34B43A08' },
} as const satisfies Record<QuotaName, { ServiceCode: string; QuotaCode: string }>;

async function limitOf({ clients, call }: Connection, quota: QuotaName): Promise<number | undefined> {
  const applied = await unlessGone(
    call('servicequotas:GetServiceQuota', () => clients.quotas.send(new GetServiceQuotaCommand(codes[quota]))),
  );
  if (applied?.Quota?.Value !== undefined) return applied.Quota.Value;
  // An account that never had a value of its own has AWS's.
  const standard = await unlessGone(
    call('servicequotas:GetAWSDefaultServiceQuota', () =>
      clients.quotas.send(new GetAWSDefaultServiceQuotaCommand(codes[quota])),
    ),
  );
  return standard?.Quota?.Value;
}

/** Families that the "Standard" quotas count. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
const isStandard = (instance: Instance): boolean => /^[acdhimrtz][0-9]/.test(instance.InstanceType ?? '');

const vcpusOf = ({ CpuOptions }: Instance): number => (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1);

async function runningInstances({ clients, call }: Connection): Promise<Instance[]> {
  const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeInstances', () =>
        clients.ec2.send(new DescribeInstancesCommand({ Filters, NextToken, MaxResults: 1000 })),
      ),
    (page) => page.NextToken,
  );
  return pages.flatMap((page) => page.Reservations ?? []).flatMap((one) => one.Instances ?? []);
}

async function countVpcs({ clients, call }: Connection): Promise<number> {
  const pages = await allPages(
    (NextToken) => call('ec2:DescribeVpcs', () => clients.ec2.send(new DescribeVpcsCommand({ NextToken }))),
    (page) => page.NextToken,
  );
  return pages.flatMap((page) => page.Vpcs ?? []).length;
}

async function countAddresses({ clients, call }: Connection): Promise<number> {
  const answer = await call('ec2:DescribeAddresses', () => clients.ec2.send(new DescribeAddressesCommand({})));
  return answer.Addresses?.length ?? 0;
}

/** Limits and use; a quota that Service Quotas does not know in this region is left out. */
export async function quotaFacts(connection: Connection, names: readonly QuotaName[]): Promise<QuotaUse[]> {
  let instances: Promise<Instance[]> | undefined;
  const vcpus = async (spot: boolean): Promise<number> => {
    instances ??= runningInstances(connection);
    const counted = (await instances).filter((one) => isStandard(one) && (one.InstanceLifecycle === 'spot') === spot);
    return counted.reduce((sum, one) => sum + vcpusOf(one), 0);
  };
  const uses: Record<QuotaName, () => Promise<number>> = {
    vpcs: () => countVpcs(connection),
    'elastic-ips': () => countAddresses(connection),
    'standard-vcpus': () => vcpus(false),
    'spot-vcpus': () => vcpus(true),
  };
  const found = await Promise.all(
    names.map(async (quota) => {
      const [limit, used] = await Promise.all([limitOf(connection, quota), uses[quota]()]);
      return limit === undefined ? [] : [{ quota, code: codes[quota].QuotaCode, limit, used }];
    }),
  );
  return found.flat();
}
