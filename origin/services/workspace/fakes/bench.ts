import { Hono } from 'hono';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import type { FakeClock } from '@handover/shared/time';
import type { Identity, Principal, SessionTokens, TokenRefusal, TokenSession } from '../../../contracts/identity.ts';
import type { MovableClient, NotificationHub } from '../../../contracts/notifications.ts';
import type { AgentSessionKey, Owned, Ownership, OwnershipRefusal } from '../../../contracts/ownership.ts';
import type { RequestVariables, WebSession, WebSessionCodec } from '../../../contracts/workspace.ts';
import { FakeDocuments } from './documents.ts';
import { InteractionBoard } from './interaction-board.ts';
import { FakeInteractionServer, fakeInteractions } from './interaction.ts';
import { createMemoryPreferences } from './preferences.ts';
import { settleMs } from '../session/attachments.ts';
import { createWorkspace } from '../workspace.ts';
import type { Workspace, WorkspaceParts } from '../workspace.ts';
import { fakeConfiguration, fakeVoice } from './site.ts';
import { FakeSwitch } from './switch.ts';

export interface Delivered {
  clientId: string;
  channel: string;
  data: Record<string, unknown> & { messageType: string };
}

/** A hub that remembers what it was told. */
export class FakeHub implements NotificationHub {
  readonly delivered: Delivered[] = [];
  readonly disconnected: string[] = [];
  readonly gone: string[] = [];
  readonly adopted: { key: string; client: MovableClient }[] = [];
  /** Of what was delivered from this place on nobody knows yet whether it was heard. */
  unheardFrom = Infinity;
  unheard(clientId: string): unknown[] {
    return this.delivered.slice(this.unheardFrom).flatMap(each => (each.clientId === clientId ? [each.data] : []));
  }
  deliver(clientIds: Iterable<string>, channel: string, data: unknown): void {
    // As the wire would: later changes of an object do not change what was sent.
    for (const clientId of clientIds) this.delivered.push({ clientId, channel, data: structuredClone(data) as Delivered['data'] });
  }
  disconnect(clientId: string): void {
    this.disconnected.push(clientId);
  }
  letGo(clientIds: Iterable<string>): void {
    this.gone.push(...clientIds);
  }
  describe(clientId: string): MovableClient {
    return { clientId, browserHash: 'hash', subscriptions: ['/workspace/v3/voice'] };
  }
  adopt(key: string, client: MovableClient): void {
    this.adopted.push({ key, client });
  }
}

/** Ownership where this node owns whatever it is asked for, until told otherwise. */
export class FakeOwnership implements Ownership {
  readonly passports = new Map<string, unknown>();
  readonly ended = new Set<string>();
  readonly ends: { person: string; reason: string }[] = [];
  readonly attached: string[] = [];
  readonly owned = new Map<string, Owned & { current: boolean }>();
  refusal: OwnershipRefusal | undefined;
  /** Why commands are not admitted. */
  closed: string | undefined;
  epoch = 100;
  unreachable = false;
  /** The write of a passport that is under way. */
  writing: Promise<void> = Promise.resolve();

  own(key: AgentSessionKey): Owned & { current: boolean } {
    const owned: Owned & { current: boolean } = {
      key: { tenant: key.tenant, person: key.person },
      epoch: ++this.epoch,
      current: true,
      admission: () =>
        this.closed === undefined ? ok(() => (owned.current ? ok({ epoch: owned.epoch }) : refuse('lost'))) : refuse(this.closed),
      attachDn: dn => {
        this.attached.push(`${dn.number}@${dn.switchName}`);
        return Promise.resolve(ok(true));
      },
      detachDn: () => undefined,
      savePassport: passport => void this.passports.set(key.person, structuredClone(passport)),
      passportWritten: () => this.writing,
      end: reason => {
        this.ends.push({ person: key.person, reason });
        owned.current = false;
        this.owned.delete(key.person);
        return Promise.resolve();
      },
    };
    this.owned.set(key.person, owned);
    return owned;
  }

  ensure(key: AgentSessionKey): ReturnType<Ownership['ensure']> {
    if (this.refusal !== undefined) return refuse(this.refusal);
    return ok(this.owned.get(key.person) ?? this.own(key));
  }
  markEnded(sid: string): Promise<void> {
    this.ended.add(sid);
    return Promise.resolve();
  }
  isEnded(sid: string): Promise<boolean> {
    return this.unreachable ? Promise.reject(new Error('registry gone')) : Promise.resolve(this.ended.has(sid));
  }
}

const codec: WebSessionCodec = {
  seal: session => `v1.k1.${Buffer.from(JSON.stringify(session)).toString('base64url')}`,
  open: text => {
    try {
      return text.startsWith('v1.k1.') ? (JSON.parse(Buffer.from(text.slice(6), 'base64url').toString()) as WebSession) : undefined;
    } catch {
      return undefined;
    }
  },
};

/** Tokens are `token-<user>`, codes `code-<user>` and work once. */
export function fakeIdentity(): Identity {
  const spent = new Set<string>();
  const principal = (userName: string): Principal => ({
    tenant: 'acme',
    contactCenterId: 'cc1',
    clientId: 'external_api_client',
    userName,
    authorities: ['ROLE_AGENT'],
    jti: 'j',
    expiresAtMs: Number.MAX_SAFE_INTEGER,
  });
  return {
    verifyAccessToken: token => Promise.resolve(token.startsWith('token-') ? ok(principal(token.slice(6))) : refuse('invalid')),
    redeemCode: code => {
      if (!code.startsWith('code-') || spent.has(code)) return Promise.resolve(refuse('invalid'));
      spent.add(code);
      return Promise.resolve(ok(principal(code.slice(5))));
    },
    regionOfCode: code => (code.startsWith('west-') ? 'eu-west' : undefined),
    authorizeUrl: ({ state = '', locale = '' }) =>
      `/auth/v3/oauth/authorize?client_id=gws-app-workspace&state=${state}&ui_locales=${locale}`,
    workspaceRedirectUri: 'http://handover.test/workspace/v3/start',
    signOutUrl: redirectUri => `/auth/v3/sign-out?redirectUri=${encodeURIComponent(redirectUri ?? '')}`,
    revoke: () => Promise.resolve(),
    requireOperator: () => Promise.reject(new Error('no operator here')),
  };
}

/** Tokens are `of-<sid>`, for 900 s; nobody has one after `revoked` names the session. */
class FakeSessionTokens implements SessionTokens {
  readonly revoked: string[] = [];
  refusal: TokenRefusal | undefined;
  issue({ sid }: TokenSession): ReturnType<SessionTokens['issue']> {
    return Promise.resolve(this.refusal === undefined ? ok({ accessToken: `of-${sid}`, expiresInS: 900 }) : refuse(this.refusal));
  }
  revoke({ sid }: TokenSession): Promise<void> {
    this.revoked.push(sid);
    return Promise.resolve();
  }
}

export interface Bench {
  clock: FakeClock;
  hub: FakeHub;
  ownership: FakeOwnership;
  sessionTokens: FakeSessionTokens;
  east: FakeSwitch;
  west: FakeSwitch;
  /** This node's link to the Interaction Server. */
  ixn: FakeInteractionServer;
  documents: FakeDocuments;
  workspace: Workspace;
  call: (
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string>; raw?: string | Uint8Array<ArrayBuffer>; requestId?: string },
  ) => Promise<Response>;
}

/** The service on fakes of everything behind it. */
export function createBench(
  more: Partial<WorkspaceParts> = {},
  shared: { east?: FakeSwitch; west?: FakeSwitch; clock?: FakeClock; board?: InteractionBoard } = {},
): Bench {
  const clock = shared.clock ?? createFakeClock();
  const hub = new FakeHub();
  const ownership = new FakeOwnership();
  const sessionTokens = new FakeSessionTokens();
  const east = shared.east ?? new FakeSwitch(clock, 'SIP_East', '/us-east');
  const west = shared.west ?? new FakeSwitch(clock, 'SIP_West', '/eu-west');
  const ixn = new FakeInteractionServer(shared.board ?? new InteractionBoard(clock));
  const documents = new FakeDocuments();
  const workspace = createWorkspace({
    clock,
    log: silentLogger,
    hub,
    ownership,
    voice: fakeVoice([east, west]),
    interactions: fakeInteractions([ixn]),
    documents,
    configuration: fakeConfiguration(),
    identity: fakeIdentity(),
    sessionTokens,
    webSessions: codec,
    preferences: createMemoryPreferences(),
    publicUrl: 'http://handover.test',
    allowedOrigins: ['http://handover.test', 'https://desk.test'],
    secureCookies: false,
    version: '1.0.0',
    region: 'us-east',
    ...more,
  });
  let requests = 0;
  const server = new Hono<{ Variables: RequestVariables }>();
  server.use(async (c, next) => {
    const requestId = c.req.header('x-request-id') ?? `request-${String(++requests)}`;
    c.set('request', { requestId, stampMs: clock.now(), excludedNodes: [] });
    await next();
  });
  server.route('/workspace/v3', workspace.app);
  return {
    clock,
    hub,
    ownership,
    sessionTokens,
    east,
    west,
    ixn,
    documents,
    workspace,
    call: async (method, path, { body, headers = {}, raw, requestId } = {}) =>
      server.request(`http://handover.test/workspace/v3${path}`, {
        method,
        headers: {
          ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
          ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
          ...headers,
        },
        ...(raw !== undefined ? { body: raw } : body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

export interface Answer {
  status: number;
  body: {
    status?: { code: number; message?: string };
    errors?: { code: string; field?: string }[];
    operationId?: string;
    data?: Record<string, unknown>;
  };
  headers: Headers;
}

/** One tab of an agent: its cookie, its Bayeux client, and what that client was told. */
export interface Tab {
  readonly clientId: string;
  cookie: string;
  readonly key: string;
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** Messages of the voice channel, newest last. */
  voice: () => Delivered['data'][];
  /** Messages of a channel, newest last. */
  heard: (channel: string) => Delivered['data'][];
  /** Calls as they were told: `<state>` or `<state> <notification>`. */
  told: (connId: string) => string[];
  dn: () => Record<string, unknown> | undefined;
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, body: (json && text !== '' ? JSON.parse(text) : {}) as Answer['body'] };
};

/** Signs in, shakes hands and subscribes, as a client does. */
export async function openTab(bench: Bench, user = 'agent1', clientId = `client-${user}`): Promise<Tab> {
  const response = await bench.call('POST', '/initialize-workspace', { headers: { authorization: `Bearer token-${user}` } });
  if (response.status !== 200) throw new Error(`initialize: ${String(response.status)} ${await response.text()}`);
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const key = await bench.workspace.policy.identify({ headers: { cookie }, url: '/workspace/v3/notifications' });
  if (key === undefined) throw new Error('the handshake was refused');
  bench.workspace.policy.onAttach(key, clientId);
  for (const channel of ['/workspace/v3/initialization', '/workspace/v3/voice'])
    bench.workspace.policy.onSubscribed(key, clientId, channel);
  // Until then it would come along to another node as subscribed to everything.
  bench.clock.advance(settleMs);
  const heard = (channel: string): Delivered['data'][] =>
    bench.hub.delivered.filter(each => each.clientId === clientId && each.channel === channel).map(each => each.data);
  const voice = (): Delivered['data'][] => heard('/workspace/v3/voice');
  const tab: Tab = {
    clientId,
    cookie,
    key,
    post: async (path, body, headers) =>
      answerOf(await bench.call('POST', path, { ...(body === undefined ? {} : { body }), headers: { cookie: tab.cookie, ...headers } })),
    get: async (path, headers) => answerOf(await bench.call('GET', path, { headers: { cookie: tab.cookie, ...headers } })),
    voice,
    heard,
    told: connId =>
      voice().flatMap(message => {
        const call = message['call'] as { connId: string; state: string } | undefined;
        return call?.connId === connId
          ? [call.state + (message['notificationType'] === 'StateChange' ? '' : ` ${String(message['notificationType'])}`)]
          : [];
      }),
    dn: () => voice().findLast(message => message.messageType === 'DnStateChanged')?.['dn'] as Record<string, unknown> | undefined,
  };
  return tab;
}

/** A tab whose agent is logged in at the default place. */
export async function openLoggedIn(bench: Bench, user = 'agent1', clientId = `client-${user}`): Promise<Tab> {
  const tab = await openTab(bench, user, clientId);
  const answer = await tab.post('/activate-channels', { data: {} });
  if (answer.status !== 200) throw new Error(`activate-channels: ${JSON.stringify(answer.body)}`);
  return tab;
}
