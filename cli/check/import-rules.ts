import type { IForbiddenRuleType } from 'dependency-cruiser';

const workspaces = ['shared', 'regions', 'node-bayeux', 'edge', 'origin', 'simulator', 'ui', 'cli', 'test', 'bench'] as const;
type Workspace = (typeof workspaces)[number];

/** What each workspace may import of ours: the table of docs/architecture.md. */
const mayImport: Readonly<Record<Workspace, readonly Workspace[]>> = {
  shared: [],
  'node-bayeux': [],
  regions: ['shared'],
  edge: ['shared', 'regions'],
  origin: ['shared', 'regions', 'node-bayeux'],
  simulator: ['shared'],
  ui: ['shared'],
  cli: ['shared', 'regions', 'node-bayeux', 'edge', 'origin', 'simulator', 'ui'],
  test: ['shared', 'regions', 'node-bayeux', 'edge', 'origin', 'simulator', 'ui', 'cli'],
  bench: ['shared', 'regions', 'node-bayeux', 'edge', 'origin', 'simulator', 'ui', 'cli', 'test'],
};

/** Who alone may import a driver: everybody else meets it behind a contract. */
const drivers: readonly { packages: string; folders: string }[] = [
  { packages: 'postgres', folders: '^origin/stores/postgres/|^cli/(postgres|system)/|^test/' },
  { packages: 'ioredis|ioredis-mock', folders: '^origin/stores/redis/|^cli/(redis|registry)/|^test/' },
  { packages: '@upstash/redis', folders: '^origin/ownership/|^cli/registry/|^test/' },
  { packages: '@elastic/elasticsearch|minisearch', folders: '^origin/stores/search/|^test/' },
  { packages: 'oidc-provider', folders: '^origin/services/authentication/|^test/' },
];

const anyOf = (names: readonly string[]): string => `^(${names.join('|')})/`;
const tests = '\\.test\\.tsx?$|-suite\\.ts$';

const table = workspaces.map((from): IForbiddenRuleType => ({
  name: `table-${from}`,
  severity: 'error',
  comment: `${from} may import ${mayImport[from].join(', ') || 'nothing of ours'}: what it runs on and whom it serves depends on it`,
  from: { path: `^${from}/`, ...(from === 'shared' || from === 'node-bayeux' ? {} : { pathNot: tests }) },
  to: { path: anyOf(workspaces.filter(other => other !== from && !mayImport[from].includes(other))) },
}));

const driverRules = drivers.map(({ packages, folders }): IForbiddenRuleType => ({
  name: `driver-${packages.split('|')[0]}`,
  severity: 'error',
  comment: 'a store or protocol is replaced in one folder, or it is not replaceable',
  from: { pathNot: `${folders}|${tests}` },
  to: { path: `(^|/)node_modules/(${packages})/` },
}));

/** The rules of dependency-cruiser, each with its reason. */
export const importRules: readonly IForbiddenRuleType[] = [
  {
    name: 'no-cycle',
    severity: 'error',
    comment: 'modules that need each other are one module; a type-only cycle is a cycle for the reader',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    severity: 'error',
    comment: 'an import that cannot be resolved escapes every other rule',
    from: {},
    to: { couldNotResolve: true, pathNot: '^(cloudflare:|@handover/)|\\.(css|svg)$' },
  },
  ...table,
  {
    name: 'bare-shared',
    severity: 'error',
    comment: 'shared runs on every runtime: zod is all it takes',
    from: { path: '^shared/', pathNot: tests },
    to: { path: '(^|/)node_modules/', pathNot: '(^|/)node_modules/(zod|@handover)/' },
  },
  {
    name: 'edge-without-stores',
    severity: 'error',
    comment: 'where the stores are is none of the edge’s business, and must not be in its bundle',
    from: { path: '^edge/' },
    to: { path: '^regions/stores\\.ts$' },
  },
  {
    name: 'services-apart',
    severity: 'error',
    comment: 'services meet in a contract, never in each other: any of them may move into a process of its own',
    from: { path: '^origin/services/([^/]+)/', pathNot: tests },
    to: { path: '^origin/services/', pathNot: '^origin/services/$1/' },
  },
  {
    name: 'services-on-contracts',
    severity: 'error',
    comment: 'a service knows contracts, not who fulfils them; only main.ts opens the doors',
    from: { path: '^origin/services/', pathNot: tests },
    to: { path: '^origin/', pathNot: '^origin/(services|contracts)/' },
  },
  {
    name: 'stores-and-connectors-on-contracts',
    severity: 'error',
    comment: 'stores and connectors fulfil contracts and know nothing of who uses them',
    from: { path: '^origin/(stores|connectors)/', pathNot: tests },
    to: { path: '^origin/', pathNot: '^origin/(contracts|$1)/' },
  },
  {
    name: 'through-the-door',
    severity: 'error',
    comment: 'a folder with an index.ts is entered there; what lies behind it may change without asking',
    from: { path: '^(origin/(?:services|connectors|stores)|shared)/([^/]+)/', pathNot: tests },
    to: { path: '^$1/[^/]+/.+', pathNot: '^$1/$2/|/index\\.ts$' },
  },
  {
    name: 'through-the-shared-door',
    severity: 'error',
    comment: 'the doors of shared are its folders’ index.ts and the route table',
    from: { pathNot: '^shared/' },
    to: { path: '^shared/', pathNot: '^shared/(.+/index|routes)\\.ts$' },
  },
  {
    name: 'through-the-package-door',
    severity: 'error',
    comment: 'a package is used as a stranger would use it',
    from: { pathNot: '^node-bayeux/' },
    to: { path: '^node-bayeux/', pathNot: '^node-bayeux/index\\.ts$' },
  },
  {
    name: 'tests-through-doors',
    severity: 'error',
    comment: 'what crosses doors is tested at the doors; what is behind one has its tests beside it',
    from: { path: '^(test|bench)/', pathNot: '^test/house/' },
    to: { path: anyOf(workspaces.filter(name => name !== 'test' && name !== 'bench')), pathNot: '/(index|main|routes)\\.ts$|-suite\\.ts$' },
  },
  {
    name: 'no-test-in-product',
    severity: 'error',
    comment: 'what only tests need is not shipped',
    from: { pathNot: `${tests}|^(test|bench)/|/model/|/bench/` },
    to: { path: '\\.test\\.ts$' },
  },
  ...driverRules,
];
