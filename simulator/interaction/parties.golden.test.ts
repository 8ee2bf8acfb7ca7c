import { beforeEach, describe, expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';

// Agent 7001 has a chat; 7002 and 7003 may be asked.
let server: TestInteractions;
let id: string;
beforeEach(() => {
  server = new TestInteractions();
  server.login('7001');
  id = server.chat('7001');
  server.login('7002', { chat: 'NotReady' }, 'n2');
  server.login('7003', { chat: 'NotReady' }, 'n3');
});
const ask = (name: Parameters<TestInteractions['request']>[0], more: object = {}, agentID = '7001'): string[] =>
  server.request(name, agentID, { interactionID: id, ...more });
const consult = (targetAgentID: string): string[] => ask('RequestConference', { targetAgentID, consult: true });
const enter = (agentID: string, client: string): string[] => {
  server.accept(agentID, id);
  return server.join(agentID, id, { fromIndex: 4 }, client);
};
const visibilities = (): string[] =>
  server.state.items.get(id)?.chat?.participants.map(({ nickname, visibility }) => `${nickname} ${visibility}`) ?? [];

describe('an agent who is consulted', () => {
  test('is seen and heard by agents, and by the customer once who asked has gone', () => {
    consult('7002');
    expect(enter('7002', 'n2')).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 4:ParticipantJoined(Agent 7002) with Cora, Agent 7001, Agent 7002",
        "n2 ChatSessionInfo #1 Open 4:ParticipantJoined(Agent 7002) with Cora, Agent 7001, Agent 7002 ref",
      ]
    `);
    ask('RequestChatMessage', { text: 'try again', visibility: 'All' }, '7002');
    expect(server.state.items.get(id)?.chat?.lines.at(-1)).toMatchObject({ text: 'try again', visibility: 'Agent' });
    expect(ask('RequestLeaveInteraction')).toMatchInlineSnapshot(`
      [
        "n1 PartyRemoved 7001 #1 party 7001",
        "n2 PartyRemoved 7002 #1 party 7001",
        "n1 ChatSessionInfo #1 Open 6:ParticipantJoined(Agent 7002) with Cora, Agent 7001, Agent 7002",
        "n2 ChatSessionInfo #1 Open 6:ParticipantJoined(Agent 7002) with Cora, Agent 7001, Agent 7002",
        "n1 ChatSessionInfo #1 Open 7:ParticipantLeft(Agent 7001) with Cora, Agent 7002",
        "n2 ChatSessionInfo #1 Open 7:ParticipantLeft(Agent 7001) with Cora, Agent 7002",
        "n1 Ack #1 ref",
      ]
    `);
    expect(visibilities()).toEqual(['Cora All', 'Agent 7002 All']);
  });

  test('leaves when the consultation is cancelled', () => {
    consult('7002');
    enter('7002', 'n2');
    expect(ask('RequestCancelConsult')).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:ParticipantLeft(Agent 7002) with Cora, Agent 7001",
        "n2 ChatSessionInfo #1 Open 5:ParticipantLeft(Agent 7002) with Cora, Agent 7001",
        "n1 PartyRemoved 7001 #1 party 7002",
        "n2 Revoked 7002 #1 12",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.state.items.get(id)?.handlers).toEqual(['7001']);
    expect(ask('RequestCancelConsult')).toEqual(['n1 error not-consulting ref']);
  });

  test('is asked no more when it is cancelled before', () => {
    consult('7002');
    expect(ask('RequestCancelConsult')).toMatchInlineSnapshot(`
      [
        "n2 Revoked 7002 #1 12",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.state.items.get(id)?.invites).toEqual([]);
  });
});

describe('a conference', () => {
  test('is left by whom an agent removes, but no guest removes the host', () => {
    ask('RequestConference', { targetAgentID: '7002' });
    enter('7002', 'n2');
    expect(ask('RequestRemoveParty', { targetAgentID: '7001' }, '7002')).toEqual(['n1 error not-yours ref']);
    expect(ask('RequestRemoveParty', { targetAgentID: '7003' })).toEqual(['n1 error target-not-available ref']);
    expect(ask('RequestRemoveParty', { targetAgentID: '7002' })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:ParticipantLeft(Agent 7002) with Cora, Agent 7001",
        "n2 ChatSessionInfo #1 Open 5:ParticipantLeft(Agent 7002) with Cora, Agent 7001",
        "n1 PartyRemoved 7001 #1 party 7002",
        "n2 Revoked 7002 #1 12",
        "n1 Ack #1 ref",
      ]
    `);
    expect(ask('RequestCancelConsult')).toEqual(['n1 error not-consulting ref']);
  });
});

describe('who wanted to hand it over', () => {
  test('is told when it is refused, wherever the agent is logged in now', () => {
    ask('RequestTransfer', { targetAgentID: '7002' });
    server.login('7001', { chat: 'Ready' }, 'n4');
    const ticketID = server.state.items.get(id)?.invites[0]?.ticketID ?? 0;
    expect(ask('RequestReject', { ticketID }, '7002')).toMatchInlineSnapshot(`
      [
        "n2 Rejected 7002 #1",
        "n4 error rejected-by-target 7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.state.items.get(id)?.handlers).toEqual(['7001']);
  });

  test('is told when nobody answers', () => {
    ask('RequestTransfer', { targetAgentID: '7002' });
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n2 Revoked 7002 #1 8",
        "n1 error rejected-by-target 7001",
        "n2 CurrentAgentStatus 7002 in chat=NotReady",
      ]
    `);
  });

  test('is told when the other agent logs out', () => {
    ask('RequestTransfer', { targetAgentID: '7002' });
    expect(server.request('RequestAgentLogout', '7002', {}, 'n2')).toMatchInlineSnapshot(`
      [
        "n1 error rejected-by-target 7001",
        "n2 Revoked 7002 #1 12",
        "world agent 7002 out",
        "n2 CurrentAgentStatus 7002 out",
        "n2 Ack ref",
      ]
    `);
  });

  test('and has left meanwhile is asked as anybody else', () => {
    ask('RequestTransfer', { targetAgentID: '7002' });
    ask('RequestLeaveInteraction');
    server.pass(30_000);
    expect(server.state.items.get(id)?.properties.queue).toBe('chat-inbound');
    expect(server.state.items.get(id)?.invites).toMatchObject([{ agentID: '7001', purpose: 'Route' }]);
  });
});
