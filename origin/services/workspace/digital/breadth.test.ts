import { describe, expect, it } from 'vitest';
import { kvNested, kvStr } from '@handover/shared/genesys';
import type { MediaType } from '@handover/shared/genesys';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';
import { fakeConfiguration, fakeObjects } from '../fakes/site.ts';

interface Heard {
  id: string;
  state: string;
  email?: { from?: string; to: string[]; subject?: string; body?: string };
  userData: { key: string }[];
  parentInteractionId?: string;
  comment?: string;
  capabilities: string[];
}

async function desk(user = 'agent1'): Promise<{ bench: Bench; tab: Tab }> {
  const bench = createBench();
  const tab = await openLoggedIn(bench, user);
  await tab.post('/media/ready', {});
  return { bench, tab };
}
const heard = (tab: Tab, medium: MediaType): Heard[] =>
  tab.heard(`/workspace/v3/media/${medium}`).flatMap(each => (each['interaction'] === undefined ? [] : [each['interaction'] as Heard]));

/** An e-mail or work item in the agent's hands. */
async function inHand(
  medium: MediaType,
  userData: { key: string; type: 'str'; value: string }[] = [],
): Promise<{ bench: Bench; tab: Tab; id: string }> {
  const { bench, tab } = await desk();
  const item = bench.ixn.board.submit(medium, { userData });
  bench.ixn.board.invite(item, '7001');
  const id = item.properties.interactionID;
  await tab.post(`/media/${medium}/interactions/${id}/accept`, {});
  return { bench, tab, id };
}
const inbound = [
  { key: 'FromAddress', type: 'str', value: 'you@home.test' },
  { key: 'Subject', type: 'str', value: 'Broken' },
  { key: 'Body', type: 'str', value: 'It is broken.' },
] as const;
const letter = { queue: 'email-out', from: 'us@acme.test', to: ['you@home.test'], subject: 'Hello', body: '<p>x</p>' };

describe('e-mail', () => {
  it('in hand is Processing and shows what the customer wrote', async () => {
    const { tab } = await inHand('email', [...inbound]);
    expect(heard(tab, 'email').map(each => each.state)).toEqual(['Invited', 'Processing']);
    expect(heard(tab, 'email').at(-1)).toMatchObject({
      subject: 'Broken',
      email: { from: 'you@home.test', body: 'It is broken.' },
      capabilities: expect.arrayContaining(['reply', 'forward']) as unknown,
    });
  });

  it('a reply is a draft of its own, addressed to the sender, under the original', async () => {
    const { tab, id } = await inHand('email', [...inbound]);
    await tab.post(`/media/email/interactions/${id}/reply`, {
      data: { queue: 'email-out', from: 'us@acme.test', body: 'Sorry.' },
      operationId: 'op-r',
    });
    const message = tab.heard('/workspace/v3/media/email').at(-1);
    expect(message).toMatchObject({
      operationId: 'op-r',
      interaction: { state: 'Composing', parentInteractionId: id, email: { to: ['you@home.test'], subject: 'Re: Broken', body: 'Sorry.' } },
    });
  });

  it('created, saved and sent: Composing, EmailSaved, Sent', async () => {
    const { bench, tab } = await desk();
    await tab.post('/media/email/interactions/create', { data: { queue: 'email-out', to: 'you@home.test' } });
    const id = heard(tab, 'email').at(-1)?.id ?? '';
    await tab.post(`/media/email/interactions/${id}/save`, { data: { ...letter, comment: 'soon' } });
    expect(tab.heard('/workspace/v3/media/email').at(-1)).toMatchObject({
      notificationType: 'EmailSaved',
      interaction: { state: 'Composing', comment: 'soon', email: { from: 'us@acme.test', subject: 'Hello', body: '<p>x</p>' } },
    });
    await tab.post(`/media/email/interactions/${id}/send`, { data: { ...letter, body: 'final' } });
    expect(heard(tab, 'email').at(-1)).toMatchObject({ id, state: 'Sent', email: { body: 'final' } });
    expect(bench.ixn.board.items.get(id)?.properties.queue).toBe('email-out');
  });

  it('the content of a draft is no user data', async () => {
    const { tab } = await desk();
    await tab.post('/media/email/interactions/create', { data: { ...letter, userData: [{ key: 'Case', type: 'str', value: '1' }] } });
    expect(
      heard(tab, 'email')
        .at(-1)
        ?.userData.map(pair => pair.key),
    ).toEqual(['Case']);
  });

  it('cancel ends a draft as Canceled; what came in cannot be canceled', async () => {
    const { bench, tab, id } = await inHand('email', [...inbound]);
    await tab.post('/media/email/interactions/create', { data: letter });
    const draft = heard(tab, 'email').at(-1)?.id ?? '';
    await tab.post(`/media/email/interactions/${draft}/cancel`, {});
    expect(heard(tab, 'email').at(-1)).toMatchObject({ id: draft, state: 'Canceled' });
    await tab.post(`/media/email/interactions/${id}/cancel`, {});
    bench.clock.advance(0);
    expect(tab.heard('/workspace/v3/media/email').at(-1)).toMatchObject({
      messageType: 'EventError',
      error: { errorCode: 'invalid-state' },
    });
  });
});

describe('work items', () => {
  it('are created into the agent’s hands, with user data and a comment', async () => {
    const { tab } = await desk();
    await tab.post('/media/workitem/interactions/create', { data: { queue: 'work' } });
    const id = heard(tab, 'workitem').at(-1)?.id ?? '';
    const path = `/media/workitem/interactions/${id}`;
    await tab.post(`${path}/attach-user-data`, { data: { userData: [{ key: 'Case', type: 'str', value: '1' }] } });
    await tab.post(`${path}/update-user-data`, { data: { userData: [{ key: 'Case', type: 'str', value: '2' }] } });
    await tab.post(`${path}/set-comment`, { data: { comment: 'later' } });
    expect(heard(tab, 'workitem').at(-1)).toMatchObject({
      state: 'Processing',
      comment: 'later',
      userData: [{ key: 'Case', type: 'str', value: '2' }],
    });
    await tab.post(`${path}/delete-user-data`, { data: { keys: ['Case'] } });
    expect(heard(tab, 'workitem').at(-1)?.userData).toEqual([]);
  });

  it('without a queue go to the default one of the options; without that, 400 names the queue', async () => {
    const { tab } = await desk();
    const answer = await tab.post('/media/workitem/interactions/create', { data: {} });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.queue']);
    const options = kvNested('interaction-workspace', [kvStr('workitem.default-queue', 'own-work')]);
    const objects = fakeObjects().map(each => (each.type === 'CfgPerson' ? { ...each, userProperties: [options] } : each));
    const bench = createBench({ configuration: fakeConfiguration(objects) });
    const other = await openLoggedIn(bench);
    await other.post('/media/workitem/interactions/create', { data: {} });
    expect(bench.ixn.log.find(each => each.messageName === 'RequestSubmit')).toMatchObject({ interaction: { queue: 'own-work' } });
  });

  it('rejected, or placed in a queue, leave the agent', async () => {
    const { bench, tab, id } = await inHand('workitem');
    const other = bench.ixn.board.submit('workitem');
    bench.ixn.board.invite(other, '7001');
    await tab.post(`/media/workitem/interactions/${other.properties.interactionID}/reject`, {});
    expect(heard(tab, 'workitem').at(-1)?.state).toBe('Rejected');
    await tab.post(`/media/workitem/interactions/${id}/place-in-queue`, { data: { queue: 'later' } });
    expect(heard(tab, 'workitem').at(-1)).toMatchObject({ id, state: 'Transferred', capabilities: [] });
  });

  it('transferred to nobody is 400 and names the agent', async () => {
    const { tab, id } = await inHand('workitem');
    const answer = await tab.post(`/media/workitem/interactions/${id}/transfer-agent`, { data: { agentId: 'stranger' } });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.agentId']);
  });

  it('a transfer ends when the other agent takes it', async () => {
    const { bench, tab, id } = await inHand('workitem');
    await tab.post(`/media/workitem/interactions/${id}/transfer-agent`, { data: { agentId: 'agent2' } });
    expect(heard(tab, 'workitem').at(-1)?.state).toBe('Processing');
    bench.ixn.board.emit({
      messageName: 'EventPartyRemoved',
      agentID: '7001',
      interactionID: id,
      party: { kind: 'Agent', agentID: '7001' },
    });
    expect(heard(tab, 'workitem').at(-1)?.state).toBe('Transferred');
  });
});

describe('workbins', () => {
  const messages = (tab: Tab): Record<string, unknown>[] => tab.heard('/workspace/v3/workbins');

  it('placed, told to who subscribed, listed, and pulled back', async () => {
    const { bench, tab, id } = await inHand('workitem');
    await tab.post('/workbins/workitem-in-progress/subscribe', { data: {} });
    await tab.post('/workbins/workitem-in-progress/add-interaction', { data: { interactionId: id } });
    expect(heard(tab, 'workitem').at(-1)?.state).toBe('InWorkbin');
    expect(messages(tab).at(-1)).toMatchObject({
      messageType: 'WorkbinsMessage',
      notificationType: 'WorkbinContentChanged',
      workbinId: 'workitem-in-progress',
      ownerId: '7001',
      operation: 'Placed',
      interaction: { id },
    });
    await tab.post('/workbins/get-contents', { data: { workbinIds: ['workitem-in-progress', 'email-draft'] } });
    expect(messages(tab).at(-1)).toMatchObject({
      notificationType: 'WorkbinContents',
      workbins: [{ workbinId: 'workitem-in-progress', interactions: [{ id, state: 'InWorkbin' }] }, { interactions: [] }],
    });
    await tab.post(`/media/workitem/interactions/${id}/pull`, { data: { workbinId: 'workitem-in-progress' } });
    expect(heard(tab, 'workitem').at(-1)).toMatchObject({ id, state: 'Processing' });
    await tab.post('/workbins/workitem-in-progress/unsubscribe', { data: {} });
    expect(bench.ixn.heard).toEqual([]);
  });

  it('that an agent has are named', async () => {
    const { tab } = await desk();
    await tab.post('/workbins/get-workbins', {});
    expect(messages(tab).at(-1)).toMatchObject({ notificationType: 'Workbins', workbins: expect.arrayContaining([]) as unknown });
    expect((messages(tab).at(-1)?.['workbins'] as { id: string }[]).map(each => each.id)).toContain('email-draft');
  });

  it('of an interaction that is not in hand take nothing', async () => {
    const { tab } = await desk();
    const answer = await tab.post('/workbins/w/add-interaction', { data: { interactionId: 'ixn99' } });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([404, 'data.interactionId']);
  });
});

describe('what lies elsewhere', () => {
  it('of other agents is not shown to an agent, and to a supervisor it is', async () => {
    for (const [user, status] of [
      ['agent1', 403],
      ['super1', 200],
    ] as const) {
      const { tab } = await desk(user);
      for (const verb of ['get-content', 'subscribe'])
        expect((await tab.post(`/workbins/w/${verb}`, { data: { ownerId: '7002' } })).status, `${user} ${verb}`).toBe(status);
    }
  });

  it('in the workbin of the own group or place is shown', async () => {
    const { tab } = await desk();
    for (const ownerId of ['Sales', 'Place_7001', '7001'])
      expect((await tab.post('/workbins/w/get-content', { data: { ownerId } })).status).toBe(200);
  });

  it('cannot be looked at by guessing its id', async () => {
    const { bench, tab } = await desk();
    const { interactionID } = bench.ixn.board.submit('email').properties;
    const answer = await tab.post(`/workbins/interactions/${interactionID}/get-details`, {});
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([404, 'interaction.unknown']);
  });
});

describe('a supervisor', () => {
  const messages = (tab: Tab): Record<string, unknown>[] => tab.heard('/workspace/v3/media-management');

  it('takes a snapshot, reads on in it, and releases it', async () => {
    const { bench, tab } = await desk('super1');
    for (let i = 0; i < 3; i += 1) bench.ixn.board.submit('email');
    await tab.post('/media-management/get-snapshot', { data: { condition: '', size: 2 } });
    expect(messages(tab).at(-1)).toMatchObject({
      messageType: 'SnapshotMessage',
      notificationType: 'SnapshotContent',
      snapshotId: '1',
      numberOfInteractions: 3,
      interactions: [{ id: 'ixn1' }, { id: 'ixn2' }],
    });
    await tab.post('/media-management/1/get-snapshot-content', { data: { startIndex: 2, size: 2 } });
    expect(messages(tab).at(-1)).toMatchObject({ startIndex: 2, interactions: [{ id: 'ixn3' }] });
    await tab.post('/media-management/1/release-snapshot', {});
    expect(messages(tab).at(-1)).toMatchObject({ notificationType: 'SnapshotReleased', snapshotId: '1' });
    expect((await tab.post('/media-management/x/release-snapshot', {})).status).toBe(404);
  });

  it('moves and completes many at once, and hears how each went', async () => {
    const { bench, tab } = await desk('super1');
    bench.ixn.board.submit('email');
    await tab.post('/media-management/move-to-queue', { data: { queue: 'later', interactions: ['ixn1', 'nope'] } });
    expect(messages(tab).at(-1)).toMatchObject({
      notificationType: 'MoveToQueue',
      interactions: [
        { id: 'ixn1', done: true },
        { id: 'nope', done: false, errorCode: 'unknown-interaction' },
      ],
    });
    await tab.post('/media-management/complete', { data: { interactions: ['ixn1'] } });
    expect(bench.ixn.board.items.get('ixn1')?.properties.state).toBe('Stopped');
  });
});

it('reason and do-not-disturb of the media are told', async () => {
  const { tab } = await desk();
  await tab.post('/media/email/not-ready', { data: { reason: { reasonSystemName: 'Lunch' } } });
  await tab.post('/media/dnd-on', {});
  const { channels } = tab.heard('/workspace/v3/media').at(-1)?.['media'] as { channels: unknown[] };
  expect(channels).toContainEqual(
    expect.objectContaining({ name: 'email', state: 'NotReady', dnd: true, reasons: [{ key: 'ReasonCode', type: 'str', value: 'Lunch' }] }),
  );
});

it('an agent without a phone works at the own place, and gives it back', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  expect((await tab.post('/media/activate', { data: { placeName: 'nowhere' } })).body.errors?.[0]?.field).toBe('data.placeName');
  expect((await tab.post('/media/activate', { data: { channels: ['chat'] } })).body.status).toEqual({ code: 1 });
  await tab.post('/media/chat/ready', {});
  expect(bench.ixn.board.agents.get('7001')).toMatchObject({ placeName: 'Place_7001' });
  await tab.post('/media/deactivate', {});
  expect(bench.ixn.board.agents.size).toBe(0);
});

it('only the media that activate-channels names are logged in', async () => {
  const { bench, tab } = await desk();
  await tab.post('/logout', {});
  const again = createBench({}, { board: bench.ixn.board, clock: bench.clock });
  const next = await openTab(again);
  await next.post('/activate-channels', { data: { channels: ['voice', 'chat'] } });
  await next.post('/media/chat/ready', {});
  expect([...(bench.ixn.board.agents.get('7001')?.media.keys() ?? [])]).toEqual(['chat']);
});
