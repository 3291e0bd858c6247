import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { seconds } from '../base/duration.ts';
import type { EventHandlers } from './call.ts';
import { newWorld } from './new-world.ts';
import { startForTest } from './start-for-test.ts';
import { createTurns } from './turns.ts';
import { loadWorld, saveWorld } from './world-file.ts';

const AssumeRolePolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

describe('the embedded AWS', () => {
  it('listens on loopback and says what it was asked', async () => {
    await using aws = await startForTest();
    expect(aws.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const heard: string[] = [];
    const stop = aws.onCall(({ operation }) => heard.push(operation));
    await new STSClient(aws.settings()).send(new GetCallerIdentityCommand({}));
    stop();
    await new STSClient(aws.settings()).send(new GetCallerIdentityCommand({}));
    expect(heard).toEqual(['GetCallerIdentity']);
    expect(aws.calls).toHaveLength(2);
    expect(aws.calls[0]).toEqual({
      service: 'sts',
      operation: 'GetCallerIdentity',
      region: 'us-east-1',
      at: Date.UTC(2026, 10, 1),
      write: false,
    });
  });

  it('takes its latency on its own clock', async () => {
    await using aws = await startForTest({ latency: seconds(2) });
    const sts = new STSClient(aws.settings());
    const wall = performance.now();
    for (let n = 0; n < 3; n++) await aws.clock.busy(() => sts.send(new GetCallerIdentityCommand({})));
    expect(aws.clock.now()).toBe(Date.UTC(2026, 10, 1) + 6000);
    expect(performance.now() - wall).toBeLessThan(3000);
  });

  it('says NotImplemented of what it does not know', async () => {
    await using aws = await startForTest();
    const { GetFederationTokenCommand } = await import('@aws-sdk/client-sts');
    const asking = new STSClient(aws.settings()).send(new GetFederationTokenCommand({ Name: 'ada' }));
    await expect(asking).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('sts:GetFederationToken'),
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('makes the same ids for the same calls', async () => {
    const make = async (): Promise<string> => {
      await using aws = await startForTest();
      await new IAMClient(aws.settings()).send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
      return JSON.stringify(aws.world);
    };
    expect(await make()).toBe(await make());
  });

  it('goes on from a saved world', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quilla-world-'));
    const path = join(folder, 'world.json');
    {
      await using aws = await startForTest();
      await aws.clock.sleep(seconds(90));
      await new IAMClient(aws.settings()).send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument }));
      await saveWorld(path, aws.world);
    }
    const world = await loadWorld(path);
    await using again = await startForTest({ world: world! });
    expect(again.clock.now()).toBe(Date.UTC(2026, 10, 1) + 90_000);
    expect((await new IAMClient(again.settings()).send(new GetRoleCommand({ RoleName: 'r' }))).Role?.RoleName).toBe(
      'r',
    );
    expect(await readdir(folder)).toEqual(['world.json']);
    await writeFile(path, '{"version":2}');
    await expect(loadWorld(path)).rejects.toThrow('does not hold an embedded AWS of this version');
    expect(await loadWorld(join(folder, 'none.json'))).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('{"version":2}');
  });
});

describe('turns', () => {
  const setUp = () => {
    const seen: string[] = [];
    const handlers: EventHandlers = {
      'test.note': (data, turn) => {
        seen.push(`${data} at ${turn.now}`);
        if (data === 'first') turn.later(seconds(1), 'test.note', 'follow-up');
      },
    };
    const world = newWorld('123456789012', 0);
    const turns = createTurns({ world, now: () => 0, eventHandlers: async () => handlers });
    return { seen, world, turns };
  };

  it('run what is due, in order, each at its own time', async () => {
    const { seen, world, turns } = setUp();
    const turn = turns.at('us-east-1', 0);
    turn.later(seconds(9), 'test.note', 'late');
    turn.later(seconds(3), 'test.note', 'second');
    turn.later(seconds(3), 'test.note', 'third');
    turn.later(seconds(1), 'test.note', 'first');
    expect(turns.next()).toBe(1000);
    await turns.runDue(5000);
    expect(seen).toEqual(['first at 1000', 'follow-up at 2000', 'second at 3000', 'third at 3000']);
    expect([world.now, turns.next()]).toEqual([5000, 9000]);
  });

  it('tell listeners of each', async () => {
    const { turns } = setUp();
    let told = 0;
    const stop = turns.onTurn(() => {
      told += 1;
    });
    turns.at('us-east-1', 0).later(seconds(1), 'test.note', 'a');
    turns.at('us-east-1', 0).later(seconds(2), 'test.note', 'b');
    await turns.runDue(3000);
    stop();
    turns.taken();
    expect(told).toBe(2);
  });

  it('make ids like AWS does', () => {
    const { turns } = setUp();
    const turn = turns.at('us-east-1');
    expect(turn.newId('vpc-')).toMatch(/^vpc-0[0-9a-f]{16}$/);
    expect(turn.newId('vpc-')).not.toBe(turn.newId('vpc-'));
    expect(turn.newToken(40)).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('an embedded AWS on a scaled clock', () => {
  it('runs what is due without being asked', async () => {
    await using aws = await startForTest({ clock: { kind: 'scaled', speed: 10_000_000 } });
    const kms = new KMS(aws.settings());
    const { KeyMetadata } = await kms.createKey({});
    const ran = new Promise<void>((resolve) => {
      aws.turns.onTurn(() => {
        if (aws.calls.length === 2 && aws.world.events.length === 0) resolve();
      });
    });
    await kms.scheduleKeyDeletion({ KeyId: KeyMetadata!.KeyId!, PendingWindowInDays: 7 });
    await ran;
    expect(aws.calls).toHaveLength(2);
    expect(Object.keys(aws.world.regions['us-east-1']!.kms.keys)).not.toContain(KeyMetadata!.KeyId);
  });
});
