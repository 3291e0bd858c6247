import { describe, expect, it } from 'vitest';
import type { Clock } from '../../base/clock.ts';
import { minutes, seconds } from '../../base/duration.ts';
import type { Clients } from './clients.ts';
import { connect } from './connection.ts';
import { machines } from './machines.ts';

/** A clock that moves when somebody sleeps. */
function steppedClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (duration) => {
      now += duration.ms;
    },
    busy: (work) => work(),
  } as Clock;
}

/** Systems Manager that gives these answers, in order, and keeps what it was asked. */
function answering(...answers: readonly (object | Error)[]) {
  const asked: { readonly input: Readonly<Record<string, unknown>> }[] = [];
  const left = [...answers];
  const ssm = {
    send: async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
      asked.push(command);
      const answer = left.length > 1 ? left.shift()! : left[0]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const clock = steppedClock();
  const connection = connect({ region: 'us-east-1', clock, clients: { ssm } as unknown as Clients, random: () => 0 });
  return { machines: machines(connection), asked, clock };
}

const awsError = (name: string): Error => Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } });
const sent = { Command: { CommandId: 'c-1' } };

describe('a command', () => {
  it('is sent to one instance and waited for, also where Systems Manager does not know it yet', async () => {
    const ends = { Status: 'Failed', ResponseCode: 3, StandardOutputContent: 'out', StandardErrorContent: 'err' };
    const ssm = answering(sent, awsError('InvocationDoesNotExist'), { Status: 'InProgress' }, ends);
    expect(await ssm.machines.run('i-1', 'journalctl -u kubelet', minutes(1))).toEqual({
      exitCode: 3,
      stdout: 'out',
      stderr: 'err',
    });
    expect(ssm.asked[0]!.input).toMatchObject({
      InstanceIds: ['i-1'],
      DocumentName: 'AWS-RunShellScript',
      Parameters: { commands: ['journalctl -u kubelet'], executionTimeout: ['60'] },
    });
  });

  it('that could not be delivered is a failure', async () => {
    const ssm = answering(sent, {
      Status: 'Failed',
      StatusDetails: 'Undeliverable',
      ResponseCode: -1,
      InstanceId: 'i-1',
    });
    await expect(ssm.machines.run('i-1', 'true', minutes(1))).rejects.toMatchObject({ code: 'CommandUndeliverable' });
  });

  it('that never ends is given up', async () => {
    const ssm = answering(sent, { Status: 'InProgress' });
    await expect(ssm.machines.run('i-1', 'sleep 1d', seconds(30))).rejects.toThrow();
    expect(ssm.clock.now()).toBeLessThanOrEqual(100_000);
  });

  it('is not sent a second time where the answer to the first is lost', async () => {
    const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const ssm = answering(lost);
    await expect(ssm.machines.run('i-1', 'reboot', minutes(1))).rejects.toMatchObject({ uncertain: true });
    expect(ssm.asked).toHaveLength(1);
  });
});

describe('agents', () => {
  it('that were heard of lately are online', async () => {
    const ssm = answering({
      InstanceInformationList: [
        { InstanceId: 'i-1', PingStatus: 'Online' },
        { InstanceId: 'i-2', PingStatus: 'ConnectionLost' },
      ],
    });
    expect([...(await ssm.machines.online(['i-1', 'i-2']))]).toEqual(['i-1']);
    expect([...(await ssm.machines.online([]))]).toEqual([]);
    expect(ssm.asked).toHaveLength(1);
  });
});
