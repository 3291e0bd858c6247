import type { Resource } from '../../model/graph.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { cloudFormationKinds } from './index.ts';

export const kindOf = <K extends KindName>(resource: Resource<K>): CloudFormationKind<K> =>
  cloudFormationKinds[resource.kind] as unknown as CloudFormationKind<K>;
