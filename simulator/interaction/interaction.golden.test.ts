import { beforeEach, describe, expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';

let server: TestInteractions;
beforeEach(() => {
  server = new TestInteractions();
});

describe('routing', () => {
  test('a chat waits for an agent who is ready for it, is offered with a ticket, accepted and stopped', () => {
    const id = server.comes();
    expect(server.lines()).toMatchInlineSnapshot(`
      [
        "world submitted #1",
      ]
    `);
    expect(server.login('7001')).toMatchInlineSnapshot(`
      [
        "world agent 7001 in",
        "n1 CurrentAgentStatus 7001 in chat=Ready",
        "n1 Ack ref",
        "n1 Invite 7001 #1 Invited chat-inbound",
      ]
    `);
    expect(server.accept('7001', id)).toMatchInlineSnapshot(`
      [
        "n1 PartyAdded 7001 #1 party 7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestStopProcessing', '7001', { interactionID: id })).toMatchInlineSnapshot(`
      [
        "n1 ProcessingStopped 7001 #1 Stopped chat-inbound",
        "n1 Ack #1 ref",
      ]
    `);
  });

  test('an offer that nobody answers goes to another agent, and who was silent is no longer ready', () => {
    server.login('7001');
    server.comes();
    server.login('7002');
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n1 Revoked 7001 #1 8",
        "n1 CurrentAgentStatus 7001 in chat=NotReady",
        "n1 Invite 7002 #1 Invited chat-inbound",
      ]
    `);
  });

  test('a rejected offer goes to another agent', () => {
    server.login('7001');
    const id = server.comes();
    server.login('7002');
    const ticketID = server.state.items.get(id)?.invites[0]?.ticketID ?? 0;
    expect(server.request('RequestReject', '7001', { interactionID: id, ticketID: 1 })).toEqual(['n1 error invalid-ticket ref']);
    expect(server.request('RequestReject', '7001', { interactionID: id, ticketID })).toMatchInlineSnapshot(`
      [
        "n1 Rejected 7001 #1",
        "n1 Ack #1 ref",
        "n1 Invite 7002 #1 Invited chat-inbound",
      ]
    `);
  });

  test('who rejected is asked again when nobody else is there', () => {
    server.login('7001');
    const id = server.comes();
    const ticketID = server.state.items.get(id)?.invites[0]?.ticketID ?? 0;
    server.request('RequestReject', '7001', { interactionID: id, ticketID });
    expect(server.pass(10_000)).toMatchInlineSnapshot(`
      [
        "n1 Invite 7001 #1 Invited chat-inbound",
      ]
    `);
  });

  test('an agent with a capacity rule of their own gets as many as that says, from the moment it says so', () => {
    server = new TestInteractions({ ownCapacity: { '7001': { chat: 0, email: 1, workitem: 1, outboundpreview: 1 } } });
    server.login('7001');
    const id = server.comes();
    expect(server.state.items.get(id)?.invites).toEqual([]);
    const ownCapacity = { '7001': { chat: 1, email: 1, workitem: 1, outboundpreview: 1 } };
    server.input({ kind: 'configure', settings: { ...server.state.settings, ownCapacity } });
    expect(server.state.items.get(id)?.invites).toMatchObject([{ agentID: '7001' }]);
  });

  test('agents get no more of a medium than their capacity', () => {
    server.login('7001', { chat: 'Ready', email: 'Ready' });
    const ids = [1, 2, 3, 4].map(() => server.comes());
    expect(ids.map(id => server.state.items.get(id)?.properties.state)).toEqual(['Invited', 'Invited', 'Invited', 'Queued']);
    expect(server.state.items.get(server.comes({ mediaType: 'email' }))?.properties.state).toBe('Invited');
  });

  test.each([
    ['not ready', () => server.login('7001', { chat: 'NotReady' })],
    ['without the medium', () => server.login('7001', { email: 'Ready' })],
    ['not to be disturbed', () => [server.login('7001'), server.request('RequestDoNotDisturbOn', '7001')]],
  ])('nothing is offered to an agent who is %s', (_name, prepare) => {
    prepare();
    expect(server.state.items.get(server.comes())?.properties.state).toBe('Queued');
  });

  test('a chat for one agent waits for that agent before it goes to anybody', () => {
    server.login('7001');
    const id = server.comes({ agentID: '7002' });
    expect(server.lines()).toMatchInlineSnapshot(`
      [
        "world submitted #1",
      ]
    `);
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n1 Invite 7001 #1 Invited chat-inbound",
      ]
    `);
    const other = server.comes({ agentID: '7002' });
    expect(server.login('7002')).toMatchInlineSnapshot(`
      [
        "world agent 7002 in",
        "n1 CurrentAgentStatus 7002 in chat=Ready",
        "n1 Ack ref",
        "n1 Invite 7002 #2 Invited chat-inbound",
      ]
    `);
    expect([id, other].map(each => server.state.items.get(each)?.invites[0]?.agentID)).toEqual(['7001', '7002']);
  });
});

describe('handling', () => {
  test('a transfer leaves the interaction with the first agent until the second accepts', () => {
    server.login('7001');
    const id = server.chat('7001');
    expect(server.request('RequestTransfer', '7001', { interactionID: id, targetAgentID: '7002' })).toEqual([
      'n1 error target-not-available ref',
    ]);
    server.login('7002', { chat: 'NotReady' }, 'n2');
    expect(server.request('RequestTransfer', '7001', { interactionID: id, targetAgentID: '7002' })).toMatchInlineSnapshot(`
      [
        "n2 Invite 7002 #1 Handling chat-inbound of 7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.accept('7002', id)).toMatchInlineSnapshot(`
      [
        "n1 PartyRemoved 7001 #1 party 7001",
        "n2 PartyRemoved 7002 #1 party 7001",
        "n1 ChatSessionInfo #1 Open 4:ParticipantLeft(Agent 7001) with Cora",
        "n2 PartyAdded 7002 #1 party 7002",
        "n1 Ack #1 ref",
      ]
    `);
  });

  test('a transfer that is rejected is an error for who wanted it', () => {
    server.login('7001');
    const id = server.chat('7001');
    server.login('7002', { chat: 'NotReady' }, 'n2');
    server.request('RequestTransfer', '7001', { interactionID: id, targetAgentID: '7002' });
    expect(server.pass(30_000)).toMatchInlineSnapshot(`
      [
        "n2 Revoked 7002 #1 8",
        "n1 error rejected-by-target 7001",
        "n2 CurrentAgentStatus 7002 in chat=NotReady",
      ]
    `);
    expect(server.state.items.get(id)?.handlers).toEqual(['7001']);
  });

  test('in a conference both handle it, and the last to leave puts it back into the queue', () => {
    server.login('7001');
    server.login('7002', { chat: 'NotReady' });
    const id = server.comes({ agentID: '7001' });
    server.accept('7001', id);
    server.request('RequestConference', '7001', { interactionID: id, targetAgentID: '7002' });
    expect(server.accept('7002', id)).toMatchInlineSnapshot(`
      [
        "n1 PartyAdded 7001 #1 party 7002",
        "n1 PartyAdded 7002 #1 party 7002",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestLeaveInteraction', '7001', { interactionID: id })).toMatchInlineSnapshot(`
      [
        "n1 PartyRemoved 7001 #1 party 7001",
        "n1 PartyRemoved 7002 #1 party 7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestLeaveInteraction', '7002', { interactionID: id })).toMatchInlineSnapshot(`
      [
        "n1 PartyRemoved 7002 #1 party 7002",
        "n1 Ack #1 ref",
        "n1 Invite 7001 #1 Invited chat-inbound",
      ]
    `);
  });

  test('user data changes are told to everybody who has it', () => {
    server.login('7001');
    const id = server.chat('7001');
    const added = [{ key: 'Case', type: 'str', value: '1' }];
    expect(server.request('RequestChangeProperties', '7002', { interactionID: id, added }, 'n2')).toMatchInlineSnapshot(`
      [
        "n2 PropertiesChanged 7002 #1 Handling chat-inbound of 7001",
        "n1 PropertiesChanged 7001 #1 Handling chat-inbound of 7001",
        "n2 Ack #1 ref",
      ]
    `);
    expect(server.state.items.get(id)?.properties.userData).toEqual(added);
  });

  test('who is silent for too long loses it', () => {
    server.login('7001', { chat: 'Ready' });
    server.chat('7001');
    expect(server.pass(179 * 60_000)).toEqual([]);
    expect(server.pass(60_000)).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 4:ParticipantLeft(Agent 7001) with Cora",
        "n1 Revoked 7001 #1 8",
        "n1 Invite 7001 #1 Invited chat-inbound",
      ]
    `);
  });

  test('an interaction in other hands can be neither taken, stopped nor moved', () => {
    server.login('7001');
    const interactionID = server.chat('7001');
    server.login('7002', { chat: 'NotReady' });
    expect(server.request('RequestPull', '7002', { interactionID })).toEqual(['n1 error not-available ref']);
    expect(server.request('RequestStopProcessing', '7002', { interactionID })).toEqual(['n1 error not-yours ref']);
    expect(server.request('RequestPlaceInQueue', '7002', { interactionID, queue: 'chat-inbound' })).toEqual(['n1 error not-yours ref']);
  });
});

describe('queues and workbins', () => {
  test('an e-mail is put into a workbin, seen there by who watches it, and pulled by its owner', () => {
    server.login('7001', { email: 'Ready' });
    const id = server.comes({ mediaType: 'email' });
    server.accept('7001', id);
    const workbin = { workbinType: 'draft', ownerID: '7001' };
    expect(server.request('RequestWorkbinNotifications', '8001', workbin, 'n2')).toEqual(['n2 Ack ref']);
    expect(server.request('RequestPlaceInWorkbin', '7001', { interactionID: id, ...workbin })).toMatchInlineSnapshot(`
      [
        "n2 WorkbinContentChanged Placed #1 InWorkbin draft/7001",
        "n1 PlacedInWorkbin 7001 #1 InWorkbin draft/7001",
        "n1 Ack #1 ref",
      ]
    `);
    expect(server.request('RequestGetWorkbinContent', '7001', workbin)).toMatchInlineSnapshot(`
      [
        "n1 WorkbinContent [#1] ref",
      ]
    `);
    expect(server.request('RequestPull', '7001', workbin)).toMatchInlineSnapshot(`
      [
        "n2 WorkbinContentChanged Taken #1 InWorkbin draft/7001",
        "n1 PulledInteractions [#1] ref",
      ]
    `);
    expect(server.request('RequestPlaceInWorkbin', '7001', { interactionID: id, workbinType: 'other', ownerID: '7001' })).toEqual([
      'n1 error unknown-workbin ref',
    ]);
  });

  test('what an agent submits stays in its queue until that agent has pulled it', () => {
    server.login('7001', { email: 'NotReady' });
    server.login('7002', { email: 'Ready' });
    const interaction = {
      mediaType: 'email',
      interactionType: 'Outbound',
      interactionSubtype: 'OutboundNew',
      queue: 'email-inbound',
      userData: [],
    };
    expect(server.request('RequestSubmit', '7001', { interaction })).toMatchInlineSnapshot(`
      [
        "n1 InteractionSubmitted #1 ref",
      ]
    `);
    const interactionID = [...server.state.items.keys()][0];
    expect(server.request('RequestPull', '7001', { interactionID })).toMatchInlineSnapshot(`
      [
        "n1 PulledInteractions [#1] ref",
      ]
    `);
    server.request('RequestSubmit', '7001', { interaction });
    expect(server.pass(1_000)).toMatchInlineSnapshot(`
      [
        "n1 Invite 7002 #2 Invited email-inbound",
      ]
    `);
  });

  test('an interaction placed in a queue goes to another agent first', () => {
    server.login('7001');
    const id = server.chat('7001');
    server.login('7002');
    expect(server.request('RequestPlaceInQueue', '7001', { interactionID: id, queue: 'nowhere' })).toEqual(['n1 error unknown-queue ref']);
    expect(server.request('RequestPlaceInQueue', '7001', { interactionID: id, queue: 'chat-inbound' })).toMatchInlineSnapshot(`
      [
        "n1 ChatSessionInfo #1 Open 4:ParticipantLeft(Agent 7001) with Cora",
        "n1 PlacedInQueue 7001 #1 Queued chat-inbound",
        "n1 Ack #1 ref",
        "n1 Invite 7002 #1 Invited chat-inbound",
      ]
    `);
  });

  test('a snapshot lists what fulfils its condition', () => {
    server.comes();
    server.comes({ mediaType: 'email' });
    server.comes({ mediaType: 'email' });
    const condition = "queue = 'email-inbound' and state = 'Queued'";
    expect(server.request('RequestTakeSnapshot', '8001', { condition, order: 'received_at desc' })).toMatchInlineSnapshot(`
      [
        "n1 SnapshotTaken 2 ref",
      ]
    `);
    const snapshotID = [...server.state.snapshots.keys()][0];
    expect(server.request('RequestGetSnapshotInteractions', '8001', { snapshotID, startIndex: 1, size: 5 })).toMatchInlineSnapshot(`
      [
        "n1 SnapshotInteractions [#1] ref",
      ]
    `);
    expect(server.request('RequestReleaseSnapshot', '8001', { snapshotID })).toEqual(['n1 Ack ref']);
    expect(server.request('RequestReleaseSnapshot', '8001', { snapshotID })).toEqual(['n1 error unknown-snapshot ref']);
    expect(server.request('RequestTakeSnapshot', '8001', { condition: 'queue like 1' })).toEqual(['n1 error invalid-condition ref']);
  });
});
