import { describe, expect, test } from 'vitest';
import { TestSwitch } from '../tests/test-switch.ts';

// Each line shows every attribute of one event: DN, event, call, type, state, roles, parties; `ref` marks the answer to the request.
describe('golden traces: agents', () => {
  test('after-call work begins with the end of a queue call and ends by itself', () => {
    const s = new TestSwitch({ wrapUpMs: 10 }).agents('7001');
    const c = s.inbound('9001', { ringing: true });
    s.request('RequestAnswerCall', '7001', { connID: c });
    expect(s.request('RequestReleaseCall', '7001', { connID: c })).toEqual([
      '7001 Released #1 Inbound Ok as Destination other +15550100 Origination queue 9001 +15550100>9001 agent 7001 with nobody ref',
      '7001 AgentNotReady agent 7001 AfterCallWork',
    ]);
    s.at += 20;
    s.input({ kind: 'tick' });
    expect(s.lines()).toEqual(['7001 AgentReady agent 7001 Unknown']);
  });

  test('agent states, their repeats and their refusals', () => {
    const s = new TestSwitch();
    expect(s.request('RequestAgentLogin', '7001', { agentID: '7001' })).toEqual([
      '7001 AgentLogin agent 7001 Unknown ref',
      '7001 AgentNotReady agent 7001 Unknown',
    ]);
    expect(s.request('RequestAgentLogin', '7001', { agentID: '7001' })).toEqual(['7001 AgentLogin agent 7001 Unknown ref']);
    expect(s.request('RequestAgentLogin', '7001', { agentID: '7002' })).toEqual(['error 506 Agent is already logged in: thisDN ref']);
    expect(s.request('RequestAgentLogin', '7002', { agentID: '7001' })).toEqual(['error 506 Agent is already logged in: agentID ref']);
    expect(s.request('RequestAgentLogin', '7002', { agentID: '1' })).toEqual(['error 70 Invalid agent login: agentID ref']);
    expect(
      s.request('RequestAgentNotReady', '7001', {
        agentWorkMode: 'AuxWork',
        reasons: [{ key: 'ReasonCode', type: 'str', value: 'Lunch' }],
      }),
    ).toEqual(['7001 AgentNotReady agent 7001 AuxWork reasons ReasonCode="Lunch" ref']);
    expect(s.request('RequestAgentNotReady', '7001', { agentWorkMode: 'AfterCallWork' })).toEqual([
      '7001 AgentNotReady agent 7001 AfterCallWork ref',
    ]);
    expect(s.request('RequestAgentReady', '7001')).toEqual(['7001 AgentReady agent 7001 Unknown ref']);
    expect(s.request('RequestAgentLogout', '7001')).toEqual(['7001 AgentLogout agent 7001 Unknown ref']);
    expect(s.request('RequestAgentLogout', '7001')).toEqual(['error 506 Agent is not logged in: thisDN ref']);
    expect(s.request('RequestAgentLogin', '7001', { agentID: '7001', agentWorkMode: 'AutoIn' })).toEqual([
      '7001 AgentLogin agent 7001 AutoIn ref',
      '7001 AgentReady agent 7001 AutoIn',
    ]);
    expect(s.request('RequestCallForwardSet', '7001', { otherDN: '7002' })).toEqual(['7001 ForwardSet to 7002 ref']);
    expect(s.request('RequestCallForwardCancel', '7001')).toEqual(['7001 ForwardCancel ref']);
    expect(s.request('RequestSetDNDOn', '7001')).toEqual(['7001 DNDOn ref']);
    expect(s.request('RequestDistributeUserEvent', '7001', { userData: [{ key: 'e', type: 'int', value: 5 }] })).toEqual([
      '7001 UserEvent data e=5 ref',
    ]);
  });
});
