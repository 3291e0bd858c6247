import type { Trial } from './trial.ts';

/** What a seat keeps while instances come and go, by what EC2 says is attached to one of them. */
export interface SeatThings {
  readonly volumeId: string;
  readonly interfaceId: string;
  readonly address: string;
}

export function seatThings({ running }: Trial, instanceId: string): SeatThings {
  for (const { ec2 } of Object.values(running.aws.world.regions)) {
    const root = ec2.instances[instanceId]?.rootDeviceName;
    const volume = Object.values(ec2.volumes).find(
      ({ attachment }) => attachment?.instanceId === instanceId && attachment.device !== root,
    );
    const eni = Object.values(ec2.networkInterfaces).find(
      ({ attachment }) => attachment?.instanceId === instanceId && attachment.deviceIndex === 1,
    );
    if (volume !== undefined && eni !== undefined)
      return { volumeId: volume.id, interfaceId: eni.id, address: eni.privateIps[0] ?? '' };
  }
  throw new Error(`${instanceId} holds no volume and interface of a seat`);
}
