/**
 * Writes src/catalog/data/instance-types.compact.json, what the product loads, from src/catalog/data/instance-types.json, the
 * rows with their source: one text per type, less than a quarter of the size. Run after the rows change:
 *
 *     node scripts/compact-instance-types.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compactInstanceTypes } from './compact-instance-types-format.ts';

const data = (name: string): string => fileURLToPath(new URL(`../src/catalog/data/${name}`, import.meta.url));
writeFileSync(
  data('instance-types.compact.json'),
  compactInstanceTypes(JSON.parse(readFileSync(data('instance-types.json'), 'utf8'))),
);
