// Builds what npm publishes: the CLI and the library as bundled ES modules, and the library's types.
import { rmSync } from 'node:fs';
import { bundle } from './build/bundle.ts';
import { writeTypes } from './build/types.ts';

rmSync('dist', { recursive: true, force: true });
await bundle('dist');
writeTypes();
