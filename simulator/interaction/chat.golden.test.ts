import { beforeEach, describe, expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';

let server: TestInteractions;
beforeEach(() => {
  server = new TestInteractions();
});

describe('chat', () => {
  test('customer and agent write, and hear each other with rising indexes', () => {
    server.login('7001');
    const id = server.comes({ agentID: '7001' });
    server.accept('7001', id);
    expect(server.join('7001', id)).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 1:ParticipantJoined(Cora) 2:Text(Cora: hello) 3:ParticipantJoined(Agent 7001) with Cora, Agent 7001 ref",
      ]
    `);
    const text = { interactionID: id, text: 'hi', visibility: 'All' };
    expect(server.request('RequestChatMessage', '7001', text)).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 4:Text(Agent 7001: hi) with Cora, Agent 7001",
        "n1 Ack #1 ref",
      ]
    `);
    server.input({ kind: 'customerSays', request: 1, interactionID: id, text: 'help' });
    expect(server.lines()).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:Text(Cora: help) with Cora, Agent 7001",
        "world submitted #1",
      ]
    `);
    const typing = { interactionID: id, notice: 'TypingStarted', visibility: 'All' };
    expect(server.request('RequestChatNotice', '7001', typing)).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 6:TypingStarted(Agent 7001) with Cora, Agent 7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestChatMessage', '7002', text)).toEqual(['n1 error not-in-chat ref']);
  });

  test('words for supervisors are heard by their clients alone', () => {
    server.login('7001');
    const id = server.chat('7001');
    server.join('8001', id, { userType: 'Supervisor', visibility: 'Supervisor', nickname: 'Sue' }, 'n2');
    const text = { interactionID: id, text: 'careful', visibility: 'All' };
    expect(server.request('RequestChatMessage', '8001', text, 'n2')).toMatchInlineSnapshot(`
      [
        "n2 ChatSessionInfo #1 Open 5:Text(Sue: careful) with Cora, Agent 7001, Sue",
        "n2 Ack #1 ref",
      ]
    `);
  });

  test('the last agent who leaves closes the session, and the customer goes', () => {
    server.login('7001');
    const interactionID = server.chat('7001');
    expect(server.request('RequestChatLeave', '7001', { interactionID, afterAction: 'CloseIfNoAgents' })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 4:ParticipantLeft(Agent 7001) with Cora",
        "n1 ChatSessionInfo #1 Closed 5:ParticipantLeft(Cora) with nobody",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.join('7001', interactionID)).toEqual(['n1 error chat-closed ref']);
  });

  test('stopping the interaction closes its session; the transcript can still be read', () => {
    server.login('7001');
    const interactionID = server.chat('7001');
    expect(server.request('RequestStopProcessing', '7001', { interactionID })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Closed 4:ParticipantLeft(Cora) 5:ParticipantLeft(Agent 7001) with nobody",
        "n1 ProcessingStopped 7001 #1 Stopped chat-inbound",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestChatTranscript', '7001', { interactionID, fromIndex: 3 })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Closed 3:ParticipantJoined(Agent 7001) 4:ParticipantLeft(Cora) 5:ParticipantLeft(Agent 7001) with nobody ref",
      ]
    `);
  });
});

describe('a customer for whom a client speaks', () => {
  const interaction = {
    mediaType: 'chat',
    interactionType: 'Inbound',
    interactionSubtype: 'InboundNew',
    queue: 'chat-inbound',
    userData: [],
    customer: { nickname: 'Cora', text: 'hello' },
  };
  const submit = (): string => {
    server.login('7001');
    server.request('RequestSubmit', '', { interaction }, 'n2');
    const [id = ''] = server.state.items.keys();
    server.accept('7001', id);
    server.join('7001', id);
    return id;
  };

  test('is in the chat that was submitted, which is offered at once', () => {
    server.login('7001');
    expect(server.request('RequestSubmit', '', { interaction }, 'n2')).toMatchInlineSnapshot(`
      [
        "n2 InteractionSubmitted #1 ref",
        "n1 Invite 7001 #1 Invited chat-inbound",
      ]
    `);
    const [id = ''] = server.state.items.keys();
    expect(server.request('RequestChatTranscript', '', { interactionID: id, fromIndex: 1 }, 'n2')).toMatchInlineSnapshot(`
      [
        "n2 ChatSessionInfo #1 Open 1:ParticipantJoined(Cora) 2:Text(Cora: hello) with Cora ref",
      ]
    `);
  });

  test('writes, types and leaves, through whichever client', () => {
    const interactionID = submit();
    const acts = (action: string, text?: string): string[] =>
      server.request('RequestChatCustomer', '', { interactionID, action, text }, action === 'Say' ? 'n2' : 'n3');
    expect(acts('TypingStarted')).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 4:TypingStarted(Cora) with Cora, Agent 7001",
        "n3 Ack #1 ref",
      ]
    `);
    expect(acts('Say', 'help')).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 5:Text(Cora: help) with Cora, Agent 7001",
        "n2 Ack #1 ref",
      ]
    `);
    expect(acts('Leave')).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 6:ParticipantLeft(Cora) with Agent 7001",
        "n3 Ack #1 ref",
      ]
    `);
    expect(acts('Say', 'more')).toEqual(['n2 error chat-closed ref']);
  });

  test('says again what was not answered, and it stands once, even when the chat is over', () => {
    const interactionID = submit();
    const say = (text: string, messageID: string): string[] =>
      server.request('RequestChatCustomer', '', { interactionID, action: 'Say', text, messageID }, 'n2');
    const first = ['n1 ChatSessionInfo #1 Open 4:Text(Cora: help) with Cora, Agent 7001', 'n2 Ack #1 ref'];
    expect(say('help', 'm-1')).toEqual(first);
    expect(say('help', 'm-1')).toEqual(['n2 Ack #1 ref']);
    expect(say('help', 'm-2')).toEqual([first[0]?.replace('4:', '5:'), first[1]]);
    server.request('RequestChatLeave', '7001', { interactionID, afterAction: 'ForceClose' });
    server.lines();
    expect(say('help', 'm-2')).toEqual(['n2 Ack #1 ref']);
    expect(say('help', 'm-3')).toEqual(['n2 error chat-closed ref']);
  });
});

describe('a client that vanishes', () => {
  test('takes its agents along; their chats stay open, and are kept for them', () => {
    server.login('7001');
    server.login('7002', { chat: 'Ready' }, 'n2');
    const id = server.chat('7001');
    server.input({ kind: 'vanished', client: 'n1' });
    expect(server.lines()).toMatchInlineSnapshot(`
      [
        "n1 Revoked 7001 #1 13",
        "world agent 7001 out",
      ]
    `);
    expect(server.login('7001', { chat: 'NotReady' }, 'n3')).toMatchInlineSnapshot(`
      [
        "world agent 7001 in",
        "n3 CurrentAgentStatus 7001 in chat=NotReady",
        "n3 Ack ref",
      ]
    `);
    expect(server.request('RequestPull', '7001', { interactionID: id }, 'n3')).toMatchInlineSnapshot(`
      [
        "n3 PulledInteractions [#1] ref",
      ]
    `);
    expect(server.join('7001', id, { fromIndex: 3 }, 'n3')).toMatchInlineSnapshot(`
      [
        "n3 ChatSessionInfo #1 Open 3:ParticipantJoined(Agent 7001) with Cora, Agent 7001 ref",
      ]
    `);
  });

  test('is not waited for longer than the reservation', () => {
    server.login('7001');
    const id = server.chat('7001');
    server.login('7002', { chat: 'Ready' }, 'n2');
    server.input({ kind: 'vanished', client: 'n1' });
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n2 Invite 7002 #1 Invited chat-inbound",
      ]
    `);
    expect(server.request('RequestPull', '7001', { interactionID: id })).toEqual(['n1 error not-logged-in ref']);
  });

  test('has no effect on an agent who has logged in through another one', () => {
    server.login('7001');
    const id = server.chat('7001');
    expect(server.login('7001', { chat: 'Ready' }, 'n2')).toMatchInlineSnapshot(`
      [
        "world agent 7001 in",
        "n2 CurrentAgentStatus 7001 in chat=Ready handles #1",
        "n2 Ack ref",
      ]
    `);
    server.input({ kind: 'vanished', client: 'n1' });
    expect(server.lines()).toEqual([]);
    expect(server.state.items.get(id)?.handlers).toEqual(['7001']);
  });

  test('and does not come along to the server that takes over is missed after a while', () => {
    server.login('7001');
    server.chat('7001');
    server.login('7002', { chat: 'Ready' }, 'n2');
    server.input({ kind: 'promoted', connected: ['n2'] });
    server.input({ kind: 'connected', client: 'n2' });
    expect(server.pass(4_000)).toEqual([]);
    expect(server.pass(1_000)).toMatchInlineSnapshot(`
      [
        "n1 Revoked 7001 #1 13",
        "world agent 7001 out",
      ]
    `);
    expect([...server.state.agents.keys()]).toEqual(['7002']);
  });
});

test('a logout gives back what the agent had', () => {
  server.login('7001');
  server.chat('7001');
  expect(server.request('RequestAgentLogout', '7001')).toMatchInlineSnapshot(`
    [
      "n1 Revoked 7001 #1 12",
      "world agent 7001 out",
      "n1 CurrentAgentStatus 7001 out",
      "n1 Ack ref",
    ]
  `);
});
