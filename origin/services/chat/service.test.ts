import type { ChatLine, IxnEvent } from '@handover/shared/genesys';
import { AppError } from '@handover/shared/errors';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createSealer } from '@handover/shared/seal';
import { createFakeClock } from '@handover/shared/time';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { InteractionCommand, InteractionServer } from '../../contracts/interaction.ts';
import type { RequestVariables } from '../../contracts/workspace.ts';
import { createMemoryCache } from '../../stores/redis/index.ts';
import { createChatService } from './index.ts';

/** An Interaction Server with one chat. */
function fakeServer(location: string) {
  const lines: ChatLine[] = [];
  const commands: InteractionCommand[] = [];
  const listeners = new Set<() => void>();
  const server = {
    location,
    state: 'up' as 'up' | 'down',
    open: true,
    commands,
    write(type: ChatLine['type'], text?: string, visibility: ChatLine['visibility'] = 'All', messageID?: string) {
      const who = { participantID: 'P1', nickname: 'Cora', userType: 'Customer' as const, visibility, time: 0 };
      const given = { ...(text === undefined ? {} : { text }), ...(messageID === undefined ? {} : { messageID }) };
      lines.push({ index: lines.length + 1, type, ...who, ...given });
      for (const listener of [...listeners]) listener();
    },
    get listening() {
      return listeners.size;
    },
    listenChat(_id: string, listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request(command: InteractionCommand): ReturnType<InteractionServer['request']> {
      if (server.state === 'down') return Promise.resolve(refuse({ kind: 'unavailable' }));
      commands.push(command);
      const event = (body: object) => Promise.resolve(ok(body as IxnEvent));
      const error = (errorCode: string) => Promise.resolve(refuse({ kind: 'error' as const, errorCode, errorMessage: '' }));
      switch (command.messageName) {
        case 'RequestSubmit':
          if (command.interaction.queue === 'nowhere') return error('unknown-queue');
          return event({ messageName: 'EventInteractionSubmitted', interactionID: `C${location}` });
        case 'RequestChatCustomer':
          if (!server.open) return error('chat-closed');
          server.write('Text', command.text, 'All', command.messageID);
          return event({ messageName: 'EventAck' });
        case 'RequestChatTranscript': {
          const body = { sessionState: server.open ? 'Open' : 'Closed', participants: [] };
          return event({ messageName: 'EventChatSessionInfo', ...body, lines: lines.slice(command.fromIndex - 1) });
        }
        default:
          return error('unsupported');
      }
    },
  };
  return server;
}

interface Answer {
  status: number;
  body: { data?: Record<string, unknown>; errors?: { code: string; field?: string }[] };
}

function served(options: { identify?: () => Promise<never>; centers?: string[] } = {}) {
  const clock = createFakeClock();
  const [east, west] = [fakeServer('/us-east'), fakeServer('/us-west')] as const;
  const servers = [east, west] as unknown as (InteractionServer & typeof east)[];
  const known: unknown[][] = [];
  const centers = options.centers ?? ['acme'];
  const service = createChatService({
    interactions: { at: at => servers.find(each => each.location === at), local: () => servers[0], all: () => servers },
    contacts: {
      contacts: {
        identify: (...asked) => {
          known.push(asked);
          return options.identify?.() ?? Promise.resolve({ contactId: 'K1', contactIds: ['K1'], created: true });
        },
      },
    },
    contactCenters: {
      contactCenters: () => Promise.resolve(centers.map(name => ({ id: `id-${name}`, name, domains: [], environmentId: 'e', version: 1 }))),
    },
    cache: createMemoryCache(clock),
    sealer: createSealer({ active: 'k1', keys: { k1: btoa('k'.repeat(32)) } }),
    allowedOrigins: new Set(['https://desk.example.com']),
    clock,
    log: silentLogger,
  });
  const root = new Hono<{ Variables: RequestVariables }>();
  root.use(async (c, next) => {
    c.set('request', { requestId: 'r1' } as RequestVariables['request']);
    await next();
  });
  root.route('/', service.app);
  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await root.request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  return {
    clock,
    east,
    west,
    known,
    call,
    open: async (more: object = {}) => {
      const { body } = await call('POST', '/chats', { nickname: 'Cora', ...more });
      const { chatId, token } = body.data as { chatId: string; token: string };
      const path = `/chats/${encodeURIComponent(chatId)}`;
      return { path, headers: { authorization: `Bearer ${token}` } };
    },
  };
}

describe('a customer', () => {
  test('opens a chat with himself in it, known by what he says of himself', async () => {
    const { call, east, known } = served();
    const answer = await call('POST', '/chats', { nickname: 'Cora', text: 'hello', attributes: { EmailAddress: 'c@example.com' } });
    expect(answer).toMatchObject({ status: 201, body: { data: { chatId: 'C/us-east', token: expect.any(String) as string } } });
    expect(known[0]?.slice(0, 2)).toEqual(['acme', [{ name: 'EmailAddress', value: 'c@example.com' }]]);
    expect(east.commands).toMatchObject([
      { interaction: { mediaType: 'chat', contactID: 'K1', customer: { nickname: 'Cora', text: 'hello' } } },
    ]);
  });

  test.each([
    ['nickname', {}],
    ['nickname', { nickname: ' ' }],
    ['text', { nickname: 'C', text: 'x'.repeat(5_000) }],
    ['attributes.EmailAddress', { nickname: 'C', attributes: { EmailAddress: 'nobody' } }],
    ['attributes.Other', { nickname: 'C', attributes: { Other: 'x' } }],
    ['queue', { nickname: 'C', queue: 'nowhere' }],
    ['contactCenter', { nickname: 'C', contactCenter: 'other' }],
  ])('is told that %s is at fault', async (field, body) => {
    expect(await served().call('POST', '/chats', body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  test('must say which contact centre where there are several', async () => {
    const { call } = served({ centers: ['acme', 'other'] });
    expect(await call('POST', '/chats', { nickname: 'C' })).toMatchObject({ status: 400, body: { errors: [{ field: 'contactCenter' }] } });
    expect((await call('POST', '/chats', { nickname: 'C', contactCenter: 'other' })).status).toBe(201);
  });

  test('is not hindered when he cannot be identified', async () => {
    const { call } = served({ identify: () => Promise.reject(new AppError('store.unavailable')) });
    expect((await call('POST', '/chats', { nickname: 'C', attributes: { PhoneNumber: '+49 123' } })).status).toBe(201);
  });

  test('speaks at the server that has his chat, though another is nearer', async () => {
    const { call, open, east, west } = served();
    east.state = 'down';
    const { path, headers } = await open();
    east.state = 'up';
    expect((await call('POST', `${path}/messages`, { text: 'hi' }, headers)).status).toBe(200);
    expect(west.commands.at(-1)).toMatchObject({ interactionID: 'C/us-west', action: 'Say', text: 'hi' });
    expect(east.commands).toEqual([]);
  });

  test('gives his message an id, and finds it at its line', async () => {
    const { call, open, east } = served();
    const { path, headers } = await open();
    expect((await call('POST', `${path}/messages`, { text: 'hi', messageId: 'message-1' }, headers)).status).toBe(200);
    expect(east.commands.at(-1)).toMatchObject({ action: 'Say', text: 'hi', messageID: 'message-1' });
    const { body } = await call('GET', `${path}/transcript`, undefined, headers);
    expect(body.data).toMatchObject({ lines: [{ text: 'hi', messageId: 'message-1' }] });
  });

  test.each(['short', 'x'.repeat(65), 'with space', 7])('is told that the id %s of his message is at fault', async messageId => {
    const { call, open } = served();
    const { path, headers } = await open();
    const answer = await call('POST', `${path}/messages`, { text: 'hi', messageId }, headers);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'messageId' }] } });
  });

  test('hears that nothing was sent while the server is away', async () => {
    const { call, open, east } = served();
    const { path, headers } = await open();
    east.state = 'down';
    expect(await call('POST', `${path}/typing`, { active: true }, headers)).toMatchObject({
      status: 503,
      body: { errors: [{ code: 'media.unavailable' }] },
    });
  });

  test('may leave twice, but not write to a closed chat', async () => {
    const { call, open, east } = served();
    const { path, headers } = await open();
    east.open = false;
    expect((await call('POST', `${path}/leave`, {}, headers)).status).toBe(200);
    expect((await call('POST', `${path}/messages`, { text: 'x' }, headers)).status).toBe(409);
  });

  test('is slowed down when he writes more than a person does', async () => {
    const { call, open } = served();
    const { path, headers } = await open();
    const statuses = [];
    for (let count = 0; count < 121; count += 1) statuses.push((await call('POST', `${path}/messages`, { text: 'x' }, headers)).status);
    expect([statuses[119], statuses[120]]).toEqual([200, 429]);
  });
});

describe('a token', () => {
  test('opens its own chat alone, unchanged, and for half a day', async () => {
    const { call, open, clock } = served();
    const { path, headers } = await open();
    const status = async (at: string, authorization?: string) =>
      (await call('GET', `${at}/transcript`, undefined, authorization === undefined ? {} : { authorization })).status;
    expect(await status(path, headers.authorization)).toBe(200);
    expect(await status(path)).toBe(401);
    expect(await status(path, `${headers.authorization.slice(0, -3)}AAA`)).toBe(401);
    expect(await status('/chats/another', headers.authorization)).toBe(401);
    clock.advance(12 * 3_600_000);
    expect(await status(path, headers.authorization)).toBe(401);
  });
});

test('a page of a foreign origin is refused', async () => {
  const { call } = served();
  expect((await call('POST', '/chats', { nickname: 'C' }, { origin: 'https://evil.example.com' })).status).toBe(403);
  expect((await call('POST', '/chats', { nickname: 'C' }, { origin: 'https://desk.example.com' })).status).toBe(201);
});

describe('a transcript', () => {
  test('has no line that is not for all', async () => {
    const { call, open, east } = served();
    const { path, headers } = await open();
    east.write('Text', 'for all');
    east.write('Text', 'for agents', 'Agent');
    const { body } = await call('GET', `${path}/transcript`, undefined, headers);
    expect(body.data).toMatchObject({ state: 'Open', next: 3, lines: [{ index: 1, text: 'for all' }] });
    expect(body.data?.['lines']).toHaveLength(1);
  });

  test('is waited for until a line comes', async () => {
    const { call, open, east } = served();
    const { path, headers } = await open();
    const answer = call('GET', `${path}/transcript?from=1&waitS=20`, undefined, headers);
    await expect.poll(() => east.listening).toBe(1);
    east.write('Text', 'secret', 'Agent');
    await expect.poll(() => east.commands.length).toBe(3);
    await expect.poll(() => east.listening).toBe(1);
    east.write('Text', 'hi');
    expect((await answer).body.data).toMatchObject({ next: 3, lines: [{ index: 2, text: 'hi' }] });
    expect(east.listening).toBe(0);
  });

  test('is answered without a line when the time is over', async () => {
    const { call, open, east, clock } = served();
    const { path, headers } = await open();
    const answer = call('GET', `${path}/transcript?waitS=0.4`, undefined, headers);
    await expect.poll(() => east.listening).toBe(1);
    clock.advance(400);
    expect((await answer).body.data).toMatchObject({ next: 1, lines: [] });
  });

  test.each(['from=0', 'waitS=21', 'other=1'])('is refused for %s', async query => {
    const { call, open } = served();
    const { path, headers } = await open();
    const answer = await call('GET', `${path}/transcript?${query}`, undefined, headers);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: query.split('=')[0] }] } });
  });
});
