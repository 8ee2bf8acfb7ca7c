import { describe, expect, test } from 'vitest';
import { TestSwitch } from '../tests/test-switch.ts';

// Each line shows every attribute of one event; a supervisor is marked with the manner of monitoring.
const str = (key: string, value: string) => ({ key, type: 'str' as const, value });
describe('golden traces: monitoring', () => {
  test('a coach hears a call, barges in, listens, and leaves it with the agent', () => {
    const s = new TestSwitch().agents('7001', '7002');
    expect(
      s.request('RequestStartCallMonitoring', '7002', {
        targetDN: '7001',
        extensions: [str('MonitorMode', 'Coach'), str('MonitorScope', 'Agent')],
      }),
    ).toEqual(['7002 MonitoringNextCall other 7001 Coach AllCalls Agent ref']);
    const c = s.inbound('7001');
    expect(s.lines()).toEqual([
      '7001 Established #1 Inbound Ok as Destination other +15550100 Origination +15550100>7001 agent 7001 with +15550100 Origination ref',
      '7002 Ringing #1 Inbound Ok as Observer monitors Coach other 7001 Destination +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination',
    ]);
    expect(s.request('RequestAnswerCall', '7002', { connID: c })).toEqual([
      '7002 Established #1 Inbound Ok as Observer monitors Coach other +15550100 Origination +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination ref',
      '7001 PartyAdded #1 Inbound Conferenced as Destination other 7002 Observer third 7002 AddedBy +15550100>7001 agent 7001 with +15550100 Origination, 7002 Observer/Coach',
    ]);
    expect(s.request('RequestStartCallMonitoring', '7002', { connID: c, extensions: [str('MonitorMode', 'Connect')] })).toEqual([
      '7001 CallInfoChanged #1 Inbound Ok as Destination other +15550100 Origination third 7002 ConferenceMember +15550100>7001 agent 7001 with +15550100 Origination, 7002 ConferenceMember/Connect',
      '7002 CallInfoChanged #1 Inbound Ok as ConferenceMember monitors Connect other +15550100 Origination third 7002 ConferenceMember +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination ref',
    ]);
    expect(s.request('RequestStartCallMonitoring', '7002', { connID: c, extensions: [str('MonitorMode', 'Mute')] })).toEqual([
      '7001 CallInfoChanged #1 Inbound Ok as Destination other +15550100 Origination third 7002 Observer +15550100>7001 agent 7001 with +15550100 Origination, 7002 Observer/Mute',
      '7002 CallInfoChanged #1 Inbound Ok as Observer monitors Mute other +15550100 Origination third 7002 Observer +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination ref',
    ]);
    expect(s.request('RequestSingleStepTransfer', '7002', { connID: c, otherDN: '7003' })).toEqual([
      'error 56 Invalid Call_ID or state: transferAway while Established ref',
    ]);
    expect(s.request('RequestSingleStepTransfer', '7001', { connID: c, otherDN: '7003' })).toEqual([
      '7001 Released #1 Inbound Transferred as Destination other +15550100 Origination third 7003 Destination +15550100>7001 agent 7001 with +15550100 Origination, 7002 Observer/Mute, 7003 Destination ref',
      '7003 Ringing #1 Inbound Ok as Destination other +15550100 Origination third 7001 TransferredBy +15550100>7001 with +15550100 Origination, 7002 Observer/Mute',
      '7002 PartyChanged #1 Inbound Transferred as Observer monitors Mute other 7003 Destination third 7001 TransferredBy previous #1 +15550100>7001 agent 7002 with +15550100 Origination, 7003 Destination',
      '7002 Released #1 Inbound Ok as Observer monitors Mute other +15550100 Origination +15550100>7001 agent 7002 with +15550100 Origination, 7003 Destination',
      '7003 PartyDeleted #1 Inbound Ok as Destination other 7002 DeletedParty third 7002 DeletedBy +15550100>7001 with +15550100 Origination',
    ]);
  });

  test('one call is heard, then it is over, and who left a call is not asked into it again', () => {
    const s = new TestSwitch().agents('7001', '7002');
    const c = s.inbound('7001');
    expect(
      s.request('RequestStartCallMonitoring', '7002', {
        targetDN: '7001',
        extensions: [str('MonitorMode', 'Connect'), str('MonitorNextCallType', 'OneCall')],
      }),
    ).toEqual([
      '7002 MonitoringNextCall other 7001 Connect OneCall Call ref',
      '7002 Ringing #1 Inbound Ok as Observer monitors Connect other 7001 Destination +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination',
    ]);
    expect(s.request('RequestAnswerCall', '7002', { connID: c })).toEqual([
      '7002 Established #1 Inbound Ok as ConferenceMember monitors Connect other +15550100 Origination +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination ref',
      '7001 PartyAdded #1 Inbound Conferenced as Destination other 7002 NewParty third 7002 AddedBy +15550100>7001 agent 7001 with +15550100 Origination, 7002 ConferenceMember/Connect',
    ]);
    expect(s.request('RequestReleaseCall', '7002', { connID: c })).toEqual([
      '7002 Released #1 Inbound Ok as ConferenceMember monitors Connect other +15550100 Origination +15550100>7001 agent 7002 with +15550100 Origination, 7001 Destination ref',
      '7001 PartyDeleted #1 Inbound Ok as Destination other 7002 DeletedParty third 7002 DeletedBy +15550100>7001 agent 7001 with +15550100 Origination',
      '7002 MonitoringCancelled other 7001',
    ]);
    s.inbound('7001', { from: '+15550101' });
    expect(s.lines()).toEqual([
      '7001 Established #2 Inbound Ok as Destination other +15550101 Origination +15550101>7001 agent 7001 with +15550101 Origination ref',
    ]);
  });

  test('a supervisor who logs out, stops or loses the phone monitors nobody', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.request('RequestStartCallMonitoring', '7002', { targetDN: '7001' });
    expect(s.request('RequestAgentLogout', '7002')).toEqual([
      '7002 MonitoringCancelled other 7001',
      '7002 AgentLogout agent 7002 Unknown ref',
    ]);
    s.request('RequestStartCallMonitoring', '7002', { targetDN: '7001' });
    expect(s.request('RequestStartCallMonitoring', '7003', { targetDN: '7001' })).toEqual([
      'error 56 Invalid Call_ID or state: targetDN is monitored by another DN ref',
    ]);
    expect(s.request('RequestStopCallMonitoring', '7002', { targetDN: '7001' })).toEqual(['7002 MonitoringCancelled other 7001 ref']);
    expect(s.request('RequestStopCallMonitoring', '7002', { targetDN: '7001' })).toEqual([
      'error 56 Invalid Call_ID or state: targetDN is not monitored by thisDN ref',
    ]);
    s.request('RequestStartCallMonitoring', '7002', { targetDN: '7001' });
    s.input({ kind: 'dn', number: '7002', type: 'Extension', inService: false });
    expect(s.lines()).toEqual(['7002 MonitoringCancelled other 7001', '7002 DNOutOfService']);
  });

  test('a change of manner is refused to whoever does not monitor the call', () => {
    const s = new TestSwitch().agents('7001', '7002');
    const c = s.inbound('7001');
    expect(s.request('RequestStartCallMonitoring', '7001', { connID: c, extensions: [str('MonitorMode', 'Coach')] })).toEqual([
      'error 56 Invalid Call_ID or state: thisDN does not monitor the call ref',
    ]);
    expect(s.request('RequestStartCallMonitoring', '7002', { connID: c, extensions: [str('MonitorMode', 'Coach')] })).toEqual([
      'error 50 Unknown call: connID ref',
    ]);
    expect(s.request('RequestStartCallMonitoring', '7002', { targetDN: '9001' })).toEqual([
      'error 415 Invalid Destination DN: targetDN ref',
    ]);
  });
});
