import { afterEach, describe, expect, test } from 'vitest';
import { RawClient } from './tests/raw-client.ts';
import type { Message } from './tests/raw-client.ts';
import type { StartedProcess } from './tests/site.ts';
import { TestSite } from './tests/site.ts';

const node = { extensions: [{ key: 'handover', type: 'kvlist', value: [{ key: 'node', type: 'str', value: 'us-east/1' }] }] };
const agent = { agentID: '7001', placeName: 'Place_7001' };

let site: TestSite;
let world: StartedProcess;
let config: StartedProcess;
let primary: StartedProcess;
let backup: StartedProcess;
const port = (process: StartedProcess): number => process.ports[0] ?? 0;
const control = async (path: string, body?: object): Promise<Record<string, unknown>> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`http://127.0.0.1:${world.ports[1]}${path}`, init)).json() as Promise<Record<string, unknown>>;
};

async function startPair(redundancy: 'hot' | 'warm'): Promise<void> {
  site = new TestSite();
  world = await site.start('world', '--site', 'us-east');
  const at = ['--site', 'us-east', '--world', `127.0.0.1:${port(world)}`];
  config = await site.start('config', ...at, '--agents', '2');
  const interaction = ['interaction', ...at, '--config', `127.0.0.1:${port(config)}`, '--redundancy', redundancy];
  primary = await site.start(...interaction);
  backup = await site.start(...interaction, '--role', 'backup');
  if (redundancy === 'hot') await untilSynchronised();
}

/** The backup knows all that the primary knows. */
async function untilSynchronised(): Promise<void> {
  const end = performance.now() + 10_000;
  for (;;) {
    const { servers } = (await control('/state')) as unknown as { servers: { name: string; synchronised: boolean }[] };
    if (servers.find(server => server.name === 'interaction_us-east_backup')?.synchronised === true) return;
    if (performance.now() > end) throw new Error(`not synchronised: ${JSON.stringify(servers)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** A client of this node at either server. */
async function clientAt(process: StartedProcess): Promise<{ client: RawClient; info: Message }> {
  const client = await RawClient.open(port(process));
  const info = await client.request('RequestRegisterClient', { applicationName: 'Test', clientType: 'AgentApplication', ...node });
  return { client, info };
}

/** An agent in a chat, in which the customer has said hello. */
async function agentInChat(): Promise<{ client: RawClient; interactionID: string }> {
  const { client } = await clientAt(primary);
  await client.request('RequestAgentLogin', { ...agent, mediaList: [{ mediaType: 'chat', state: 'Ready' }] });
  const { interactionId } = await control('/chats', { queue: 'chat-inbound', nickname: 'Cora', text: 'hello', agent: 'agent1' });
  const { ticketID } = await client.event('EventInvite');
  const interactionID = interactionId as string;
  await client.request('RequestAccept', { ...agent, ticketID, interactionID });
  await join(client, interactionID, 1);
  return { client, interactionID };
}

const join = (client: RawClient, interactionID: string, fromIndex: number): Promise<Message> =>
  client.request('RequestChatJoin', { ...agent, interactionID, nickname: 'Ann', userType: 'Agent', visibility: 'All', fromIndex });
const message = (interactionID: string, text: string) => ({ ...agent, interactionID, text, visibility: 'All' });

afterEach(() => site.stop());

describe('a pair of Interaction Servers', () => {
  test('hot: a killed primary leaves agents and chats with the backup, and nothing is lost or doubled', async () => {
    await startPair('hot');
    const { client: before, interactionID } = await agentInChat();
    const { client, info } = await clientAt(backup);
    expect(info).toMatchObject({ messageName: 'EventServerInfo', serverRole: 'Backup' });
    expect(await client.request('RequestQueryAgent', agent)).toMatchObject({ messageName: 'EventError', errorCode: 'backup-server' });
    await before.request('RequestChatMessage', message(interactionID, 'one'));
    primary.child.kill('SIGKILL');
    await client.event('EventPrimaryChanged');
    expect(await client.request('RequestQueryAgent', agent)).toMatchObject({
      snapshot: { loggedIn: true, media: [{ mediaType: 'chat', state: 'Ready' }], handling: [{ interactionID, state: 'Handling' }] },
    });
    await control('/chats/say', { interactionId: interactionID, text: 'two' });
    expect(await client.event('EventChatSessionInfo')).toMatchObject({ lines: [{ index: 5, text: 'two' }] });
    const { lines } = (await client.request('RequestChatTranscript', { interactionID, fromIndex: 1 })) as unknown as {
      lines: { type: string; text?: string }[];
    };
    expect(lines.map(line => line.text ?? line.type)).toEqual(['ParticipantJoined', 'hello', 'ParticipantJoined', 'one', 'two']);
  });

  test('hot: a backup that joins late gets everything, however large', async () => {
    await startPair('hot');
    const { client: before, interactionID } = await agentInChat();
    const added = [1, 2].map(each => ({ key: `Body${String(each)}`, type: 'str', value: 'x'.repeat(200_000) }));
    await before.request('RequestChangeProperties', { ...agent, interactionID, added });
    backup.child.kill('SIGKILL');
    const address = (process: StartedProcess): string => `127.0.0.1:${port(process)}`;
    const at = ['--site', 'us-east', '--world', address(world), '--config', address(config)];
    backup = await site.start('interaction', ...at, '--role', 'backup');
    await untilSynchronised();
    const { client } = await clientAt(backup);
    primary.child.kill('SIGKILL');
    await client.event('EventPrimaryChanged');
    const { interaction } = (await client.request('RequestGetInteractionProperties', { interactionID })) as unknown as {
      interaction: { userData: { key: string }[] };
    };
    expect(interaction.userData.map(pair => pair.key)).toEqual(['FirstName', 'Body1', 'Body2']);
  });

  test('hot: a frozen primary that thaws executes nothing that waited', async () => {
    await startPair('hot');
    const { client: before, interactionID } = await agentInChat();
    const { client } = await clientAt(backup);
    primary.child.kill('SIGSTOP');
    const late = before.request('RequestStopProcessing', { ...agent, interactionID });
    await client.event('EventPrimaryChanged');
    primary.child.kill('SIGCONT');
    expect(await late).toMatchObject({ messageName: 'EventError', errorCode: 'backup-server' });
    const log = (await control('/log?dn=7001')) as unknown as { messageName: string; connId: string; node: string | null }[];
    expect(log.map(entry => entry.messageName)).toEqual(['RequestAgentLogin', 'RequestAccept', 'RequestChatJoin']);
    expect(await client.request('RequestStopProcessing', { ...agent, interactionID })).toMatchObject({ messageName: 'EventAck' });
  });

  test('hot: a client that does not come to the backup is missed there', async () => {
    await startPair('hot');
    const { interactionID } = await agentInChat();
    const other = await RawClient.open(port(backup));
    await other.request('RequestRegisterClient', { applicationName: 'Other', clientType: 'AgentApplication' });
    primary.child.kill('SIGKILL');
    await other.event('EventPrimaryChanged');
    expect(await other.request('RequestQueryAgent', agent)).toMatchObject({ snapshot: { loggedIn: true } });
    const second = { agentID: '7002', placeName: 'Place_7002' };
    await other.request('RequestAgentLogin', { ...second, mediaList: [{ mediaType: 'chat', state: 'NotReady' }] });
    const end = performance.now() + 20_000;
    let pulled: Message;
    do {
      pulled = await other.request('RequestPull', { ...second, interactionID });
      if (pulled.messageName === 'EventError') await new Promise(resolve => setTimeout(resolve, 50));
    } while (pulled.messageName === 'EventError' && performance.now() < end);
    expect(pulled).toMatchObject({ interactions: [{ interactionID }] });
  });

  test('warm: the backup begins with nothing', async () => {
    await startPair('warm');
    await agentInChat();
    const { client } = await clientAt(backup);
    primary.child.kill('SIGKILL');
    await client.event('EventPrimaryChanged');
    expect(await client.request('RequestQueryAgent', agent)).toMatchObject({ snapshot: { loggedIn: false, handling: [] } });
  });

  test('a request with a fault is answered with the attribute at fault, one before the registration with none of its effects', async () => {
    await startPair('warm');
    const client = await RawClient.open(port(primary));
    expect(await client.request('RequestAgentLogin', { ...agent, mediaList: [] })).toMatchObject({ errorCode: 'not-registered' });
    await client.request('RequestRegisterClient', { applicationName: 'Test', clientType: 'AgentApplication' });
    const answer = await client.request('RequestAgentLogin', { ...agent, mediaList: [{ mediaType: 'telex', state: 'Ready' }] });
    expect(answer).toMatchObject({ errorCode: 'invalid-attribute', errorMessage: expect.stringContaining('mediaList') as string });
    expect(await client.request('RequestFly')).toMatchObject({ errorCode: 'unsupported' });
    expect(await control('/chats', { queue: 'nowhere', text: 'x' })).toMatchObject({ error: { code: 'refused', detail: 'unknown-queue' } });
    expect(await control('/chats', { queue: 'chat-inbound' })).toEqual({ error: { code: 'invalid', field: 'text' } });
  });
}, 60_000);
