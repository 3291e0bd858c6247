import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { newSeat, type Seat } from './seat.ts';

let world: BootWorld;
let seat: Seat;

beforeAll(async () => {
  world = await startBootWorld();
  seat = await newSeat(world, await world.networkInterface('172.31.0.11'));
});
afterAll(async () => {
  await seat?.remove();
  await world?.aws.stop();
});

it('the kubelet of a seat finds the folder of static pods when it starts: else it looks again only after 20 seconds', async () => {
  const { code, output } = await seat.step('kubelet');
  expect(code, output).toBe(0);
  expect(await seat.mode('etc/kubernetes/manifests')).toBe('700');
  expect((await seat.calls()).at(-1)).toBe('systemctl start kubelet.service');
});
