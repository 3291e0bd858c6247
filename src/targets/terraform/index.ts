import type { KindName } from '../../model/kinds/names.ts';
import { routeTable } from './route-table.ts';
import { securityGroup } from './security-group.ts';
import type { TerraformKind } from './terraform-kind.ts';
import { vpc } from './vpc.ts';

/** How each kind is written. */
export const terraformKinds: { readonly [K in KindName]: TerraformKind<K> } = {
  vpc,
  'security-group': securityGroup,
  'route-table': routeTable,
};
