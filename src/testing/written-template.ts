import type { ResourceGraph } from '../model/graph.ts';
import { emitCloudFormation } from '../targets/cloudformation/emit.ts';
import type { Exported } from '../targets/export/exported.ts';
import type { Scenario } from './scenarios.ts';

/** A scenario, or a graph that follows from one, as CloudFormation. */
export function writtenTemplate({ facts, graph: own }: Scenario, graph: ResourceGraph = own): Exported {
  const { account, partition, vpc } = facts;
  const ranges = vpc === null ? {} : { givenVpcRanges: vpc.cidrs };
  return emitCloudFormation({ graph, account, partition, specFile: 'spec.yaml', ...ranges });
}
