import type { ErrorCode } from '@handover/shared/errors';
import { assertNever } from '@handover/shared/result';
import { tlibErrors } from '@handover/shared/genesys';
import { bareCall } from '../session/lately.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { Told } from '../session/reduce.ts';
import { clearLeftover } from '../voice/site.ts';
import { send } from '../voice/send.ts';
import type { Channel } from '../session/channel.ts';
import type { CallStanding, Deed, Judge, Operation, Standing } from './row.ts';

/** How an operation is answered. */
export type Answer =
  /** Code 1: what it did is told by events; `after` is told when the answer is on its way. */
  | { kind: 'accepted'; after?: Told }
  | { kind: 'field'; field: string; message: string }
  /** `refused`: nothing was sent, so the same request may be tried elsewhere. */
  | { kind: 'error'; code: ErrorCode; field?: string; refused?: boolean };

export interface Execution {
  callId: string | undefined;
  stampMs: number;
  operationId: string;
}

const accepted: Answer = { kind: 'accepted' };
const wrongState: Told = { kind: 'error', ...tlibErrors.invalidState };

/** Executes one operation in the session's turn. */
export async function execute(session: AgentSession, operation: Operation, judge: Judge, execution: Execution): Promise<Answer> {
  if (operation.supervisor && !session.supervisor) return { kind: 'error', code: 'auth.forbidden' };
  const early = unavailable(session);
  if (early !== undefined) return early;
  const turn = session.run(() => inTurn(session, operation, judge, execution));
  return turn ?? { kind: 'error', code: 'ownership.busy', refused: true };
}

const unavailable = (session: AgentSession): Answer | undefined =>
  session.state.channel !== undefined && session.serviceState === 'UNAVAILABLE'
    ? { kind: 'error', code: 'voice.unavailable', refused: true }
    : undefined;

async function inTurn(session: AgentSession, operation: Operation, judge: Judge, execution: Execution): Promise<Answer> {
  const late = unavailable(session);
  if (late !== undefined) return late;
  const { state } = session;
  const { channel } = state;
  if (channel === undefined) return { kind: 'error', code: 'voice.inactive' };
  const at = { state, channel, nowMs: session.parts.clock.now(), ownPhone: ownPhoneOf(session, channel) };
  if (operation.scope === 'agent') {
    const judgement = judge.agent(at);
    if (judgement.holds) return retold(session, { kind: 'dn', channel }, execution);
    if (operation.name === 'setAgentStateReady' && !(await clearLeftover(session)))
      return { kind: 'error', code: 'voice.unavailable', refused: true };
    return perform(session, operation, judgement.deed, execution);
  }
  const call = state.calls.get(execution.callId ?? '');
  if (call === undefined) {
    const done = operation.name === 'completeCall' && state.completed.includes(execution.callId ?? '');
    // Done at another node, perhaps, that did not live to tell.
    return done ? retold(session, completedBare(execution.callId ?? '', at.nowMs), execution) : { kind: 'error', code: 'call.unknown' };
  }
  const standing: CallStanding = { ...at, call };
  const judgement = judge.call(standing);
  if (judgement.holds) return retold(session, { kind: 'call', call, notification: 'StateChange' }, execution);
  if (judgement.deed.kind === 'field' || judgement.deed.kind === 'unknown-call')
    return perform(session, operation, judgement.deed, execution);
  if (!operation.states.includes(call.state)) return { kind: 'accepted', after: wrongState };
  return perform(session, operation, judgement.deed, execution);
}

const ownPhoneOf =
  ({ parts: { configuration }, person }: AgentSession, channel: Channel): Standing['ownPhone'] =>
  (number, location) =>
    configuration
      .all('CfgSwitch')
      .filter(each => (location === undefined ? each.name === channel.switchName : [each.name, each.location].includes(location)))
      .some(each => configuration.dn(number, each.name)?.tenantDBID === person?.tenantDBID);

/** What is left of a completed call: its id. */
const completedBare = (connId: string, nowMs: number): Told => ({
  kind: 'call',
  call: bareCall(connId, 'Completed', nowMs),
  notification: 'StateChange',
});

/** The effect holds already: whoever asked learns the state all the same. */
function retold(session: AgentSession, told: Told, execution: Execution): Answer {
  session.tell([told], execution.operationId);
  return accepted;
}

async function perform(session: AgentSession, operation: Operation, deed: Deed, execution: Execution): Promise<Answer> {
  switch (deed.kind) {
    case 'field':
      return { kind: 'field', field: deed.field, message: deed.message };
    case 'unknown-call':
      return { kind: 'error', code: 'call.unknown', field: deed.field };
    case 'local':
      if (!session.owned.current) return { kind: 'error', code: 'ownership.busy', refused: true };
      if (operation.name === 'completeCall') await session.takeForGood(deed.step, execution.operationId);
      else session.take(deed.step, execution.operationId);
      return session.alive ? accepted : { kind: 'error', code: 'ownership.busy', refused: true };
    case 'command': {
      const outcome = await send(session, deed.command, { stampMs: execution.stampMs, operationId: execution.operationId });
      switch (outcome.kind) {
        case 'done':
          return accepted;
        case 'error':
          return { kind: 'accepted', after: outcome };
        case 'refused':
          return { kind: 'error', code: outcome.code, refused: true };
        case 'unknown':
          // Executed or not: what may be repeated is worth another try, what may not is for its user to look at.
          return { kind: 'error', code: operation.resend === 'once' ? 'outcome.unknown' : 'voice.timeout' };
        default:
          return assertNever(outcome);
      }
    }
    default:
      return assertNever(deed);
  }
}
