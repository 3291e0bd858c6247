import { beforeAll, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../base/duration.ts';
import {
  applyOn,
  byHand,
  dayIn,
  planOn,
  readyStatus,
  type SeatsWorld,
  saidOf,
  seatsWorld,
  statusOf,
} from './seats-world.ts';

let of: SeatsWorld;
beforeAll(async () => {
  of = await seatsWorld('seed-kops');
});

const states = ({ controlPlane }: Awaited<ReturnType<typeof statusOf>>): string =>
  controlPlane.seats.map(({ name, state }) => `${name} ${state}`).join(', ');
const codes = ({ problems }: Awaited<ReturnType<typeof statusOf>>): string[] => problems.map(({ code }) => code);

it('right after an apply the seats boot, which is a note and no error', () => {
  expect(of.afterApply).toMatchObject({ ready: false, controlPlane: { state: 'pending', reached: false } });
  expect(states(of.afterApply)).toBe('a booting, b booting, d booting');
  expect(of.afterApply.problems).toMatchObject([
    {
      code: 'control-plane.booting',
      severity: 'note',
      detail: expect.stringMatching(/^seats a, b, d have been booting for \d+s; the API answers when 2 of 3 serve/),
    },
  ]);
});

describe('an instance of a seat that ends', () => {
  it('leaves the API to the two others, and comes back with its data', () =>
    dayIn(of, async (session) => {
      const hand = byHand(session, of.cluster);
      hand.keep('kept');
      await hand.endSeat('a');
      const gone = await statusOf(session, of.cluster);
      expect(gone).toMatchObject({ ready: false, controlPlane: { state: 'ready', reached: true } });
      expect(states(gone)).toBe('a missing, b serving, d serving');
      expect(saidOf(gone.problems)).toMatch(/seat-missing: 2 of 3 seats serve, 2 are needed; seat a does not/);
      expect(saidOf(gone.problems)).toMatch(
        /seat.no-instance: seat a in us-east-1a .*started none yet -> The group starts one/,
      );
      await session.clock.sleep(seconds(60));
      const booting = await statusOf(session, of.cluster);
      expect(states(booting)).toBe('a booting, b serving, d serving');
      expect(codes(booting).sort()).toEqual(['control-plane.seat-missing', 'seat.booting']);
      // Again, in the middle of that boot.
      await hand.endSeat('a');
      const back = await readyStatus(session, of.cluster);
      expect(states(back)).toBe('a serving, b serving, d serving');
      expect(hand.has('kept')).toBe(true);
    }));

  it('as the second of three takes the API with it, which is said with why and what to do; both come back with the data', () =>
    dayIn(of, async (session) => {
      const hand = byHand(session, of.cluster);
      hand.keep('kept');
      await hand.endSeat('a');
      await hand.endSeat('b');
      await session.clock.sleep(seconds(90));
      const down = await statusOf(session, of.cluster);
      expect(down).toMatchObject({ ready: false, controlPlane: { reached: false } });
      expect(states(down)).toBe('a booting, b booting, d waiting');
      const said = saidOf(down.problems);
      expect(said).toMatch(/no-quorum: 1 of 3 seats is up, 2 are needed; missing: seats a, b -> They boot/);
      expect(said).toMatch(/api.unreachable: .*no healthy target.* -> It answers again when enough seats serve/);
      expect(said).not.toMatch(/EKS|from inside the VPC/);
      const back = await readyStatus(session, of.cluster);
      expect(back.ready).toBe(true);
      expect(hand.has('kept')).toBe(true);
    }));
});

describe('the volume of a seat that is deleted', () => {
  it('is missed, the plan says what it means, and the seat joins as a learner with the data of the others', () =>
    dayIn(of, async (session) => {
      const hand = byHand(session, of.cluster);
      hand.keep('kept');
      await hand.sizeOf('a', 0);
      await session.clock.sleep(minutes(3));
      expect(saidOf((await statusOf(session, of.cluster)).problems)).toMatch(
        /its size was set to 0 -> quilla apply sets it/,
      );
      await hand.deleteVolume('a');
      await hand.sizeOf('a', 1);
      await session.clock.sleep(minutes(4));
      const without = await statusOf(session, of.cluster);
      expect(without.ready).toBe(false);
      expect(states(without)).toBe('a failed, b serving, d serving');
      expect(saidOf(without.problems)).toMatch(
        /seat.volume-lost: .*seat a in us-east-1a does not exist any more.* -> quilla apply makes an empty one/,
      );
      const plan = await planOn(session, of.scenario);
      expect(plan).toMatchObject({ refused: false, steps: expect.arrayContaining(['create volume/etcd-a']) });
      expect(plan.said).toMatch(/app.seat-data-lost: the etcd volume of seat a .*as a learner/);
      expect(await applyOn(session, of.scenario)).toMatchObject({ outcome: 'done', failures: [] });
      // The instance was launched for the volume that is gone: status says so, and what to do.
      expect(saidOf((await statusOf(session, of.cluster)).problems)).toMatch(
        /boot-failed: seat a .*End it: aws ec2 terminate-instances/,
      );
      await hand.endSeat('a');
      const back = await readyStatus(session, of.cluster);
      expect(states(back)).toBe('a serving, b serving, d serving');
      expect(hand.has('kept')).toBe(true);
      expect((await planOn(session, of.scenario)).steps).toEqual([]);
    }));

  it('of two of three starts no new etcd on the empty ones, not even when the third is away', () =>
    dayIn(of, async (session) => {
      const hand = byHand(session, of.cluster);
      for (const seat of ['a', 'b', 'd']) await hand.sizeOf(seat, 0);
      await session.clock.sleep(minutes(4));
      for (const seat of ['a', 'b']) await hand.deleteVolume(seat);
      const lost = saidOf((await statusOf(session, of.cluster)).problems);
      expect(lost).toMatch(/no-quorum: .*the data of seats a, b is lost.* -> Only a snapshot .*quilla store show/);
      const plan = await planOn(session, of.scenario);
      expect(plan.said).toMatch(
        /app.seat-data-lost: the etcd volumes of seats a, b .*too few for a quorum.* -> Look for the old volumes/,
      );
      expect(await applyOn(session, of.scenario)).toMatchObject({ outcome: 'done' });
      await hand.sizeOf('d', 0);
      await session.clock.sleep(minutes(12));
      const blank = await statusOf(session, of.cluster);
      expect(blank.controlPlane).toMatchObject({ state: 'failed', reached: false });
      expect(states(blank)).toBe('a failed, b failed, d missing');
      expect(saidOf(blank.problems)).toMatch(
        /boot-failed: seat a .*seat a has started before: its data is not on .*does not start a new etcd.* -> A seat without its data starts no etcd of its own/,
      );
    }));

  it('of every seat leaves the API away, and status says that only a snapshot helps', () =>
    dayIn(of, async (session) => {
      const hand = byHand(session, of.cluster);
      for (const seat of ['a', 'b', 'd']) await hand.sizeOf(seat, 0);
      await session.clock.sleep(minutes(4));
      for (const seat of ['a', 'b', 'd']) await hand.deleteVolume(seat);
      const status = await statusOf(session, of.cluster);
      expect(states(status)).toBe('a missing, b missing, d missing');
      expect(status.controlPlane).toMatchObject({ state: 'failed', reached: false });
      expect(saidOf(status.problems)).toMatch(/no-quorum: 0 of 3 seats are up.*the data of seats a, b, d is lost/);
    }));
});
