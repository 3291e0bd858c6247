// The table of docs/architecture.md: which room may import which. Everything not named is refused.
const rooms = {
  base: [],
  catalog: ['base'],
  spec: ['base', 'catalog'],
  model: ['base', 'catalog', 'spec'],
  ports: ['base', 'model'],
  observe: ['base', 'model', 'ports'],
  plan: ['base', 'model'],
  'targets/aws': ['base', 'model', 'plan', 'ports'],
  'targets/export': ['base', 'model'],
  'targets/terraform': ['base', 'model', 'targets/export'],
  'targets/cloudformation': ['base', 'model', 'targets/export'],
  insight: ['base', 'catalog', 'spec', 'model', 'plan'],
  app: ['base', 'catalog', 'spec', 'model', 'ports', 'observe', 'plan', 'targets', 'insight'],
  adapters: ['base', 'model', 'ports'],
  emulator: ['base', 'catalog'],
  cli: ['app', 'adapters', 'emulator', 'base'],
};

const anchored = (room) => `^src/${room}/`;
const isTest = '\\.test\\.ts$';

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room.replace('/', '-')}`,
  comment: `${room} may import: ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: anchored(room), pathNot: isTest },
  to: { path: '^src/', pathNot: [anchored(room), ...allowed.map(anchored)] },
}));

const outside = ['base', 'catalog', 'spec', 'model', 'ports', 'observe', 'plan', 'targets', 'insight', 'app'];

module.exports = {
  forbidden: [
    ...roomRules,
    { name: 'no-cycles', severity: 'error', from: { pathNot: isTest }, to: { circular: true } },
    {
      name: 'no-node-outside-the-edges',
      comment: 'only adapters, emulator, cli and testing touch node:*',
      severity: 'error',
      from: { path: outside.map(anchored), pathNot: isTest },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-sdk-outside-the-edges',
      comment: 'only adapters, emulator, cli and testing touch an SDK',
      severity: 'error',
      from: { path: outside.map(anchored), pathNot: isTest },
      to: { path: 'node_modules/(@aws-sdk|@smithy|@kubernetes)/' },
    },
    {
      name: 'tests-only-import-testing',
      comment: 'testing is for tests, the machines of the tests, the bench and the scenario recorder',
      severity: 'error',
      from: { path: '^src/', pathNot: [isTest, '^src/(testing|machines)/'] },
      to: { path: '^src/testing/' },
    },
    {
      name: 'nobody-imports-machines',
      comment: 'the machine driver of the tests may import everything; only scripts and its own tests import it',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/machines/' },
      to: { path: '^src/machines/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
