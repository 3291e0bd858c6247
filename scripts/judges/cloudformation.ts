/**
 * CloudFormation on paper: the template of a scenario is resolved against an inventory of the world that direct apply made of the same
 * graph, and compared property by property. No AWS serves CloudFormation here. Every difference is on a written list or fails, and so
 * does everything that direct apply made and no template holds.
 *
 *     npm run judge:cloudformation [-- SCENARIO...]
 */
import { embeddedAccessKeyId, embeddedSecretAccessKey, startEmbeddedAws } from '../../src/emulator/embedded-aws.ts';
import type { World } from '../../src/emulator/world.ts';
import { givenWorld } from '../../src/testing/given-world.ts';
import { applied } from '../../src/testing/record-scenario.ts';
import { scenario } from '../../src/testing/scenarios.ts';
import { writtenTemplate } from '../../src/testing/written-template.ts';
import { acceptedDifferences, acceptedObjects } from './cloudformation/accepted.ts';
import { compare, type Difference, stockOf, type TemplateFile } from './cloudformation/compare.ts';
import { type InventoryObject, takeInventory } from './inventory.ts';
import { bench, type Verdict } from './verdict.ts';

/** What differs most: the article's two clusters, and one of each choice that templates write in another way. */
const usual = [
  ...['seed-eks', 'seed-kops', 'custom-networking', 'dual-stack'],
  ...['several-groups', 'fargate-and-pod-identity', 'private-dns', 'given-vpc-seats'],
];

async function inventoryOf(world: World, region: string): Promise<readonly InventoryObject[]> {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' }, world });
  try {
    const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
    return await takeInventory({ endpoint: aws.endpoint, region, credentials });
  } finally {
    await aws.stop();
  }
}

const nameOf = ({ type, key }: InventoryObject): string => `${type} ${key}`;

const isAccepted = ({ type, property }: Difference): boolean =>
  acceptedDifferences.some((one) => one.type === type && one.property === property);

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 400);

const used = new Set<string>();

async function judge(name: string, say: (verdict: Verdict) => void): Promise<void> {
  const { graph, facts } = scenario(name);
  const before = new Set((await inventoryOf(await givenWorld(scenario(name)), graph.region)).map(nameOf));
  const inventory = await inventoryOf((await applied(scenario(name))).world, graph.region);
  const template = JSON.parse(writtenTemplate(scenario(name)).files['template.json']!) as TemplateFile;
  const pseudo = { 'AWS::Region': graph.region, 'AWS::AccountId': facts.account, 'AWS::Partition': facts.partition };
  const { resources, compared, differences, held } = compare(template, stockOf(inventory), pseudo);
  const open = differences.filter((one) => !isAccepted(one));
  for (const { logicalId, property, template: written, told } of open)
    say({
      what: `${name}: ${logicalId}.${property}`,
      isOk: false,
      detail: `${short(written)} in the template, ${short(told)} in AWS`,
    });
  const accepted = differences.filter(isAccepted);
  for (const { type, property } of accepted) used.add(`${type} ${property}`);
  const made = inventory.filter((object) => !before.has(nameOf(object)) && !held.has(nameOf(object)));
  const lost = made.filter((object) => {
    const entry = acceptedObjects.find((one) => one.type === object.type && one.isIt(object));
    if (entry !== undefined) used.add(entry.because);
    return entry === undefined;
  });
  for (const object of lost) say({ what: `${name}: ${nameOf(object)}`, isOk: false, detail: 'is in no template' });
  const detail = `${compared} properties of ${resources} resources compared, ${accepted.length} accepted differences, ${made.length} accepted objects`;
  if (open.length + lost.length === 0) say({ what: name, isOk: true, detail });
}

const { say, close } = bench();
const asked = process.argv.slice(2);
for (const name of asked.length === 0 ? usual : asked) await judge(name, say);
for (const { type, property } of asked.length === 0 ? acceptedDifferences : [])
  if (!used.has(`${type} ${property}`))
    say({
      what: `${type} ${property}`,
      isOk: false,
      detail: 'is on the list of accepted differences and is none: take it off',
    });
close();
