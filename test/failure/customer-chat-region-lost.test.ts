import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCometdTab, startScene, startSystem, until, type CometdTab, type RunningSystem, type Scene } from '../support/index.ts';

// A customer's page keeps nothing but a token: whatever node and region serves it, the chat goes on.
let system: RunningSystem;
let scene: Scene;
let tab: CometdTab;
beforeAll(async () => {
  system = await startSystem({ nodes: 1 });
  scene = await startScene(system);
  tab = await openCometdTab(system.url, scene.ann.cookie());
});
afterAll(async () => {
  await tab.close();
  await scene.end();
  await system.stop();
});

interface Line {
  index: number;
  type: string;
  userType: string;
  text?: string;
}

it('a customer and an agent write to each other, and go on when a region is killed', async () => {
  const { ann, before } = scene;
  const channel = '/workspace/v3/media/chat';
  for (const each of ['/workspace/v3/media', channel]) await tab.subscribe(each);
  await done(ann, '/media/chat/ready', {});
  const from = tab.events.mark();
  const attributes = { FirstName: 'Cora', EmailAddress: 'cora@example.com' };
  const { chatId, token } = (await customer('POST', '/chats', { nickname: 'Cora', text: 'hello', attributes })) as {
    chatId: string;
    token: string;
  };
  const chat = `/chats/${encodeURIComponent(chatId)}`;
  const read = async (query = ''): Promise<Line[]> =>
    ((await customer('GET', `${chat}/transcript${query}`, undefined, token)) as { lines: Line[] }).lines;

  const offer = await tab.events.next(
    'the chat is offered',
    ({ data }) =>
      data['messageType'] === 'InteractionStateChanged' &&
      (data['interaction'] as { id: string; state: string }).id === chatId &&
      (data['interaction'] as { state: string }).state === 'Invited',
    { from },
  );
  expect((offer.data['interaction'] as { contactId?: string }).contactId).toMatch(/^[0-9a-f-]{36}$/);
  await done(ann, `/media/chat/interactions/${chatId}/accept`, { nickname: 'Ann' });
  await done(ann, `/media/chat/interactions/${chatId}/send-message`, { message: 'what can I do?' });
  await until('the customer reads what the agent wrote', 10_000, async () => texts(await read()).includes('Agent: what can I do?'));

  // What is written while the page waits ends its wait.
  const next = (await read()).length + 1;
  const waited = read(`?from=${String(next)}&waitS=15`);
  await done(ann, `/media/chat/interactions/${chatId}/send-message`, { message: 'still there?' });
  expect(texts(await waited)).toEqual(['Agent: still there?']);

  await system.handover('fault', 'kill', 'region', before.region);
  await until('the customer can write', 15_000, async () => {
    await customer('POST', `${chat}/messages`, { text: 'I am', messageId: 'message-of-cora' }, token);
    return true;
  });
  // As if that had not been answered.
  await customer('POST', `${chat}/messages`, { text: 'I am', messageId: 'message-of-cora' }, token);
  await until('the agent can write', 15_000, async () => {
    await done(ann, `/media/chat/interactions/${chatId}/send-message`, { message: 'good' });
    return true;
  });
  const lines = await read();
  expect(lines.map(line => line.index)).toEqual(lines.map((_, index) => index + 1));
  const written = ['Customer: hello', 'Agent: what can I do?', 'Agent: still there?', 'Customer: I am', 'Agent: good'];
  expect(texts(lines)).toEqual(written);
});

const texts = (lines: readonly Line[]): string[] =>
  lines.flatMap(line => (line.type === 'Text' ? [`${line.userType}: ${line.text ?? ''}`] : []));

async function customer(method: string, path: string, body?: object, token?: string): Promise<unknown> {
  const response = await fetch(`${system.url}/chat/v3${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${String(response.status)} ${await response.text()}`);
  return ((await response.json()) as { data: unknown }).data;
}

async function done(agent: Scene['ann'], path: string, data: object): Promise<void> {
  const answer = await agent.request('POST', path, { data });
  if (answer.status !== 200) throw new Error(`${path}: HTTP ${String(answer.status)} ${JSON.stringify(answer.body)}`);
}
