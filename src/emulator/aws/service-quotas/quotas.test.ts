import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let quotas: ServiceQuotasClient;
beforeEach(async () => {
  aws = await startForTest();
  quotas = new ServiceQuotasClient(aws.settings());
});
afterEach(() => aws.stop());

it('an account has the defaults, but room for examples in vCPUs', async () => {
  const vpcs = await quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' }));
  expect(vpcs.Quota).toMatchObject({ QuotaName: 'VPCs per Region', Value: 5 });
  const vcpus = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' };
  expect((await quotas.send(new GetServiceQuotaCommand(vcpus))).Quota).toMatchObject({
    QuotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    Value: 64,
  });
  expect((await quotas.send(new GetAWSDefaultServiceQuotaCommand(vcpus))).Quota?.Value).toBe(5);
});

it('an override is what the account has, and an unknown quota is refused', async () => {
  aws.turns.at('us-east-1').state.quotas.overrides['vpc/L-F678F1CE'] = 9;
  const { Quotas } = await quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc' }));
  expect(Quotas?.find((own) => own.QuotaCode === 'L-F678F1CE')?.Value).toBe(9);
  const unknown = quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-00000000' }));
  expect(await refusal(unknown)).toMatch(/^NoSuchResourceException: /);
});
