import { assertNever } from '@handover/shared/result';
import { initialState, maxWaiting, type Event, type Line, type State, type Transcript } from './model.ts';

/** An agent who has begun to write and was not heard of since has stopped. */
const writerMs = 10_000;

/** The page's whole logic: the state after an event. */
export function reduce(state: State, event: Event): State {
  switch (event.kind) {
    case 'opening':
      return without({ ...state, phase: 'opening' }, 'fault');
    case 'opened':
      return without({ ...state, phase: 'chat', ticket: event.ticket, connection: 'connected' }, 'fault');
    case 'not-opened':
      return { ...state, phase: 'form', fault: event.fault };
    case 'restored':
      return { ...initialState, phase: 'chat', ticket: event.ticket, outbox: event.outbox, draft: event.draft };
    case 'told':
      return state.phase === 'chat' ? told(state, event.transcript, event.nowMs) : state;
    case 'lost':
      return state.phase === 'chat' ? { ...state, connection: 'reconnecting' } : state;
    case 'draft':
      return { ...state, draft: event.draft };
    case 'said':
      return said(state, event.id);
    case 'sent':
    case 'refused':
      return { ...state, outbox: state.outbox.map(each => (each.id === event.id ? { ...each, state: event.kind } : each)) };
    case 'ended':
      return state.phase === 'chat' ? ended(state) : state;
    case 'again':
      return initialState;
    case 'tick':
      return state.writer !== undefined && state.writer.untilMs <= event.nowMs ? without(state, 'writer') : state;
    default:
      return assertNever(event);
  }
}

/** The message that is to be sent next; one at a time, so that they arrive in order. */
export const nextOutgoing = (state: State) => (state.phase === 'chat' ? state.outbox.find(each => each.state === 'waiting') : undefined);

function said(state: State, id: string): State {
  const pending = state.outbox.filter(each => each.state !== 'refused');
  if (state.phase !== 'chat' || state.draft.trim() === '' || pending.length >= maxWaiting) return state;
  // Refusals are shown until there are too many of them.
  const kept = state.outbox.length >= maxWaiting ? pending : state.outbox;
  return { ...state, draft: '', outbox: [...kept, { id, text: state.draft, state: 'waiting' }] };
}

function told(state: State, transcript: Transcript, nowMs: number): State {
  const lines = transcript.lines.filter(({ index }) => index >= state.next);
  const arrived = new Set(lines.flatMap(({ messageId }) => messageId ?? []));
  const after: State = {
    ...state,
    connection: 'connected',
    next: Math.max(state.next, transcript.next),
    lines: lines.length === 0 ? state.lines : [...state.lines, ...lines],
    outbox: arrived.size === 0 ? state.outbox : state.outbox.filter(({ id }) => !arrived.has(id)),
  };
  const heard = lines.reduce((so, line) => withWriter(so, line, nowMs), after);
  return transcript.state === 'Closed' ? ended(heard) : heard;
}

function withWriter(state: State, line: Line, nowMs: number): State {
  if (line.userType === 'Customer') return state;
  const { participantId, nickname } = line;
  if (line.type === 'TypingStarted') return { ...state, writer: { participantId, nickname, untilMs: nowMs + writerMs } };
  return state.writer?.participantId === participantId ? without(state, 'writer') : state;
}

/** What was not sent by now never will be. */
function ended(state: State): State {
  const outbox = state.outbox.map(each => (each.state === 'waiting' ? { ...each, state: 'refused' as const } : each));
  return without(without({ ...state, phase: 'ended', connection: 'connected', outbox }, 'writer'), 'ticket');
}

function without(state: State, name: 'fault' | 'writer' | 'ticket'): State {
  const { [name]: _, ...rest } = state;
  return rest;
}
