import { DescribeInstanceTopologyCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ec2Trial, ec2Trial, refusal } from '../ec2-trial.ts';
import { imagesOf } from '../images.ts';

let trial: Ec2Trial;
beforeEach(async () => {
  trial = await ec2Trial();
});
afterEach(() => trial.stop());

it('leaves out instances whose type has no topology, and refuses those that are not there', async () => {
  const { Instances } = await trial.ec2.send(
    new RunInstancesCommand({
      ImageId: imagesOf('us-east-1')[0]!.id,
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  const id = Instances![0]!.InstanceId!;
  const ask = (...InstanceIds: string[]) => trial.ec2.send(new DescribeInstanceTopologyCommand({ InstanceIds }));
  expect((await ask(id)).Instances).toEqual([]);
  expect(await refusal(ask('i-0123456789abcdef0'))).toMatch(/^InvalidInstanceID\.NotFound/);
  trial.state().instances[id]!.type = 'p5.48xlarge';
  expect(await refusal(ask(id))).toBe('NotImplemented: The embedded AWS does not know the topology of p5.48xlarge.');
});
