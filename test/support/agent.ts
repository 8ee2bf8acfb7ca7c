import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallStateWire, CallWire, CurrentSessionWire, DnWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import { createGenesysClient, type GenesysClient, type GenesysVoice } from './genesys-client.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { until } from './waiting.ts';

/** An answer with its body read. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  body: {
    status?: { code: number; message?: string };
    errors?: { code: string; field?: string; message?: string }[];
    requestId?: string;
    operationId?: string;
    data?: unknown;
  };
}

/** An agent at work with the vendor's client: signed in, voice channel active. */
export interface Agent {
  readonly user: string;
  readonly dn: string;
  readonly client: GenesysClient;
  readonly voice: GenesysVoice;
  /** Everything that came on the voice channel. */
  readonly events: Inbox<VoiceMessageWire>;
  /** Handshakes since the first one. */
  handshakes(): number;
  cookie(): string;
  /** A request of the Workspace API with this agent's cookies, past the vendor's client. */
  request(method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** The next event that shows the call in this state. */
  callIn(state: CallStateWire, id: string | undefined, from: number): Promise<CallWire>;
  dnIn(state: DnWire['agentState'], from: number): Promise<DnWire>;
  /** The calls of the session that are not marked done, as the server has them. */
  calls(): Promise<CallWire[]>;
  /** Ends every call and marks it done. */
  clearCalls(): Promise<void>;
  /** Closes the event stream and logs out; never rejects. */
  leave(): Promise<void>;
}

const goodbyeMs = 3_000;

/** An access token by the password grant, as the demo's external client asks for it. */
export async function tokenOf(url: string, user: string): Promise<string> {
  const response = await fetch(`${url}/auth/v3/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('external_api_client:secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'password', username: user, password: user, client_id: 'external_api_client', scope: '*' }),
  });
  if (!response.ok) throw new Error(`token of ${user}: HTTP ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Signs in a client of its own, with its own web session, without activating a channel. */
export async function signInClient(url: string, user: string): Promise<{ client: GenesysClient; events: Inbox<VoiceMessageWire> }> {
  const client = createGenesysClient(url);
  const events = createInbox<VoiceMessageWire>();
  const initialized = client.initialize({ token: await tokenOf(url, user) });
  // The client passes on a part of what comes; the tests look at all of it. Its voice part is there as soon as `initialize` is called.
  const { voice } = client;
  const handle = voice._onCometdMessage.bind(voice);
  voice._onCometdMessage = message => {
    handle(message);
    events.push(message.data);
  };
  await initialized;
  return { client, events };
}

/** Signs in and activates the voice channel at the person's place. */
export async function startAgent(url: string, user: string): Promise<Agent> {
  const { client, events } = await signInClient(url, user);
  await client.activateChannels();
  await events.next(`the DN of ${user}`, message => message.messageType === 'DnStateChanged');
  return agentOf(url, user, client, events);
}

/** A second sign-in of a person whose voice channel is active already: nothing is activated, the state is told. */
export async function joinAgent(url: string, user: string): Promise<Agent> {
  const { client, events } = await signInClient(url, user);
  await events.next(`the DN of ${user}`, message => message.messageType === 'DnStateChanged');
  return agentOf(url, user, client, events);
}

function agentOf(url: string, user: string, client: GenesysClient, events: Inbox<VoiceMessageWire>): Agent {
  const dn = client.voice.dn?.number ?? '';
  let handshakes = 0;
  client._cometd.addListener('/meta/handshake', () => (handshakes += 1));
  const cookie = (): string =>
    client.cookieJar
      .getCookies({ domain: new URL(url).hostname, path: '/workspace/v3', secure: false, script: false })
      .toValueString()
      .replaceAll(/;\s*/g, '; ');
  const agent: Agent = {
    user,
    dn,
    client,
    voice: client.voice,
    events,
    handshakes: () => handshakes,
    cookie,
    request: (method, path, body, headers = {}) => apiRequest(`${url}/workspace/v3${path}`, method, body, { cookie: cookie(), ...headers }),
    async callIn(state, id, from) {
      const shows = (message: VoiceMessageWire): boolean =>
        message.messageType === 'CallStateChanged' && message.call.state === state && (id === undefined || message.call.id === id);
      const message = await events.next(`${user}: a call ${id ?? ''} in ${state}`, shows, { from });
      return (message as Extract<VoiceMessageWire, { messageType: 'CallStateChanged' }>).call;
    },
    async dnIn(state, from) {
      const shows = (message: VoiceMessageWire): boolean => message.messageType === 'DnStateChanged' && message.dn.agentState === state;
      const message = await events.next(`${user}: ${state}`, shows, { from });
      return (message as Extract<VoiceMessageWire, { messageType: 'DnStateChanged' }>).dn;
    },
    async calls() {
      const session = (await agent.request('GET', '/current-session')).body.data as CurrentSessionWire;
      return session.user.activeSession.calls;
    },
    async clearCalls() {
      await until(`${user} has no calls`, 60_000, async () => {
        const calls = await agent.calls();
        for (const call of calls)
          await agent.request('POST', `/voice/calls/${call.id}/${call.state === 'Released' ? 'complete' : 'release'}`, {
            data: { userData: [] },
          });
        return calls.length === 0;
      });
    },
    async leave() {
      await Promise.race([new Promise<void>(resolve => client._cometd.disconnect(resolve)), sleep(goodbyeMs)]);
      await Promise.race([client._sessionApi.logout().catch(() => undefined), sleep(goodbyeMs)]);
    },
  };
  return agent;
}

export async function apiRequest(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as ApiAnswer['body'] };
}

/** Counts the logins that the vendor's clients of this process make from now on, behind a test's back. */
export function countLogins(): { count(): number; stop(): void } {
  let logins = 0;
  const look = (message: unknown): void => {
    const { path } = (message as { request: ClientRequest }).request;
    if (/initialize-workspace|oauth\/token|activate-channels/.test(path)) logins += 1;
  };
  subscribe('http.client.request.start', look);
  return { count: () => logins, stop: () => void unsubscribe('http.client.request.start', look) };
}
