import type { ResourceGraph } from '../../../src/model/graph.ts';
import { emitCloudFormation } from '../../../src/targets/cloudformation/emit.ts';
import type { Exported } from '../../../src/targets/export/exported.ts';
import { scenario } from '../../../src/testing/scenarios.ts';

/** A scenario, or a graph that follows from one, as CloudFormation. */
export function writtenTemplate(name: string, graph: ResourceGraph = scenario(name).graph): Exported {
  const { facts } = scenario(name);
  const { account, partition, vpc } = facts;
  const ranges = vpc === null ? {} : { givenVpcRanges: vpc.cidrs };
  return emitCloudFormation({ graph, account, partition, specFile: 'spec.yaml', ...ranges });
}
