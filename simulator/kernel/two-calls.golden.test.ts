import { describe, expect, test } from 'vitest';
import { TestSwitch } from '../tests/test-switch.ts';

// Each line shows every attribute of one event: DN, event, call, type, state, roles, parties; `ref` marks the answer to the request.
describe('golden traces: several calls and parties', () => {
  test('a two-step transfer of a customer keeps the main ConnID for the new agent', () => {
    const s = new TestSwitch().agents('7001', '7002');
    const c = s.inbound('7001');
    expect(
      s.request('RequestInitiateTransfer', '7001', { connID: c, otherDN: '7002', userData: [{ key: 'Why', type: 'str', value: 'x' }] }),
    ).toEqual([
      '7001 Held #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination',
      '7001 Dialing #2 Consult Ok as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 data Why="x" with 7002 Destination ref',
      '7002 Ringing #2 Consult Ok as Destination other 7001 Origination previous #1 parent #1 7001>7002 agent 7002 data Why="x" with 7001 Origination',
    ]);
    const k = s.newest('7001');
    expect(s.request('RequestAnswerCall', '7002', { connID: k })).toEqual([
      '7002 Established #2 Consult Ok as Destination other 7001 Origination previous #1 parent #1 7001>7002 agent 7002 data Why="x" with 7001 Origination ref',
      '7001 Established #2 Consult Ok as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 data Why="x" with 7002 Destination',
    ]);
    expect(s.request('RequestCompleteTransfer', '7001', { connID: k, otherConnID: c })).toEqual([
      '7001 Released #2 Consult Transferred as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 data Why="x" with nobody ref',
      '7001 Released #1 Inbound Transferred as Destination other +15550100 Origination third 7002 Destination +15550100>7001 agent 7001 data Why="x" with +15550100 Origination, 7002 Destination',
      '7002 PartyChanged #1 Inbound Transferred as Destination other +15550100 Origination third 7001 TransferredBy previous #2 +15550100>7001 agent 7002 data Why="x" with +15550100 Origination',
    ]);
  });

  test('a two-step transfer tells both remaining parties of each other', () => {
    const s = new TestSwitch().agents('7001', '7002', '7003');
    s.request('RequestMakeCall', '7003', { otherDN: '7001' });
    const c = s.newest('7001');
    s.request('RequestAnswerCall', '7001', { connID: c });
    s.request('RequestInitiateTransfer', '7001', { connID: c, otherDN: '7002' });
    const k = s.newest('7001');
    s.request('RequestAnswerCall', '7002', { connID: k });
    expect(s.request('RequestCompleteTransfer', '7001', { connID: k, otherConnID: c })).toEqual([
      '7001 Released #2 Consult Transferred as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 with nobody ref',
      '7001 Released #1 Internal Transferred as Destination other 7003 Origination third 7002 Destination 7003>7001 agent 7001 with 7003 Origination, 7002 Destination',
      '7003 PartyChanged #1 Internal Transferred as Origination other 7002 Destination third 7001 TransferredBy previous #1 7003>7001 agent 7003 with 7002 Destination',
      '7002 PartyChanged #1 Internal Transferred as Destination other 7003 Origination third 7001 TransferredBy previous #2 7003>7001 agent 7002 with 7003 Origination',
    ]);
  });

  test('alternate swaps the two calls, reconnect gives up the consult call', () => {
    const s = new TestSwitch().agents('7001', '7002');
    const c = s.inbound('7001');
    s.request('RequestInitiateTransfer', '7001', { connID: c, otherDN: '7002' });
    const k = s.newest('7001');
    s.request('RequestAnswerCall', '7002', { connID: k });
    expect(s.request('RequestAlternateCall', '7001', { connID: k, otherConnID: c })).toEqual([
      '7001 Held #2 Consult Ok as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 with 7002 Destination',
      '7001 Retrieved #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination ref',
    ]);
    expect(s.request('RequestAlternateCall', '7001', { connID: c, otherConnID: k })).toEqual([
      '7001 Held #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination',
      '7001 Retrieved #2 Consult Ok as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 with 7002 Destination ref',
    ]);
    expect(s.request('RequestReconnectCall', '7001', { connID: k, otherConnID: c })).toEqual([
      '7001 Released #2 Consult Ok as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 with nobody',
      '7002 Released #2 Consult Ok as Destination other 7001 Origination previous #1 parent #1 7001>7002 agent 7002 with nobody',
      '7001 Retrieved #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination ref',
    ]);
  });

  test('a mute transfer completes while the new agent still rings', () => {
    const s = new TestSwitch().agents('7001', '7002', '7003');
    s.request('RequestMakeCall', '7003', { otherDN: '7001' });
    const c = s.newest('7001');
    s.request('RequestAnswerCall', '7001', { connID: c });
    expect(s.request('RequestMuteTransfer', '7001', { connID: c, otherDN: '7002' })).toEqual([
      '7001 Held #1 Internal Ok as Destination other 7003 Origination 7003>7001 agent 7001 with 7003 Origination',
      '7001 Dialing #2 Consult Ok as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 with 7002 Destination',
      '7002 Ringing #2 Consult Ok as Destination other 7001 Origination previous #1 parent #1 7001>7002 agent 7002 with 7001 Origination',
      '7001 Released #2 Consult Transferred as Origination other 7002 Destination previous #1 parent #1 7001>7002 agent 7001 with nobody ref',
      '7001 Released #1 Internal Transferred as Destination other 7003 Origination third 7002 Destination 7003>7001 agent 7001 with 7003 Origination, 7002 Destination',
      '7003 PartyChanged #1 Internal Transferred as Origination other 7002 Destination third 7001 TransferredBy previous #1 7003>7001 agent 7003 with 7002 Destination',
      '7002 PartyChanged #1 Internal Transferred as Destination other 7003 Origination third 7001 TransferredBy previous #2 7003>7001 agent 7002 with 7003 Origination',
    ]);
    expect(s.request('RequestAnswerCall', '7002', { connID: c })).toEqual([
      '7002 Established #1 Internal Ok as Destination other 7003 Origination 7003>7001 agent 7002 with 7003 Origination ref',
    ]);
  });

  test('a single-step transfer rings at the new agent under the same ConnID', () => {
    const s = new TestSwitch().agents('7001', '7002', '7003');
    s.request('RequestMakeCall', '7003', { otherDN: '7001' });
    const c = s.newest('7001');
    s.request('RequestAnswerCall', '7001', { connID: c });
    expect(s.request('RequestSingleStepTransfer', '7001', { connID: c, otherDN: '7002' })).toEqual([
      '7001 Released #1 Internal Transferred as Destination other 7003 Origination third 7002 Destination 7003>7001 agent 7001 with 7003 Origination, 7002 Destination ref',
      '7002 Ringing #1 Internal Ok as Destination other 7003 Origination third 7001 TransferredBy 7003>7001 agent 7002 with 7003 Origination',
      '7003 PartyChanged #1 Internal Transferred as Origination other 7002 Destination third 7001 TransferredBy previous #1 7003>7001 agent 7003 with 7002 Destination',
    ]);
    expect(s.request('RequestAnswerCall', '7002', { connID: c })).toEqual([
      '7002 Established #1 Internal Ok as Destination other 7003 Origination 7003>7001 agent 7002 with 7003 Origination ref',
    ]);
  });

  test('a conference is completed, left, and ends with its last pair', () => {
    const s = new TestSwitch().agents('7001', '7002', '7003');
    s.request('RequestMakeCall', '7003', { otherDN: '7001' });
    const c = s.newest('7001');
    s.request('RequestAnswerCall', '7001', { connID: c });
    s.request('RequestInitiateConference', '7001', { connID: c, otherDN: '7002' });
    const k = s.newest('7001');
    s.request('RequestAnswerCall', '7002', { connID: k });
    expect(s.request('RequestCompleteConference', '7001', { connID: k, otherConnID: c })).toEqual([
      '7001 Released #2 Consult Conferenced as Origination other 7002 ConferenceMember previous #1 parent #1 7001>7002 agent 7001 with nobody',
      '7001 Retrieved #1 Internal Conferenced as ConferenceMember other 7003 ConferenceMember 7003>7001 agent 7001 with 7003 ConferenceMember, 7002 ConferenceMember',
      '7001 PartyAdded #1 Internal Conferenced as ConferenceMember other 7002 NewParty third 7001 AddedBy 7003>7001 agent 7001 with 7003 ConferenceMember, 7002 ConferenceMember ref',
      '7003 PartyAdded #1 Internal Conferenced as ConferenceMember other 7002 NewParty third 7001 AddedBy 7003>7001 agent 7003 with 7001 ConferenceMember, 7002 ConferenceMember',
      '7002 PartyChanged #1 Internal Conferenced as ConferenceMember other 7001 ConferenceMember third 7001 ConferencedBy previous #2 7003>7001 agent 7002 with 7003 ConferenceMember, 7001 ConferenceMember',
    ]);
    expect(s.request('RequestReleaseCall', '7001', { connID: c })).toEqual([
      '7001 Released #1 Internal Ok as ConferenceMember other 7003 ConferenceMember 7003>7001 agent 7001 with 7003 ConferenceMember, 7002 ConferenceMember ref',
      '7003 PartyDeleted #1 Internal Ok as ConferenceMember other 7001 DeletedParty third 7001 DeletedBy 7003>7001 agent 7003 with 7002 ConferenceMember',
      '7002 PartyDeleted #1 Internal Ok as ConferenceMember other 7001 DeletedParty third 7001 DeletedBy 7003>7001 agent 7002 with 7003 ConferenceMember',
    ]);
    expect(s.request('RequestReleaseCall', '7002', { connID: c })).toEqual([
      '7002 Released #1 Internal Ok as ConferenceMember other 7003 ConferenceMember 7003>7001 agent 7002 with nobody ref',
      '7003 Released #1 Internal Ok as ConferenceMember other 7002 ConferenceMember 7003>7001 agent 7003 with nobody',
    ]);
  });

  test('a single-step conference grows on answer, shrinks by deletion and is cleared', () => {
    const s = new TestSwitch().agents('7001', '7002', '7003');
    s.request('RequestMakeCall', '7003', { otherDN: '7001' });
    const c = s.newest('7001');
    s.request('RequestAnswerCall', '7001', { connID: c });
    expect(s.request('RequestSingleStepConference', '7001', { connID: c, otherDN: '7002' })).toEqual([
      '7002 Ringing #1 Internal Ok as ConferenceMember other 7003 Origination third 7001 ConferencedBy 7003>7001 agent 7002 with 7003 Origination, 7001 Destination',
      '7001 ACK other 7002 ref',
    ]);
    expect(s.request('RequestAnswerCall', '7002', { connID: c })).toEqual([
      '7002 Established #1 Internal Ok as ConferenceMember other 7003 ConferenceMember 7003>7001 agent 7002 with 7003 ConferenceMember, 7001 ConferenceMember ref',
      '7003 PartyAdded #1 Internal Conferenced as ConferenceMember other 7002 NewParty third 7001 AddedBy 7003>7001 agent 7003 with 7001 ConferenceMember, 7002 ConferenceMember',
      '7001 PartyAdded #1 Internal Conferenced as ConferenceMember other 7002 NewParty third 7001 AddedBy 7003>7001 agent 7001 with 7003 ConferenceMember, 7002 ConferenceMember',
    ]);
    expect(s.request('RequestDeleteFromConference', '7001', { connID: c, targetDN: '7002' })).toEqual([
      '7002 Released #1 Internal Ok as ConferenceMember other 7003 ConferenceMember third 7001 DeletedBy 7003>7001 agent 7002 with 7003 ConferenceMember, 7001 ConferenceMember',
      '7003 PartyDeleted #1 Internal Ok as ConferenceMember other 7002 DeletedParty third 7001 DeletedBy 7003>7001 agent 7003 with 7001 ConferenceMember',
      '7001 PartyDeleted #1 Internal Ok as ConferenceMember other 7002 DeletedParty third 7001 DeletedBy 7003>7001 agent 7001 with 7003 ConferenceMember ref',
    ]);
    expect(s.request('RequestClearCall', '7001', { connID: c })).toEqual([
      '7003 Released #1 Internal Ok as ConferenceMember other 7001 ConferenceMember 7003>7001 agent 7003 with nobody',
      '7001 Released #1 Internal Ok as ConferenceMember other 7003 ConferenceMember 7003>7001 agent 7001 with nobody ref',
    ]);
  });

  test('two calls of one phone are merged into a conference', () => {
    const s = new TestSwitch().agents('7001', '7002');
    const c = s.inbound('7001');
    s.request('RequestHoldCall', '7001', { connID: c });
    s.request('RequestMakeCall', '7001', { otherDN: '7002' });
    const k = s.newest('7001');
    s.request('RequestAnswerCall', '7002', { connID: k });
    expect(s.request('RequestMergeCalls', '7001', { connID: k, otherConnID: c })).toEqual([
      '7001 Released #2 Internal Conferenced as Origination other 7002 ConferenceMember 7001>7002 agent 7001 with nobody',
      '7001 Retrieved #1 Inbound Conferenced as ConferenceMember other +15550100 ConferenceMember +15550100>7001 agent 7001 with +15550100 ConferenceMember, 7002 ConferenceMember',
      '7001 PartyAdded #1 Inbound Conferenced as ConferenceMember other 7002 NewParty third 7001 AddedBy +15550100>7001 agent 7001 with +15550100 ConferenceMember, 7002 ConferenceMember ref',
      '7002 PartyChanged #1 Inbound Conferenced as ConferenceMember other 7001 ConferenceMember third 7001 ConferencedBy previous #2 +15550100>7001 agent 7002 with +15550100 ConferenceMember, 7001 ConferenceMember',
    ]);
  });

  test('every change of user data is told to every party with the whole of it', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.request('RequestMakeCall', '7001', { otherDN: '7002', userData: [{ key: 'a', type: 'str', value: '1' }] });
    const c = s.newest('7001');
    expect(s.request('RequestAttachUserData', '7001', { connID: c, userData: [{ key: 'a', type: 'str', value: '2' }] })).toEqual([
      '7001 AttachedDataChanged #1 Internal Ok as Origination other 7002 Destination third 7001 Origination 7001>7002 agent 7001 data a="1"&a="2" with 7002 Destination ref',
      '7002 AttachedDataChanged #1 Internal Ok as Destination other 7001 Origination third 7001 Origination 7001>7002 agent 7002 data a="1"&a="2" with 7001 Origination',
    ]);
    expect(s.request('RequestUpdateUserData', '7002', { connID: c, userData: [{ key: 'a', type: 'str', value: '3' }] })).toEqual([
      '7001 AttachedDataChanged #1 Internal Ok as Origination other 7002 Destination third 7002 Destination 7001>7002 agent 7001 data a="3" with 7002 Destination',
      '7002 AttachedDataChanged #1 Internal Ok as Destination other 7001 Origination third 7002 Destination 7001>7002 agent 7002 data a="3" with 7001 Origination ref',
    ]);
    expect(s.request('RequestDeletePair', '7001', { connID: c, key: 'a' })).toEqual([
      '7001 AttachedDataChanged #1 Internal Ok as Origination other 7002 Destination third 7001 Origination 7001>7002 agent 7001 with 7002 Destination ref',
      '7002 AttachedDataChanged #1 Internal Ok as Destination other 7001 Origination third 7001 Origination 7001>7002 agent 7002 with 7001 Origination',
    ]);
    expect(s.request('RequestDeleteUserData', '7001', { connID: c })).toEqual([
      '7001 AttachedDataChanged #1 Internal Ok as Origination other 7002 Destination third 7001 Origination 7001>7002 agent 7001 with 7002 Destination ref',
      '7002 AttachedDataChanged #1 Internal Ok as Destination other 7001 Origination third 7001 Origination 7001>7002 agent 7002 with 7001 Origination',
    ]);
  });
});
