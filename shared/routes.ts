/**
 * The one route table. A row is a prefix or a single operation; the longest match wins. Edge, origin mounting and ingress files are
 * derived from it. Resend class `repeat`: may be sent once more, elsewhere, inside the same request, because the origin answers success
 * when the state already holds. `once`: sent again only when the origin refused before executing. Reads are always `repeat`.
 */
export type Service =
  | 'auth'
  | 'environment'
  | 'configuration'
  | 'workspace'
  | 'statistics'
  | 'provisioning'
  | 'ucs'
  | 'voice'
  | 'ixn'
  | 'chat'
  | 'api-v2'
  | 'ui'
  | 'health'
  | 'admin'
  | 'simulator'
  | 'root';
export type Audience = 'agent' | 'operator' | 'internal';
export type TimeoutClass = 'api' | 'poll' | 'stream' | 'socket' | 'static';
export type ResendClass = 'repeat' | 'once';
/** What the pin means: `sticky` follows and rewrites it, `temporary` follows it but never rewrites it, `none` ignores it. */
export type StickyPolicy = 'sticky' | 'temporary' | 'none';

export interface Route {
  /** Path; `{name}` stands for exactly one segment. */
  readonly path: string;
  readonly kind: 'prefix' | 'operation';
  /** Operations only; absent: any method. */
  readonly method?: string;
  readonly service: Service;
  readonly audience: Audience;
  readonly timeout: TimeoutClass;
  readonly resend: ResendClass;
  readonly policy: StickyPolicy;
  /** The class is `repeat` after all when the body says so: a form's grant type, or only Bayeux meta messages. */
  readonly repeatWhen?: 'grant' | 'bayeux-meta';
  /** Query or form field whose `<region>.` tag says where an authorization code lives. */
  readonly codeField?: 'code';
}

/** Grants of `POST /auth/v3/oauth/token` that change nothing when they are repeated; the others spend a code or rotate a token. */
export const repeatableGrants: ReadonlySet<string> = new Set([
  'password',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
]);

type Row = Partial<Route> & Pick<Route, 'path'>;

const prefix = (path: string, service: Service, more: Partial<Route> = {}): Route => ({
  kind: 'prefix',
  audience: 'agent',
  timeout: 'api',
  resend: 'once',
  policy: 'sticky',
  ...more,
  path,
  service,
});

const post = (service: Service, rows: readonly (string | Row)[]): Route[] =>
  rows.map(row => {
    const more = typeof row === 'string' ? { path: row } : row;
    return { ...prefix(more.path, service), kind: 'operation', method: 'POST', resend: 'repeat', ...more };
  });

const bayeux = (base: string, service: Service): Route =>
  prefix(`${base}/notifications`, service, { timeout: 'poll', repeatWhen: 'bayeux-meta' });

const callActions = ['answer', 'hold', 'retrieve', 'release', 'update-user-data', 'complete'];

export const routes: readonly Route[] = [
  prefix('/auth/v3', 'auth'),
  ...post('auth', ['/auth/v3/sign-out', { path: '/auth/v3/oauth/token', resend: 'once', repeatWhen: 'grant', codeField: 'code' }]),
  prefix('/environment/v3', 'environment', { audience: 'operator', policy: 'temporary' }),
  prefix('/configuration/v3', 'configuration', { policy: 'temporary' }),
  prefix('/workspace/v3', 'workspace'),
  bayeux('/workspace/v3', 'workspace'),
  { ...prefix('/workspace/v3/start', 'workspace'), kind: 'operation', method: 'GET', resend: 'repeat', codeField: 'code' },
  ...post('workspace', [
    { path: '/workspace/v3/initialize-workspace', codeField: 'code' },
    '/workspace/v3/activate-channels',
    '/workspace/v3/login',
    '/workspace/v3/logout',
    ...['login', 'logout', 'ready', 'not-ready', 'dnd-on', 'dnd-off'].map(action => `/workspace/v3/voice/${action}`),
    ...callActions.map(action => `/workspace/v3/voice/calls/{id}/${action}`),
    ...['logout', 'ready', 'not-ready', 'dnd-on', 'dnd-off'].map(action => `/workspace/v3/media/${action}`),
    ...['logout', 'ready', 'not-ready'].map(action => `/workspace/v3/media/{mediatype}/${action}`),
    ...['accept', 'update-user-data', 'complete'].map(action => `/workspace/v3/media/{mediatype}/interactions/{id}/${action}`),
  ]),
  prefix('/statistics/v3', 'statistics'),
  bayeux('/statistics/v3', 'statistics'),
  prefix('/provisioning/v3', 'provisioning'),
  bayeux('/provisioning/v3', 'provisioning'),
  ...post('provisioning', [
    '/provisioning/v3/login',
    '/provisioning/v3/logout',
    { path: '/provisioning/v3/initialize-provisioning', resend: 'once', codeField: 'code' },
  ]),
  prefix('/ucs/v3', 'ucs'),
  bayeux('/ucs/v3', 'ucs'),
  prefix('/voice/v3', 'voice'),
  bayeux('/voice/v3', 'voice'),
  prefix('/ixn/v3', 'ixn'),
  bayeux('/ixn/v3', 'ixn'),
  prefix('/chat/v3', 'chat'),
  bayeux('/chat/v3', 'chat'),
  prefix('/api/v2', 'api-v2'),
  bayeux('/api/v2', 'api-v2'),
  prefix('/ui', 'ui', { timeout: 'static', resend: 'repeat', policy: 'none' }),
  prefix('/health', 'health', { audience: 'operator', resend: 'repeat', policy: 'none' }),
  prefix('/admin', 'admin', { audience: 'operator', policy: 'none' }),
  prefix('/simulator', 'simulator', { audience: 'internal', policy: 'none' }),
  prefix('/', 'root', { timeout: 'static', resend: 'repeat', policy: 'none' }),
];

interface Node {
  readonly literals: Map<string, Node>;
  param?: Node;
  prefix?: Route;
  readonly operations: Map<string, Route>;
}

const emptyNode = (): Node => ({ literals: new Map(), operations: new Map() });
const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const segmentsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .filter((part, index, all) => part !== '' || index < all.length - 1);

function compile(table: readonly Route[]): Node {
  const root = emptyNode();
  for (const route of table) {
    let node = root;
    for (const segment of segmentsOf(route.path)) {
      if (segment.startsWith('{')) node = node.param ??= emptyNode();
      else {
        const next = node.literals.get(segment) ?? emptyNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    const key = route.method ?? '*';
    if (route.kind === 'prefix' ? node.prefix !== undefined : node.operations.has(key))
      throw new Error(`route listed twice: ${key} ${route.path}`);
    if (route.kind === 'prefix') node.prefix = route;
    else node.operations.set(key, route);
  }
  return root;
}

const tree = compile(routes);
const readVariants = new Map<Route, Route>(
  routes.map(route => [route, route.resend === 'repeat' ? route : { ...route, resend: 'repeat' }]),
);
const catchAll = routes[routes.length - 1] as Route;
/** Deeper paths than any row need no further look. */
const maxDepth = 16;

/**
 * The row that governs a request. Never fails: `/` catches everything. A literal segment beats `{name}`; an operation beats a prefix of
 * the same length; an operation whose method differs falls back to the prefix above it.
 */
export function routeOf(method: string, path: string): Route {
  const segments = path.split('/', maxDepth + 1);
  const found = search(tree, segments, 1, method) ?? catchAll;
  return reads.has(method) ? (readVariants.get(found) as Route) : found;
}

function search(node: Node, segments: readonly string[], index: number, method: string): Route | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.operations.get(method) ?? node.operations.get('*') ?? node.prefix;
  const literal = node.literals.get(segment);
  const deeper =
    (literal && search(literal, segments, index + 1, method)) ??
    (node.param && segment !== '' ? search(node.param, segments, index + 1, method) : undefined);
  return deeper ?? node.prefix;
}
