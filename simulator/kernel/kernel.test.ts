import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { TlibRequestName } from '@handover/shared/genesys';
import { TestSwitch } from '../tests/test-switch.ts';
import type { KernelInput, TrunkMessage } from './index.ts';
import { dnSnapshot, isKernelRequest, stateEntries, stateFromEntries, step } from './index.ts';
import { answerOf } from './requests.ts';

const signed = (epoch: number) => [
  { key: 'handover', type: 'kvlist' as const, value: [{ key: 'epoch', type: 'int' as const, value: epoch }] },
];

describe('the kernel', () => {
  test('a snapshot tells a late client agent state and calls', () => {
    const s = new TestSwitch().agents('7001');
    const connId = s.inbound('7001');
    s.request('RequestHoldCall', '7001', { connID: connId });
    expect(dnSnapshot(s.state, '7001')).toMatchObject({
      agentID: '7001',
      agentState: 'Ready',
      dnd: false,
      inService: true,
      calls: [{ connID: connId, legState: 'Held', callType: 'Inbound', parties: [{ dn: '+15550100' }], userData: [] }],
    });
  });

  test('recording and digits need a call that talks, and recording keeps its order', () => {
    const s = new TestSwitch().agents('7001');
    const connID = s.inbound('7001');
    expect(s.request('RequestPauseRecording', '7001', { connID })[0]).toContain('error 56');
    expect(s.request('RequestStartRecording', '7001', { connID })[0]).toContain('CallInfoChanged #1 Inbound Ok');
    expect(s.request('RequestPauseRecording', '7001', { connID })[0]).toContain('Paused');
    expect(s.request('RequestResumeRecording', '7001', { connID })[0]).toContain('Recording');
    expect(s.request('RequestSendDtmf', '7001', { connID, dtmfDigits: '12#' })[0]).toContain('DtmfSent #1');
    s.request('RequestHoldCall', '7001', { connID });
    expect(s.request('RequestSendDtmf', '7001', { connID, dtmfDigits: '1' })[0]).toContain('error 56');
  });

  test('data of both calls is merged on completion', () => {
    const s = new TestSwitch().agents('7001', '7002');
    const main = s.inbound('7001');
    const pair = (key: string, value: string) => [{ key, type: 'str' as const, value }];
    s.request('RequestAttachUserData', '7001', { connID: main, userData: pair('Case', '1') });
    s.request('RequestInitiateTransfer', '7001', { connID: main, otherDN: '7002' });
    const consult = s.newest('7001');
    s.request('RequestUpdateUserData', '7001', { connID: consult, userData: pair('Case', '2') });
    s.request('RequestAttachUserData', '7001', { connID: main, userData: pair('Late', 'x') });
    s.request('RequestCompleteTransfer', '7001', { connID: consult });
    expect(s.state.calls.get(main)?.userData).toEqual([...pair('Case', '2'), ...pair('Late', 'x')]);
  });

  test('calls wait at the route point and go to the agent who is idle longest', () => {
    const s = new TestSwitch().agents('7001', '7002');
    s.request('RequestAgentNotReady', '7001');
    s.request('RequestAgentReady', '7001');
    const first = s.inbound('9001', { ringing: true });
    const second = s.inbound('9001', { ringing: true });
    const third = s.inbound('9001', { ringing: true });
    expect([s.newest('7002'), s.newest('7001')]).toEqual([first, second]);
    s.request('RequestReleaseCall', '7002', { connID: first });
    expect(s.newest('7002')).toBe(third);
  });

  test('epochs below the highest of the DN are refused only when the option says so', () => {
    for (const refuseStaleEpochs of [false, true]) {
      const s = new TestSwitch({ refuseStaleEpochs });
      s.request('RequestDistributeUserEvent', '7001', { extensions: signed(9) });
      const [line] = s.request('RequestAgentLogin', '7001', { agentID: '7001', extensions: signed(8) });
      expect(line).toContain(refuseStaleEpochs ? 'error 1140' : 'AgentLogin');
    }
  });

  test('an agent whose last client is gone is logged out only by the option', () => {
    for (const logoutOnDisconnect of [false, true]) {
      const s = new TestSwitch({ logoutOnDisconnect }).agents('7001');
      s.input({ kind: 'unwatched', dn: '7001' });
      expect(s.lines()).toEqual(logoutOnDisconnect ? ['7001 AgentLogout agent 7001 Unknown'] : []);
    }
  });

  test('a DN out of service loses its calls and its agent', () => {
    const s = new TestSwitch().agents('7001');
    s.inbound('7001');
    s.input({ kind: 'dn', number: '7001', type: 'Extension', inService: false });
    expect(s.lines().map(line => line.split(' ')[1])).toEqual(['Released', 'AgentLogout', 'DNOutOfService']);
    expect(s.state.calls.size).toBe(0);
  });

  const names = (Object.keys(answerOf) as TlibRequestName[]).filter(isKernelRequest);
  const modes = ['Mute', 'Coach', 'Connect'].map(mode => [
    { key: 'MonitorMode', type: 'str' as const, value: mode },
    { key: 'MonitorScope', type: 'str' as const, value: 'Agent' },
    { key: 'MonitorNextCallType', type: 'str' as const, value: 'OneCall' },
  ]);
  const numbers = ['7001', '7002', '7003', '9001', '+15550100', '123'];
  const move = fc.record({ name: fc.constantFrom(...names), dn: fc.constantFrom(...numbers.slice(0, 3)), to: fc.constantFrom(...numbers) });
  const pick = fc.record({ call: fc.nat(5), other: fc.nat(5), phone: fc.nat(9) });

  test('random days keep every invariant, and a standby that gets the same inputs has the same state', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(move, pick), { minLength: 40, maxLength: 80, size: 'max' }), moves => {
        const s = new TestSwitch({ agentNoAnswerTimeoutMs: 5, wrapUpMs: 3 }).agents('7001', '7002');
        const standby = stateFromEntries(JSON.parse(JSON.stringify([...stateEntries(s.state)])) as never);
        for (const [{ name, dn, to }, { call, other, phone }] of moves) {
          const calls = [...s.state.calls.keys()];
          const connId = calls[call] ?? 'F'.repeat(16);
          let input: KernelInput;
          const at = (s.at += 1);
          if (phone === 0) input = { kind: 'phoneCall', at, connId: `C${String(at).padStart(15, '0')}`, from: '+15550100', to };
          else if (phone === 1) input = { kind: 'phoneAnswer', at, connId, number: to };
          else if (phone === 2) input = { kind: 'phoneHangup', at, connId };
          else if (phone === 3) input = { kind: 'tick', at };
          else if (phone === 4 && call === 0)
            input = { kind: 'elsewhere', at, site: 'West', numbers: [to], how: other < 4 ? 'add' : 'remove' };
          else if (phone === 4 && call < 4) {
            const id = [...s.state.trunks.keys()][other] ?? `D${String(at).padStart(15, '0')}`;
            const message = (
              [
                { what: 'call', id, from: '7009', to, callType: 'Internal', userData: [] },
                { what: 'answered', id },
                { what: 'released', id },
                { what: 'data', id, userData: [{ key: 'd', type: 'int', value: at % 3 }] },
              ] as const
            )[call];
            input = { kind: 'trunk', at, site: 'West', message: structuredClone(message ?? { what: 'released', id }) as TrunkMessage };
          } else {
            const extensions = modes[other] ?? [];
            const monitorsCall = name === 'RequestStartCallMonitoring' && call > 3 ? {} : { connID: connId };
            const attributes = { ...monitorsCall, otherConnID: calls[other], otherDN: to, targetDN: to, agentID: dn, extensions };
            input = { kind: 'request', at, client: 'c', request: { messageName: name, referenceID: 1, thisDN: dn, ...attributes } };
          }
          const outputs = step(s.state, input);
          step(standby, input);
          if (input.kind === 'request') {
            const answers = outputs.filter(output => 'requester' in output && output.requester !== undefined);
            expect(answers, JSON.stringify(input)).toHaveLength(1);
          }
          checkInvariants(s);
        }
        expect([...stateEntries(standby)]).toEqual([...stateEntries(s.state)]);
      }),
      { numRuns: 100 },
    );
  });
});

function checkInvariants({ state }: TestSwitch): void {
  for (const call of state.calls.values()) {
    expect(call.parties.length, `parties of ${call.connId}`).toBeGreaterThan(1);
    expect(new Set(call.parties.map(party => party.number)).size).toBe(call.parties.length);
    for (const party of call.parties) if (party.kind === 'phone') expect(state.dns.get(party.number)?.calls).toContain(call.connId);
    expect(state.waiting.has(call.connId)).toBe(call.parties.some(party => party.kind === 'routePoint'));
  }
  for (const dn of state.dns.values()) {
    for (const connId of dn.calls) expect(state.calls.get(connId)?.parties.some(party => party.number === dn.number)).toBe(true);
    expect(dn.agentState === 'LoggedOut').toBe(dn.agentId === undefined);
    expect(state.idle.has(dn.number)).toBe(dn.agentState === 'Ready' && dn.calls.length === 0 && !dn.dnd && dn.forwardTo === undefined);
  }
  if (state.waiting.size > 0) expect(state.idle.size, 'somebody is idle while calls wait').toBe(0);
  for (const [id, { connId }] of state.trunks) expect(state.calls.get(connId)?.parties.some(party => party.trunk?.id === id)).toBe(true);
  for (const call of state.calls.values())
    for (const { trunk } of call.parties) if (trunk !== undefined) expect(state.trunks.get(trunk.id)?.connId).toBe(call.connId);
  for (const dn of state.dns.values()) for (const { targetDN } of dn.monitors) expect(state.dns.get(targetDN)?.monitoredBy).toBe(dn.number);
}
