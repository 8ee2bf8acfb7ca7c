import { describe, expect, test } from 'vitest';
import { TestSwitch } from '../tests/test-switch.ts';

// Each line shows every attribute of one event.
describe('golden traces: queues and after-call work', () => {
  test('a call that rings too long goes to the overflow, and its agent is logged out when the option says so', () => {
    const s = new TestSwitch({ agentNoAnswerTimeoutMs: 10, agentNoAnswerOverflow: '7003', agentNoAnswerAction: 'logout' }).agents(
      '7001',
      '7003',
    );
    s.inbound('7001', { ringing: true });
    s.at += 20;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([
      '7001 Released #1 Inbound NoAnswer as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination',
      '7003 Ringing #1 Inbound Ok as Destination other +15550100 Origination third 7001 TransferredBy +15550100>7001 agent 7003 with +15550100 Origination',
      `7001 AgentLogout agent 7001 Unknown reasons ReasonCode="NoAnswer"`,
    ]);
  });

  test('with the action none the agent stays ready, and the next in line is rung', () => {
    const s = new TestSwitch({ agentNoAnswerTimeoutMs: 10, agentNoAnswerAction: 'none' }).agents('7001', '7002');
    s.inbound('9001', { ringing: true });
    s.at += 20;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([
      '7001 Released #1 Inbound NoAnswer as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination',
      '9001 Queued #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteRequest #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteUsed #1 Inbound Ok as Destination other +15550100 Origination third 7002 Destination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 Diverted #1 Inbound Redirected as Destination other +15550100 Origination third 7002 Destination queue 9001 +15550100>9001 with +15550100 Origination, 7002 Destination',
      '7002 Ringing #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7002 with +15550100 Origination',
    ]);
  });

  test('untimed after-call work lasts until the agent ends it', () => {
    const s = new TestSwitch({ wrapUpMs: 'untimed' }).agents('7001');
    const c = s.inbound('9001', { ringing: true });
    s.request('RequestAnswerCall', '7001', { connID: c });
    expect(s.request('RequestReleaseCall', '7001', { connID: c })).toEqual([
      '7001 Released #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with nobody ref',
      '7001 AgentNotReady agent 7001 AfterCallWork',
    ]);
    s.at += 1_000_000;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([]);
    expect(s.request('RequestAgentReady', '7001')).toEqual(['7001 AgentReady agent 7001 Unknown ref']);
  });

  test('an agent’s own time for after-call work counts before the option', () => {
    const s = new TestSwitch({ wrapUpMs: 10 }).agents('7001');
    s.input({ kind: 'login', code: '7001', login: { wrapUpMs: 50, skills: [] } });
    const c = s.inbound('9001', { ringing: true });
    s.request('RequestAnswerCall', '7001', { connID: c });
    s.request('RequestReleaseCall', '7001', { connID: c });
    s.at += 20;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([]);
    s.at += 40;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual(['7001 AgentReady agent 7001 Unknown']);
  });

  test('who goes not ready during a call stays so after it', () => {
    const s = new TestSwitch({ wrapUpMs: 10, legalGuardMs: 5 }).agents('7001');
    const c = s.inbound('9001', { ringing: true });
    s.request('RequestAnswerCall', '7001', { connID: c });
    expect(s.request('RequestAgentNotReady', '7001', { agentWorkMode: 'AuxWork' })).toEqual(['7001 AgentNotReady agent 7001 AuxWork ref']);
    expect(s.request('RequestReleaseCall', '7001', { connID: c })).toEqual([
      '7001 Released #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with nobody ref',
    ]);
    s.at += 20;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([]);
  });

  test('a guard follows timed after-call work, also when the agent began that without a call', () => {
    const s = new TestSwitch({ wrapUpMs: 10, legalGuardMs: 5 }).agents('7001');
    expect(s.request('RequestAgentNotReady', '7001', { agentWorkMode: 'AfterCallWork' })).toEqual([
      '7001 AgentNotReady agent 7001 AfterCallWork ref',
    ]);
    s.at += 10;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual(['7001 AgentNotReady agent 7001 LegalGuard']);
    s.at += 10;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual(['7001 AgentReady agent 7001 Unknown']);
  });

  test('idle after-call work ends in NotReady, or not by itself, by option', () => {
    const s = new TestSwitch({ wrapUpMs: 10, acwInIdleForceReady: false }).agents('7001');
    s.request('RequestAgentNotReady', '7001', { agentWorkMode: 'AfterCallWork' });
    s.at += 10;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual(['7001 AgentNotReady agent 7001 Unknown']);
    s.input({ kind: 'options', options: { ...s.state.options, timedAcwInIdle: false } });
    s.request('RequestAgentNotReady', '7001', { agentWorkMode: 'AfterCallWork' });
    s.at += 10;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([]);
  });

  test('skills choose the agent; who waits hears an announcement, then music, and the queue is busy when it is full', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.input({ kind: 'login', code: '7002', login: { skills: [{ name: 'German', level: 7 }] } });
    s.input({
      kind: 'dn',
      number: '9001',
      type: 'RoutingPoint',
      inService: true,
      routing: {
        strategy: 'longest-idle',
        skills: [{ name: 'German', level: 5 }],
        treatments: ['Announcement', 'Music'],
        announcementMs: 10,
        maxWaiting: 1,
      },
    });
    s.input({ kind: 'phoneCall', connId: 'B000000000000000', from: '+15550100', to: '9001' });
    expect(s.lines()).toEqual([
      '9001 Queued #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteRequest #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteUsed #1 Inbound Ok as Destination other +15550100 Origination third 7002 Destination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 Diverted #1 Inbound Redirected as Destination other +15550100 Origination third 7002 Destination queue 9001 +15550100>9001 with +15550100 Origination, 7002 Destination',
      '7002 Ringing #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7002 with +15550100 Origination',
    ]);
    s.input({ kind: 'phoneCall', connId: 'B000000000000001', from: '+15550101', to: '9001' });
    expect(s.lines()).toEqual([
      '9001 Queued #2 Inbound Ok as Destination other +15550101 Origination queue 9001 +15550101>9001 with +15550101 Origination',
      '9001 RouteRequest #2 Inbound Ok as Destination other +15550101 Origination queue 9001 +15550101>9001 with +15550101 Origination',
      '9001 TreatmentApplied #2 Inbound Ok as Destination treatment Announcement other +15550101 Origination queue 9001 +15550101>9001 with +15550101 Origination',
    ]);
    s.at += 10;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual([
      '9001 TreatmentEnd #2 Inbound Ok as Destination treatment Announcement other +15550101 Origination queue 9001 +15550101>9001 with +15550101 Origination',
      '9001 TreatmentApplied #2 Inbound Ok as Destination treatment Music other +15550101 Origination queue 9001 +15550101>9001 with +15550101 Origination',
    ]);
    expect(s.request('RequestMakeCall', '7003', { otherDN: '9001' })).toEqual([
      '7003 Dialing #3 Internal Ok as Origination other 9001 Destination 7003>9001 with nobody ref',
      '7003 DestinationBusy #3 Internal Busy as Origination other 9001 Destination 7003>9001 with nobody',
      '7003 Released #3 Internal Busy as Origination other 9001 Destination 7003>9001 with nobody',
    ]);
    expect(s.request('RequestApplyTreatment', '9001', { connID: 'B000000000000001', treatmentType: 'Busy' })).toEqual([
      '9001 TreatmentApplied #2 Inbound Ok as Destination treatment Busy other +15550101 Origination queue 9001 +15550101>9001 with +15550101 Origination ref',
      '9001 Abandoned #2 Inbound Busy as Destination other +15550101 Origination queue 9001 +15550101>9001 with nobody',
    ]);
  });

  test('a client of the route point treats and routes the call', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.input({
      kind: 'dn',
      number: '9001',
      type: 'RoutingPoint',
      inService: true,
      routing: { strategy: 'external', skills: [], treatments: [], announcementMs: 10, maxWaiting: 0 },
    });
    s.input({ kind: 'phoneCall', connId: 'B000000000000000', from: '+15550100', to: '9001' });
    expect(s.lines()).toEqual([
      '9001 Queued #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 RouteRequest #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination',
    ]);
    expect(s.request('RequestApplyTreatment', '9001', { connID: 'B000000000000000', treatmentType: 'RingBack' })).toEqual([
      '9001 TreatmentApplied #1 Inbound Ok as Destination treatment RingBack other +15550100 Origination queue 9001 +15550100>9001 with +15550100 Origination ref',
    ]);
    expect(s.request('RequestRouteCall', '9001', { connID: 'B000000000000000', otherDN: '123' })).toEqual([
      'error 415 Invalid Destination DN: otherDN ref',
    ]);
    expect(s.request('RequestRouteCall', '9001', { connID: 'B000000000000000', otherDN: '7002' })).toEqual([
      '9001 RouteUsed #1 Inbound Ok as Destination other +15550100 Origination third 7002 Destination queue 9001 +15550100>9001 with +15550100 Origination ref',
      '9001 Diverted #1 Inbound Redirected as Destination other +15550100 Origination third 7002 Destination queue 9001 +15550100>9001 with +15550100 Origination, 7002 Destination',
      '7002 Ringing #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7002 with +15550100 Origination',
    ]);
    expect(s.request('RequestRouteCall', '9001', { connID: 'B000000000000000', otherDN: '7001' })).toEqual([
      'error 50 Unknown call: connID ref',
    ]);
  });

  test('an agent who stays logged in at a phone out of service gets its calls when that is back', () => {
    const s = new TestSwitch({ logoutOnOutOfService: false }).agents('7001');
    s.inbound('7001');
    s.input({ kind: 'dn', number: '7001', type: 'Extension', inService: false });
    expect(s.lines()).toEqual([
      '7001 Released #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with nobody',
      '7001 DNOutOfService',
    ]);
    expect(s.request('RequestMakeCall', '7001', { otherDN: '7002' })).toEqual([
      'error 59 DN is not configured in CME: thisDN is out of service ref',
    ]);
    s.input({ kind: 'phoneCall', connId: 'B000000000000000', from: '+15550100', to: '9001' });
    s.input({ kind: 'dn', number: '7001', type: 'Extension', inService: true });
    expect(s.lines()).toEqual([
      '7001 DNBackInService',
      '9001 RouteUsed #1 Inbound Ok as Destination other +15550100 Origination third 7001 Destination queue 9001 +15550100>9001 with +15550100 Origination',
      '9001 Diverted #1 Inbound Redirected as Destination other +15550100 Origination third 7001 Destination queue 9001 +15550100>9001 with +15550100 Origination, 7001 Destination',
      '7001 Ringing #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with +15550100 Origination',
    ]);
  });

  test('a user event names the call it is about', () => {
    const s = new TestSwitch().agents('7001');
    expect(
      s.request('RequestDistributeUserEvent', '7001', {
        connID: 'b000000000000000',
        callUuid: 'U',
        userData: [{ key: 'e', type: 'int', value: 5 }],
      }),
    ).toEqual(['7001 UserEvent data e=5 ref']);
    expect(s.events()).toMatchObject([{ connID: 'B000000000000000', callUuid: 'U' }]);
  });
});
