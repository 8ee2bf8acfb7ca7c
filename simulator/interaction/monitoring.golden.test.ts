import { beforeEach, describe, expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';

// Agent 7001 at node n1, the supervisor 7090 at node n2.
let server: TestInteractions;
beforeEach(() => {
  server = new TestInteractions();
  server.login('7090', { chat: 'NotReady' }, 'n2');
});

const ask = (name: Parameters<TestInteractions['request']>[0], attributes: object): string[] =>
  server.request(name, '7090', attributes, 'n2');
const start = (mode = 'Monitor', next = 'AllInteractions'): string[] =>
  ask('RequestStartMonitoring', { targetAgentID: '7001', mediaType: 'chat', mode, next });
const joinAsSupervisor = (id: string): string[] =>
  server.join('7090', id, { nickname: 'Boss', userType: 'Supervisor', visibility: 'All' }, 'n2');
const say = (agentID: string, id: string, text: string, client = 'n1'): string[] =>
  server.request('RequestChatMessage', agentID, { interactionID: id, text, visibility: 'All' }, client);

describe('a supervisor', () => {
  test('takes part unseen in what the agent has in hand, and hears the transcript', () => {
    server.login('7001');
    const id = server.chat('7001');
    expect(start()).toMatchInlineSnapshot(`
      [
        "n2 MonitoringNextInteraction 7090 Monitor chat at 7001",
        "n2 InteractionMonitored 7090 Monitor at 7001 #1 Handling chat-inbound of 7001",
        "n2 Ack ref",
      ]
    `);
    expect(joinAsSupervisor(id)).toMatchInlineSnapshot(`
      [
        "n2 ChatSessionInfo #1 Open 1:ParticipantJoined(Cora) 2:Text(Cora: hello) 3:ParticipantJoined(Agent 7001) 4:ParticipantJoined(Boss) with Cora, Agent 7001, Boss ref",
      ]
    `);
    expect(say('7001', id, 'hello')).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:Text(Agent 7001: hello) with Cora, Agent 7001",
        "n2 ChatSessionInfo #1 Open 5:Text(Agent 7001: hello) with Cora, Agent 7001, Boss",
        "n1 Ack #1 ref",
      ]
    `);
    expect(say('7090', id, 'a thought', 'n2')).toMatchInlineSnapshot(`
      [
        "n2 ChatSessionInfo #1 Open 6:Text(Boss: a thought) with Cora, Agent 7001, Boss",
        "n2 Ack #1 ref",
      ]
    `);
  });

  test('is seen by the agent when coaching and by all when barging in', () => {
    server.login('7001');
    const id = server.chat('7001');
    start();
    joinAsSupervisor(id);
    expect(ask('RequestIntrude', { interactionID: id, mode: 'Coach' })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:ParticipantJoined(Boss) with Cora, Agent 7001, Boss",
        "n2 ChatSessionInfo #1 Open 5:ParticipantJoined(Boss) with Cora, Agent 7001, Boss",
        "n2 InteractionMonitored 7090 Coach at 7001 #1 Handling chat-inbound of 7001",
        "n2 Ack #1 ref",
      ]
    `);
    say('7090', id, 'offer a refund', 'n2');
    expect(server.state.items.get(id)?.chat?.lines.at(-1)).toMatchObject({ text: 'offer a refund', visibility: 'Agent' });
    expect(ask('RequestIntrude', { interactionID: id, mode: 'Bargein' })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 7:ParticipantJoined(Boss) with Cora, Agent 7001, Boss",
        "n2 ChatSessionInfo #1 Open 7:ParticipantJoined(Boss) with Cora, Agent 7001, Boss",
        "n2 InteractionMonitored 7090 Bargein at 7001 #1 Handling chat-inbound of 7001",
        "n2 Ack #1 ref",
      ]
    `);
    say('7090', id, 'good day', 'n2');
    expect(server.state.items.get(id)?.chat?.lines.at(-1)).toMatchObject({ text: 'good day', visibility: 'All' });
    expect(ask('RequestIntrude', { interactionID: id, mode: 'Monitor' })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 9:ParticipantLeft(Boss) with Cora, Agent 7001",
        "n2 ChatSessionInfo #1 Open 9:ParticipantLeft(Boss) with Cora, Agent 7001, Boss",
        "n2 InteractionMonitored 7090 Monitor at 7001 #1 Handling chat-inbound of 7001",
        "n2 Ack #1 ref",
      ]
    `);
  });

  test('takes part in what the agent accepts later, until it is stopped', () => {
    server.login('7001');
    start('Coach');
    const id = server.comes({ agentID: '7001' });
    expect(server.accept('7001', id)).toMatchInlineSnapshot(`
      [
        "n2 InteractionMonitored 7090 Coach at 7001 #1 Handling chat-inbound of 7001",
        "n1 PartyAdded 7001 #1 party 7001",
        "n2 PartyAdded 7090 #1 party 7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestStopProcessing', '7001', { interactionID: id })).toMatchInlineSnapshot(`
      [
        "n2 Revoked 7090 #1 10",
        "n1 ProcessingStopped 7001 #1 Stopped chat-inbound",
        "n1 Ack #1 ref",
      ]
    `);
  });

  test('who wants one interaction gets one', () => {
    server.login('7001');
    const [one, other] = [server.chat('7001'), server.chat('7001')];
    expect(start('Monitor', 'NextInteraction')).toMatchInlineSnapshot(`
      [
        "n2 MonitoringNextInteraction 7090 Monitor chat at 7001",
        "n2 InteractionMonitored 7090 Monitor at 7001 #1 Handling chat-inbound of 7001",
        "n2 Ack ref",
      ]
    `);
    expect(server.state.items.get(other)?.observers).toEqual([]);
    expect(server.request('RequestLeaveInteraction', '7001', { interactionID: one })).toMatchInlineSnapshot(`
      [
        "n1 PartyRemoved 7001 #1 party 7001",
        "n2 PartyRemoved 7090 #1 party 7001",
        "n2 Revoked 7090 #1 12",
        "n2 MonitoringCancelled 7090 at 7001",
        "n1 ChatSessionInfo #1 Open 4:ParticipantLeft(Agent 7001) with Cora",
        "n1 Ack #1 ref",
      ]
    `);
  });

  test('who stops has no part in anything any more', () => {
    server.login('7001');
    const id = server.chat('7001');
    start();
    joinAsSupervisor(id);
    expect(ask('RequestStopMonitoring', { targetAgentID: '7001', mediaType: 'chat' })).toMatchInlineSnapshot(`
      [
        "n2 Revoked 7090 #1 12",
        "n2 MonitoringCancelled 7090 at 7001",
        "n2 Ack ref",
      ]
    `);
    expect(ask('RequestStopMonitoring', { targetAgentID: '7001', mediaType: 'chat' })).toEqual(['n2 error not-monitored ref']);
  });

  test('cannot monitor who is not there, nor change what is not monitored', () => {
    expect(start()).toEqual(['n2 error target-not-available ref']);
    const id = server.comes();
    expect(ask('RequestIntrude', { interactionID: id, mode: 'Coach' })).toEqual(['n2 error not-monitored ref']);
  });
});

describe('when a client vanishes', () => {
  test('the supervisor who comes back through another goes on', () => {
    server.login('7001');
    const id = server.chat('7001');
    start('Coach');
    joinAsSupervisor(id);
    server.input({ kind: 'vanished', client: 'n2' });
    expect(server.lines()).toMatchInlineSnapshot(`
      [
        "world agent 7090 out",
      ]
    `);
    say('7001', id, 'meanwhile');
    expect(server.login('7090', { chat: 'NotReady' }, 'n3')).toMatchInlineSnapshot(`
      [
        "world agent 7090 in",
        "n3 CurrentAgentStatus 7090 in chat=NotReady wants Coach at 7001 Coach #1",
        "n3 Ack ref",
      ]
    `);
    expect(server.join('7090', id, { nickname: 'Boss', userType: 'Supervisor', fromIndex: 5 }, 'n3')).toMatchInlineSnapshot(`
      [
        "n3 ChatSessionInfo #1 Open 5:Text(Agent 7001: meanwhile) with Cora, Agent 7001, Boss ref",
      ]
    `);
  });

  test('the supervisor who does not come back is forgotten', () => {
    server.login('7001');
    const id = server.chat('7001');
    start('Coach');
    joinAsSupervisor(id);
    server.input({ kind: 'vanished', client: 'n2' });
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:ParticipantLeft(Boss) with Cora, Agent 7001",
        "n2 ChatSessionInfo #1 Open 5:ParticipantLeft(Boss) with Cora, Agent 7001",
      ]
    `);
    expect([...server.state.wishes, ...server.state.observing]).toEqual([]);
  });

  test('the agent who comes back is monitored on, and one who does not no longer', () => {
    server.login('7001');
    const id = server.chat('7001');
    start();
    server.input({ kind: 'vanished', client: 'n1' });
    expect(server.lines().filter(line => line.startsWith('n2'))).toEqual([]);
    server.login('7001', { chat: 'NotReady' }, 'n3');
    expect(server.request('RequestPull', '7001', { interactionID: id }, 'n3')).toMatchInlineSnapshot(`
      [
        "n3 PulledInteractions [#1] ref",
      ]
    `);
    server.input({ kind: 'vanished', client: 'n3' });
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n2 Revoked 7090 #1 12",
      ]
    `);
  });
});
