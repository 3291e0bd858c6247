import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { type QuotaRow, quotaRow, quotaRows, quotaValue } from './value.ts';

const serviceNames: Readonly<Record<string, string>> = {
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
  ec2: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  elasticloadbalancing: 'Elastic Load Balancing (ELB)',
  eks: 'Amazon Elastic Kubernetes Service (Amazon EKS)',
  iam: 'AWS Identity and Access Management (IAM)',
  s3: 'Amazon Simple Storage Service (Amazon S3)',
};

const viewOf = (turn: Turn, row: QuotaRow, value: number): ServiceQuota => ({
  ServiceCode: row.service,
  ServiceName: serviceNames[row.service] ?? row.service,
  QuotaArn: `arn:${turn.world.partition}:servicequotas:${turn.region}:${turn.account}:${row.service}/${row.code}`,
  QuotaCode: row.code,
  QuotaName: row.name,
  Value: value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: row.service === 'iam',
  QuotaAppliedAtLevel: 'ACCOUNT',
});

function required(input: { ServiceCode: string; QuotaCode: string }): QuotaRow {
  const row = quotaRow(input.ServiceCode, input.QuotaCode);
  if (row !== undefined) return row;
  throw new AwsError(
    'NoSuchResourceException',
    `The request failed because the specified service or quota does not exist: ${input.ServiceCode}/${input.QuotaCode}`,
  );
}

function rowsOf(serviceCode: string): readonly QuotaRow[] {
  const rows = quotaRows.filter((row) => row.service === serviceCode);
  if (rows.length > 0) return rows;
  throw new AwsError(
    'NoSuchResourceException',
    `The request failed because the specified service does not exist: ${serviceCode}`,
  );
}

const page = <T>(rows: readonly T[], input: { NextToken?: string | undefined; MaxResults?: number | undefined }) =>
  pageOf(rows, {
    token: input.NextToken,
    size: input.MaxResults,
    usual: 100,
    invalidToken: () => new AwsError('InvalidPaginationTokenException', 'Invalid input was provided.'),
  });

export const listServiceQuotas: Handler<Given<ListServiceQuotasRequest>, ListServiceQuotasResponse> = (input, call) => {
  const rows = rowsOf(input.ServiceCode)
    .filter((row) => input.QuotaCode === undefined || row.code === input.QuotaCode)
    .map((row) => viewOf(call, row, quotaValue(call, row.service, row.code)));
  const { items, next } = page(rows, input);
  return { Quotas: [...items], NextToken: next };
};

export const listAWSDefaultServiceQuotas: Handler<
  Given<ListAWSDefaultServiceQuotasRequest>,
  ListAWSDefaultServiceQuotasResponse
> = (input, call) => {
  const { items, next } = page(
    rowsOf(input.ServiceCode).map((row) => viewOf(call, row, row.default)),
    input,
  );
  return { Quotas: [...items], NextToken: next };
};

export const getServiceQuota: Handler<Given<GetServiceQuotaRequest>, GetServiceQuotaResponse> = (input, call) => {
  const row = required(input);
  return { Quota: viewOf(call, row, quotaValue(call, row.service, row.code)) };
};

export const getAWSDefaultServiceQuota: Handler<
  Given<GetAWSDefaultServiceQuotaRequest>,
  GetAWSDefaultServiceQuotaResponse
> = (input, call) => {
  const row = required(input);
  return { Quota: viewOf(call, row, row.default) };
};
