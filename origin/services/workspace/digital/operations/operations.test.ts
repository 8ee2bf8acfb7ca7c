import { describe, expect, it } from 'vitest';
import { errorTable } from '@handover/shared/errors';
import { kvNested } from '@handover/shared/genesys';
import type { MediaType } from '@handover/shared/genesys';
import { routeOf } from '@handover/shared/routes';
import { createBench, openLoggedIn, openTab } from '../../fakes/bench.ts';
import type { Answer, Bench, Tab } from '../../fakes/bench.ts';
import type { DigitalOperation } from './row.ts';
import { digitalOperations } from './table.ts';

const userData = [{ key: 'Case', type: 'str', value: '42' }];
const letter = { queue: 'email-out', from: 'us@acme.test', to: ['you@home.test'], subject: 'Hello', body: '<p>x</p>' };

/** A body that the operation accepts; `ITEM` stands for the interaction. */
const valid: Readonly<Record<string, object>> = {
  acceptChat: { nickname: 'Agent One' },
  asyncResume: { nickname: 'Agent One' },
  asyncPutOnHold: { queue: 'chat-hold' },
  consult: { agentId: '7002' },
  consultByQueue: { queue: 'experts' },
  invite: { agentId: 'agent2' },
  inviteByQueue: { queue: 'experts' },
  removeFromConference: { agentId: '7002' },
  sendMessage: { message: 'hi' },
  sendCustomNotification: { message: 'n', userData },
  sendUrlData: { url: 'https://acme.test/x' },
  updateNickname: { nickname: 'Bob' },
  createEmail: letter,
  replyEmail: letter,
  forwardEmail: letter,
  saveEmail: letter,
  sendEmail: letter,
  notReadyForMedia: { reasonCode: 'Lunch' },
  placeInQueue: { queue: 'later', addedProperties: userData },
  attachMediaUserData: { userData },
  updateMediaUserData: { userData },
  deleteMediaUserData: { keys: ['Case'] },
  setComment: { comment: 'c' },
  addContent: { comment: 'c', contactId: 'c1' },
  transferAgent: { agentId: '7002' },
  addDocument: { documentId: '0190aaaa-0000-7000-8000-000000000001', size: 7, mime: 'text/plain', name: 'a.txt' },
  createOpenMedia: { queue: 'work', subtype: 'InboundNew', userData },
  mediaStartMonitoring: { agentId: '7002', monitoringMode: 'Coach', monitoringNextInteractionType: 'AllInteractions' },
  mediaStopMonitoring: { agentId: '7002' },
  getWorkbinsContent: { workbinIds: ['email-draft'] },
  subscribeToWorkbinsNotifications: { workbinIds: 'email-draft, workitem-in-progress' },
  unsubscribeToWorkbinsNotifications: { workbinIds: ['email-draft'] },
  addInteractionToWorkbin: { interactionId: 'ITEM' },
  getSnapshot: { condition: "MediaType='chat'" },
  mgtComplete: { interactions: ['ITEM'] },
  mgtCancel: { interactions: ['ITEM'] },
  mgtManageUserData: { interactions: ['ITEM'], addedUserData: userData },
  mgtMoveToQueue: { queue: 'later', interactions: ['ITEM'] },
  mgtMoveToWorkbin: { workbinId: 'w', ownerId: '7002', interactions: ['ITEM'] },
};
const required = digitalOperations.filter(operation => !operation.read({}).ok);
const absurd: unknown[] = [
  null,
  7,
  'text',
  [],
  { nickname: {}, message: 7, agentId: [], queue: '', url: 'javascript:alert(1)', keys: 'x', comment: 7, workbinIds: [[]] },
  { userData: 'x', interactions: ['../../etc'], interactionId: '', startIndex: -1, size: 1e9, to: 'x', from: 7, extension: 7 },
  { message: 'x'.repeat(9_000), nickname: 'x'.repeat(99), comment: 'x'.repeat(9_000), body: 7, reason: 'x' },
  JSON.parse('{"__proto__":{"message":"x"},"constructor":{"name":"x"}}') as unknown,
];

const documentId = '0190aaaa-0000-7000-8000-000000000001';

interface Stage {
  bench: Bench;
  tab: Tab;
  id: string;
}

const filled = (name: string, id: string): object => JSON.parse(JSON.stringify(valid[name] ?? {}).replaceAll('ITEM', id)) as object;
const mediaTypeOf = (operation: DigitalOperation): MediaType => operation.mediaType ?? 'workitem';
const pathOf = (operation: DigitalOperation, id: string): string =>
  operation.path
    .replace('{mediatype}', mediaTypeOf(operation))
    .replace('{id}', id)
    .replace('{interactionId}', id)
    .replace('{contactId}', 'c1')
    .replace('{documentId}', documentId)
    .replace('{workbinId}', 'email-draft')
    .replace('{snapshotId}', '1');

/** A supervisor with what the operation needs: an interaction that is offered, or in hand. */
async function staged(operation: DigitalOperation): Promise<Stage> {
  const bench = createBench();
  const tab = await openLoggedIn(bench, 'super1');
  const mediaType = mediaTypeOf(operation);
  await tab.post(`/media/${mediaType}/ready`, {});
  const { board } = bench.ixn;
  board.snapshots.set(1, []);
  const outbound = operation.states.length === 1 && operation.states[0] === 'Composing';
  await bench.documents.put('acme', { id: documentId, name: 'a.txt', mime: 'text/plain', content: new Uint8Array([65]) });
  const withFile = operation.path.includes('{documentId}') ? { userData: [kvNested('_attachments', [kvNested(documentId, [])])] } : {};
  const item = board.submit(mediaType, { ...(outbound ? { interactionType: 'Outbound' } : {}), ...withFile });
  const id = item.properties.interactionID;
  if (operation.name === 'pullInteractionFromWorkbin') return { bench, tab, id };
  if (operation.name === 'mediaStopMonitoring' || operation.name.startsWith('mediaSwicthTo')) {
    board.handle(item, '7002');
    const how = { monitoringMode: 'Monitor', monitoringNextInteractionType: 'AllInteractions' };
    await tab.post(`/media/${mediaType}/start-monitoring`, { data: { agentId: '7002', ...how } });
    return { bench, tab, id };
  }
  board.invite(item, '7090');
  if (!operation.states.includes('Invited') || operation.states.length > 1) {
    if (operation.name !== 'acceptChat') await tab.post(`/media/${mediaType}/interactions/${id}/accept`, { data: {} });
  }
  return { bench, tab, id };
}

const request = (tab: Tab, operation: DigitalOperation, id: string, body: unknown): Promise<Answer> =>
  operation.method === 'get' ? tab.get(pathOf(operation, id)) : tab.post(pathOf(operation, id), body);

/** What a documented answer looks like, whatever was asked. */
function documented(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  if (answer.status === 200) return expect(answer.body.status?.code ?? 0).toBeLessThan(2);
  const [error] = answer.body.errors ?? [];
  expect(Object.keys(errorTable)).toContain(error?.code);
  if (answer.status === 400) expect(error?.field).toMatch(/^(data|body|operationId)/);
}

const errors = (tab: Tab, bench: Bench): unknown[] =>
  bench.hub.delivered
    .filter(each => each.clientId === tab.clientId && each.data.messageType === 'EventError')
    .map(each => each.data['error']);

describe.each(digitalOperations.map(operation => [operation.name, operation] as const))('%s', (name, operation) => {
  it('has the resend class that the edge knows', () => {
    const method = operation.method.toUpperCase();
    expect(routeOf(method, `/workspace/v3${pathOf(operation, 'A1')}`).resend).toBe(operation.resend);
  });

  it('does what it says with a valid body', async () => {
    const { bench, tab, id } = await staged(operation);
    const answer = await request(tab, operation, id, { data: filled(name, id), operationId: 'op-1' });
    if (name === 'attachments') return expect(answer.status).toBe(200);
    expect(answer.body.status).toEqual({ code: operation.method === 'get' ? 0 : 1 });
    if (operation.method === 'post') expect(answer.body.operationId).toBe('op-1');
    bench.clock.advance(0);
    for (const error of errors(tab, bench)) expect(error).toBeUndefined();
  });

  it('answers whatever comes with a documented status, and hangs on nothing', async () => {
    const { tab, id } = await staged(operation);
    for (const data of absurd) documented(await request(tab, operation, id, { data }));
    for (const body of [7, 'text', [], null, { operationId: 7 }, { operationId: 'x'.repeat(999) }])
      documented(await request(tab, operation, id, body));
  });

  it('without a session is 403 with status code 603', async () => {
    const answer = await createBench().call(operation.method.toUpperCase(), pathOf(operation, 'A1'));
    expect([answer.status, ((await answer.json()) as Answer['body']).status?.code]).toEqual([403, 603]);
  });

  it('before activate-channels is 409', async () => {
    const tab = await openTab(createBench(), 'super1');
    const answer = await request(tab, operation, 'A1', { data: filled(name, 'A1') });
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([409, 'media.inactive']);
  });

  it('while the server is away is 503, and may be tried elsewhere', async () => {
    const { bench, tab, id } = await staged(operation);
    bench.ixn.lose(false);
    const answer = await request(tab, operation, id, { data: filled(name, id) });
    expect([answer.status, answer.headers.get('x-handover-refused')]).toEqual([503, 'media.unavailable']);
  });

  it('while ownership admits no command, sends none', async () => {
    const { bench, tab, id } = await staged(operation);
    const sent = bench.ixn.log.length;
    bench.ownership.closed = 'unsure';
    const answer = await request(tab, operation, id, { data: filled(name, id) });
    expect(bench.ixn.log.length).toBe(sent);
    if (answer.status !== 200) expect([answer.status, answer.headers.get('x-handover-refused')]).toEqual([503, 'ownership.unsure']);
  });

  it('writes only with the epoch of its ownership', async () => {
    const { bench, tab, id } = await staged(operation);
    await request(tab, operation, id, { data: filled(name, id) });
    expect(new Set(bench.ixn.log.map(each => each.epoch))).toEqual(new Set([101]));
  });
});

describe.each(digitalOperations.filter(each => each.scope === 'item').map(each => [each.name, each] as const))(
  '%s on an interaction',
  (name, operation) => {
    it('that is not known is 404', async () => {
      const { tab } = await staged(operation);
      const answer = await request(tab, operation, 'nope', { data: filled(name, 'nope') });
      expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([404, 'interaction.unknown']);
    });

    it('of another medium is 404', async () => {
      const { bench, tab } = await staged(operation);
      const other = bench.ixn.board.submit(mediaTypeOf(operation) === 'chat' ? 'email' : 'chat');
      bench.ixn.board.invite(other, '7090');
      const { interactionID } = other.properties;
      expect((await request(tab, operation, interactionID, { data: filled(name, interactionID) })).status).toBe(404);
    });
  },
);

it.each(required.map(operation => [operation.name, operation] as const))(
  '%s without its fields is 400 and names one',
  async (_name, operation) => {
    const { tab, id } = await staged(operation);
    for (const body of [{}, { data: {} }, undefined]) {
      const answer = await request(tab, operation, id, body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.[0]?.field).toMatch(/^data\.\w+/);
    }
  },
);

it.each(digitalOperations.filter(each => each.supervisor).map(each => [each.name, each] as const))(
  '%s is for supervisors only',
  async (name, operation) => {
    const tab = await openLoggedIn(createBench());
    expect((await request(tab, operation, 'A1', { data: filled(name, 'A1') })).status).toBe(403);
  },
);

it('a medium that nobody knows is 404', async () => {
  const tab = await openLoggedIn(createBench());
  expect((await tab.post('/media/telepathy/ready', {})).status).toBe(404);
});

it.each([
  '/media/ready',
  '/media/not-ready',
  '/media/dnd-on',
  '/media/dnd-off',
  '/media/chat/ready',
  '/media/chat/logout',
  '/media/logout',
])('%s succeeds a second time without a second command', async path => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await tab.post(path, {});
  const sent = bench.ixn.log.length;
  expect((await tab.post(path, {})).body.status).toEqual({ code: 1 });
  expect(bench.ixn.log.length).toBe(sent);
});
