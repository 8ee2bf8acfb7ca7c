import type { KvList, TlibEventName, WorkMode } from '@handover/shared/genesys';
import { kvStr } from '@handover/shared/genesys';
import type { Refusal } from './messages.ts';
import type { AgentState, Dn } from './state.ts';
import type { Step } from './step.ts';
import { stopAllMonitoring } from './monitoring.ts';
import { emit, reply, wrapKey } from './step.ts';

/** What can happen to the agent at a DN. `loginAgain`: the one who is logged in here; `loginOther`: anybody else. */
export type AgentEvent = 'login' | 'loginAgain' | 'loginOther' | 'logout' | 'ready' | 'notReady' | 'wrapUp' | 'wrapUpOver';
export type AgentOutcome = AgentState | 'refused' | 'same';

/** The complete table. `same`: answered, but nothing changes. `refused`: EventError. SPEC.md shows it; a test compares. */
export const agentTable: Readonly<Record<AgentState, Readonly<Record<AgentEvent, AgentOutcome>>>> = {
  LoggedOut: {
    login: 'NotReady',
    loginAgain: 'NotReady',
    loginOther: 'NotReady',
    logout: 'refused',
    ready: 'refused',
    notReady: 'refused',
    wrapUp: 'same',
    wrapUpOver: 'same',
  },
  NotReady: {
    login: 'refused',
    loginAgain: 'same',
    loginOther: 'refused',
    logout: 'LoggedOut',
    ready: 'Ready',
    notReady: 'NotReady',
    wrapUp: 'same',
    wrapUpOver: 'Ready',
  },
  Ready: {
    login: 'refused',
    loginAgain: 'same',
    loginOther: 'refused',
    logout: 'LoggedOut',
    ready: 'Ready',
    notReady: 'NotReady',
    wrapUp: 'NotReady',
    wrapUpOver: 'same',
  },
};

export interface LoginWish {
  agentId: string;
  workMode: WorkMode;
  reasons: KvList;
  thisQueue?: string;
}

export function login(step: Step, dn: Dn, wish: LoginWish): Refusal | undefined {
  if (!step.state.logins.has(wish.agentId)) return { error: 'invalidAgent', detail: 'agentID' };
  const elsewhere = step.state.loggedIn.get(wish.agentId);
  if (elsewhere !== undefined && elsewhere !== dn.number) return { error: 'agentBusy', detail: 'agentID' };
  const event = dn.agentId === undefined ? 'login' : dn.agentId === wish.agentId ? 'loginAgain' : 'loginOther';
  const next = agentTable[dn.agentState][event];
  if (next === 'refused') return { error: 'agentBusy', detail: 'thisDN' };
  if (next === 'same') {
    reply(step, agentEvent(dn, 'EventAgentLogin', wish.thisQueue));
    return undefined;
  }
  dn.agentId = wish.agentId;
  step.state.loggedIn.set(wish.agentId, dn.number);
  setState(step, dn, 'NotReady', wish.workMode, wish.reasons);
  emit(step, dn.number, agentEvent(dn, 'EventAgentLogin', wish.thisQueue));
  const auto = wish.workMode === 'AutoIn' || wish.workMode === 'ManualIn';
  if (auto) setState(step, dn, 'Ready', wish.workMode, wish.reasons);
  emit(step, dn.number, agentEvent(dn, auto ? 'EventAgentReady' : 'EventAgentNotReady'));
  return undefined;
}

export function logout(step: Step, dn: Dn, reasons: KvList): Refusal | undefined {
  if (agentTable[dn.agentState].logout === 'refused') return { error: 'notLoggedIn', detail: 'thisDN' };
  stopAllMonitoring(step, dn);
  if (dn.agentId !== undefined) step.state.loggedIn.delete(dn.agentId);
  const event = { ...agentEvent(dn, 'EventAgentLogout'), agentWorkMode: 'Unknown' as const, reasons };
  delete dn.agentId;
  setState(step, dn, 'LoggedOut', 'Unknown', []);
  emit(step, dn.number, event);
  return undefined;
}

/** Ready and NotReady. The same state again with other work mode or reasons is a change too, and is told. */
export function setAgentState(
  step: Step,
  dn: Dn,
  to: 'ready' | 'notReady',
  how: { workMode: WorkMode; reasons: KvList },
): Refusal | undefined {
  const next = agentTable[dn.agentState][to];
  if (next === 'refused' || next === 'same') return { error: 'notLoggedIn', detail: 'thisDN' };
  setState(step, dn, next, how.workMode, how.reasons);
  emit(step, dn.number, agentEvent(dn, to === 'ready' ? 'EventAgentReady' : 'EventAgentNotReady'));
  const { options } = step.state;
  if (to === 'notReady' && how.workMode === 'AfterCallWork' && dn.calls.length === 0 && options.timedAcwInIdle)
    timeWrapUp(step, dn, options.acwInIdleForceReady ? 'Ready' : 'NotReady');
  if (to === 'notReady' && how.workMode === 'LegalGuard' && options.legalGuardMs > 0) timeGuard(step, dn);
  return undefined;
}

/** The agent's own time for after-call work, else the switch's. */
function wrapUpOf(step: Step, dn: Dn): number | 'untimed' {
  return step.state.logins.get(dn.agentId ?? '')?.wrapUpMs ?? step.state.options.wrapUpMs;
}

function timeWrapUp(step: Step, dn: Dn, then: 'Ready' | 'NotReady'): void {
  const ms = wrapUpOf(step, dn);
  if (ms === 'untimed' || ms === 0) return;
  step.state.deadlines.set(wrapKey(dn.number), { at: step.at + ms, what: { kind: 'wrapUp', dn: dn.number, then } });
}

function timeGuard(step: Step, dn: Dn): void {
  const at = step.at + step.state.options.legalGuardMs;
  step.state.deadlines.set(wrapKey(dn.number), { at, what: { kind: 'wrapUp', dn: dn.number, then: 'Ready' } });
}

/** After a queue's call: not ready for the configured time, or until the agent ends it; then, or at once, guarded. */
export function wrapUp(step: Step, dn: Dn): void {
  if (agentTable[dn.agentState].wrapUp !== 'NotReady') return;
  if (wrapUpOf(step, dn) === 0) return guard(step, dn);
  setState(step, dn, 'NotReady', 'AfterCallWork', []);
  timeWrapUp(step, dn, 'Ready');
  emit(step, dn.number, agentEvent(dn, 'EventAgentNotReady'));
}

function guard(step: Step, dn: Dn): void {
  if (step.state.options.legalGuardMs === 0) return;
  setState(step, dn, 'NotReady', 'LegalGuard', []);
  timeGuard(step, dn);
  emit(step, dn.number, agentEvent(dn, 'EventAgentNotReady'));
}

/** The time of after-call work, or of the guard after it, is over. */
export function wrapUpOver(step: Step, dn: Dn, then: 'Ready' | 'NotReady'): void {
  if (agentTable[dn.agentState].wrapUpOver !== 'Ready') return;
  if (dn.workMode === 'AfterCallWork' && then === 'Ready' && step.state.options.legalGuardMs > 0) return guard(step, dn);
  if (dn.workMode !== 'AfterCallWork' && dn.workMode !== 'LegalGuard') return;
  void setAgentState(step, dn, then === 'Ready' ? 'ready' : 'notReady', { workMode: 'Unknown', reasons: [] });
}

/** An agent who lets a call ring too long gets no more, unless the option says otherwise. */
export function noAnswer(step: Step, dn: Dn): void {
  const action = step.state.options.agentNoAnswerAction;
  if (action === 'logout' && dn.agentState !== 'LoggedOut') void logout(step, dn, [kvStr('ReasonCode', 'NoAnswer')]);
  if (action === 'notready' && dn.agentState === 'Ready')
    void setAgentState(step, dn, 'notReady', { workMode: 'AuxWork', reasons: [kvStr('ReasonCode', 'NoAnswer')] });
}

function setState(step: Step, dn: Dn, state: AgentState, workMode: WorkMode, reasons: KvList): void {
  step.state.deadlines.delete(wrapKey(dn.number));
  dn.agentState = state;
  dn.workMode = workMode;
  dn.reasons = reasons;
  step.changedDns.add(dn.number);
  step.changedAgents.add(dn.number);
  for (const connId of dn.calls) step.changedCalls.add(connId);
}

function agentEvent(dn: Dn, messageName: TlibEventName, thisQueue?: string) {
  return {
    messageName,
    thisDN: dn.number,
    ...(dn.agentId === undefined ? {} : { agentID: dn.agentId }),
    ...(thisQueue === undefined ? {} : { thisQueue }),
    agentWorkMode: dn.workMode,
    reasons: dn.reasons,
  };
}
