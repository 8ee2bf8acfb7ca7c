import { describe, expect, test } from 'vitest';
import { TestSwitch } from '../tests/test-switch.ts';

// Each line shows every attribute of one event: DN, event, call, type, state, roles, parties; `ref` marks the answer to the request.
describe('golden traces: one call', () => {
  test('an internal call is dialled, rings, is answered and released at both ends', () => {
    const s = new TestSwitch().agents('7001', '7002');
    expect(s.request('RequestMakeCall', '7001', { otherDN: '7002' })).toEqual([
      '7001 Dialing #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 with 7002 Destination ref',
      '7002 Ringing #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 with 7001 Origination',
    ]);
    const c = s.newest('7001');
    expect(s.request('RequestAnswerCall', '7002', { connID: c })).toEqual([
      '7002 Established #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 with 7001 Origination ref',
      '7001 Established #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 with 7002 Destination',
    ]);
    expect(s.request('RequestReleaseCall', '7001', { connID: c })).toEqual([
      '7001 Released #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 with nobody ref',
      '7002 Released #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 with nobody',
    ]);
  });

  test('a caller who gives up leaves EventAbandoned at the ringing phone', () => {
    const s = new TestSwitch().agents('7001');
    const c = s.inbound('7001', { ringing: true });
    expect(s.lines()).toEqual([
      '7001 Ringing #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination',
    ]);
    s.input({ kind: 'phoneHangup', connId: c, number: '+15550100' });
    expect(s.lines()).toEqual([
      '7001 Abandoned #1 Inbound Abandoned as Destination other +15550100 Origination +15550100>7001 agent 7001 with nobody',
    ]);
  });

  test('a ringing phone that releases ends the call at both ends', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.request('RequestMakeCall', '7001', { otherDN: '7002' });
    expect(s.request('RequestReleaseCall', '7002', { connID: s.newest('7001') })).toEqual([
      '7002 Released #1 Internal Ok as Destination other 7001 Origination 7001>7002 agent 7002 with nobody ref',
      '7001 Released #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 with nobody',
    ]);
  });

  test('a busy, an invalid and the own number are told apart', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.request('RequestSetDNDOn', '7002');
    expect(s.request('RequestMakeCall', '7001', { otherDN: '7002' })).toEqual([
      '7001 Dialing #1 Internal Ok as Origination other 7002 Destination 7001>7002 agent 7001 with nobody ref',
      '7001 DestinationBusy #1 Internal Busy as Origination other 7002 Destination 7001>7002 agent 7001 with nobody',
      '7001 Released #1 Internal Busy as Origination other 7002 Destination 7001>7002 agent 7001 with nobody',
    ]);
    expect(s.request('RequestMakeCall', '7001', { otherDN: '123' })).toEqual([
      '7001 Dialing #2 Internal Ok as Origination other 123 Destination 7001>123 agent 7001 with nobody ref',
      '7001 DestinationBusy #2 Internal SitInvalidnum as Origination other 123 Destination 7001>123 agent 7001 with nobody',
      '7001 Released #2 Internal SitInvalidnum as Origination other 123 Destination 7001>123 agent 7001 with nobody',
    ]);
    expect(s.request('RequestMakeCall', '7001', { otherDN: '7001' })).toEqual(['error 415 Invalid Destination DN: otherDN ref']);
  });

  test('an inbound call goes through the route point to the agent who becomes ready', () => {
    const s = new TestSwitch();
    s.input({ kind: 'phoneCall', connId: 'B000000000000000', from: '+15550100', to: '9001' });
    expect(s.lines()).toEqual([
      '9001 Queued #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteRequest #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
    ]);
    s.request('RequestAgentLogin', '7001', { agentID: '7001' });
    expect(s.request('RequestAgentReady', '7001')).toEqual([
      '7001 AgentReady agent 7001 Unknown ref',
      '9001 RouteUsed #1 Inbound Ok as Destination other +15550100 Origination third 7001 Destination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 Diverted #1 Inbound Redirected as Destination other +15550100 Origination third 7001 Destination queue 9001 +15550100>9001 with +15550100 Origination, 7001 Destination',
      '7001 Ringing #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination',
    ]);
    expect(s.request('RequestAnswerCall', '7001', { connID: 'B000000000000000' })).toEqual([
      '7001 Established #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination ref',
    ]);
    expect(s.request('RequestHoldCall', '7001', { connID: 'B000000000000000' })).toEqual([
      '7001 Held #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination ref',
    ]);
    expect(s.request('RequestRetrieveCall', '7001', { connID: 'B000000000000000' })).toEqual([
      '7001 Retrieved #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination ref',
    ]);
    s.input({ kind: 'phoneHangup', connId: 'B000000000000000', number: '+15550100' });
    expect(s.lines()).toEqual([
      '7001 Released #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with nobody',
    ]);
  });

  test('a ringing phone redirects the call', () => {
    const s = new TestSwitch().agents('7001', '7002', '7003');
    s.request('RequestMakeCall', '7003', { otherDN: '7001' });
    const c = s.newest('7001');
    expect(s.request('RequestRedirectCall', '7001', { connID: c, otherDN: '7002' })).toEqual([
      '7001 Released #1 Internal Redirected as Destination other 7003 Origination third 7002 Destination 7003>7001 agent 7001 with 7003 Origination, 7002 Destination ref',
      '7002 Ringing #1 Internal Ok as Destination other 7003 Origination third 7001 TransferredBy 7003>7001 agent 7002 with 7003 Origination',
      '7003 PartyChanged #1 Internal Redirected as Origination other 7002 Destination third 7001 TransferredBy previous #1 7003>7001 agent 7003 with 7002 Destination',
    ]);
  });

  test('a call that is not answered in time goes back to its queue and sets the agent not ready', () => {
    const s = new TestSwitch({ agentNoAnswerTimeoutMs: 10 }).agents('7001');
    s.input({ kind: 'phoneCall', connId: 'B000000000000000', from: '+15550100', to: '9001' });
    expect(s.lines()).toEqual([
      '9001 Queued #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteRequest #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteUsed #1 Inbound Ok as Destination other +15550100 Origination third 7001 Destination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 Diverted #1 Inbound Redirected as Destination other +15550100 Origination third 7001 Destination queue 9001 +15550100>9001 with +15550100 Origination, 7001 Destination',
      '7001 Ringing #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination',
    ]);
    s.at += 20;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([
      '7001 Released #1 Inbound NoAnswer as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination',
      '9001 Queued #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteRequest #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '7001 AgentNotReady agent 7001 AuxWork reasons ReasonCode="NoAnswer"',
    ]);
  });
});
