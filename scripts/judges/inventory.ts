/**
 * Everything that an account and a region hold, as AWS itself describes it: taken with AWS's own SDK and with nothing of the
 * product, so that judges may compare what programs made.
 *
 *     node scripts/judges/inventory.ts --endpoint http://127.0.0.1:4599 [--region us-east-1]     prints it as JSON
 *
 * Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
 */
import { parseArgs } from 'node:util';
import { balancingObjects } from './inventory/balancing.ts';
import { bucketObjects } from './inventory/buckets.ts';
import { type InventoryClients, inventoryClients } from './inventory/clients.ts';
import { eksObjects } from './inventory/eks.ts';
import { identityObjects } from './inventory/identities.ts';
import type { InventoryObject, Place } from './inventory/inventory-object.ts';
import { keyAndLogObjects } from './inventory/keys-and-logs.ts';
import { machineObjects } from './inventory/machines.ts';
import { nameAndNoticeObjects } from './inventory/names-and-notices.ts';
import { networkObjects } from './inventory/network.ts';

export type { InventoryObject, Place } from './inventory/inventory-object.ts';

const readers: readonly ((clients: InventoryClients) => Promise<InventoryObject[]>)[] = [
  networkObjects,
  machineObjects,
  identityObjects,
  keyAndLogObjects,
  eksObjects,
  bucketObjects,
  balancingObjects,
  nameAndNoticeObjects,
];

/** Every object, in the order of type and key. */
export async function takeInventory(place: Place): Promise<readonly InventoryObject[]> {
  const clients = inventoryClients(place);
  try {
    const lists = await Promise.all(readers.map((read) => read(clients)));
    return lists.flat().sort((a, b) => (`${a.type} ${a.key}` < `${b.type} ${b.key}` ? -1 : 1));
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { endpoint: { type: 'string' }, region: { type: 'string' } } });
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  const endpoint = values.endpoint ?? AWS_ENDPOINT_URL;
  if (endpoint === undefined || AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    console.error('inventory: --endpoint and the credentials of an AWS are wanted');
    process.exitCode = 2;
    return;
  }
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const region = values.region ?? AWS_REGION ?? 'us-east-1';
  console.log(JSON.stringify(await takeInventory({ endpoint, region, credentials }), null, 2));
}

if (import.meta.main) await main();
