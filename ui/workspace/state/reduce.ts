import { initialState, type Call, type Event, type Notice, type PendingCommand, type State } from './model.ts';
import { withChat, withDraft, withLines } from './chats.ts';
import { faultFrom } from './faults.ts';
import { reduceItems } from './items.ts';

/** More than this are not shown; the oldest go first. */
const maxNotices = 5;
const maxCalls = 50;

/** The whole logic of the page: the state after an event. Pure; an unchanged state is the same object. */
export function reduce(state: State, event: Event): State {
  switch (event.kind) {
    case 'initialised':
      return { ...state, phase: 'working', user: event.user, reasons: event.reasons, outgoing: event.outgoing };
    case 'failed':
      return { ...state, phase: { failed: event.why } };
    case 'signed-out':
      return { ...initialState, phase: 'signed-out', link: 'down', region: state.region, notices: state.notices };
    case 'link':
      return state.link === event.link ? state : { ...state, link: event.link };
    case 'served-by':
      return servedBy(state, event.region);
    case 'moved-told':
      return state.movedTo === undefined ? state : { ...state, movedTo: undefined };
    case 'dn':
      return { ...state, dn: event.dn };
    case 'call':
      return { ...state, calls: withCall(state.calls, event.call, event.previousConnId) };
    case 'media':
      return { ...state, media: event.media };
    case 'chat':
      return { ...state, chats: withChat(state.chats, event.chat) };
    case 'chat-over':
      return { ...state, chats: state.chats.filter(chat => chat.id !== event.id), drafts: withDraft(state.drafts, event.id, '') };
    case 'lines':
      return { ...state, chats: withLines(state.chats, event.id, event.lines) };
    case 'draft':
      return { ...state, drafts: withDraft(state.drafts, event.id, event.text) };
    case 'said':
      // What was written meanwhile stays.
      return state.drafts[event.id] === event.text ? { ...state, drafts: withDraft(state.drafts, event.id, '') } : state;
    case 'item':
    case 'item-over':
    case 'letter':
    case 'insert':
    case 'letters':
    case 'outgoing-queue':
    case 'workbins':
    case 'workbin-changed':
    case 'responses':
    case 'fault':
      return reduceItems(state, event);
    case 'search': {
      const { operationId, deadlineAtMs } = event;
      return { ...state, search: { operationId, status: 'searching', deadlineAtMs, contacts: [], total: 0 } };
    }
    case 'found':
      if (event.operationId !== state.search.operationId) return state;
      return { ...state, search: { ...state.search, status: 'found', contacts: event.contacts, total: event.total } };
    case 'search-failed':
      if (event.operationId !== state.search.operationId) return state;
      return { ...state, search: { ...state.search, status: 'failed' } };
    case 'statistics':
      return { ...state, statistics: event.values };
    case 'service':
      return { ...state, voice: event.voice };
    case 'error-event':
      return notify(state, { kind: 'refused', command: '', detail: event.message });
    case 'sent':
      return sent(state, event.command);
    case 'answered':
      return { ...state, pending: without(state.pending, event.id) };
    case 'refused':
      return refused(state, event);
    case 'tick':
      return expire(state, event.nowMs);
    case 'dismissed':
      return { ...state, notices: state.notices.filter(notice => notice.id !== event.noticeId) };
  }
}

function servedBy(state: State, region: string): State {
  if (state.region === region) return state;
  return { ...state, region, movedTo: state.region === undefined ? undefined : region };
}

/** A `Completed` call is gone; a released one stays until it is marked done. A merged call takes the place of its predecessor. */
function withCall(calls: readonly Call[], call: Call, previousConnId: string | undefined): readonly Call[] {
  const rest = calls.filter(other => other.id !== previousConnId || other.id === call.id);
  if (call.state === 'Completed') return rest.filter(other => other.id !== call.id);
  const index = rest.findIndex(other => other.id === call.id);
  if (index < 0) return [...rest, call].slice(-maxCalls);
  return rest.map(other => (other.id === call.id ? call : other));
}

/** What was refused before is being tried again. */
function sent(state: State, command: PendingCommand): State {
  const { [command.callId ?? '']: _before, ...faults } = state.faults;
  return { ...state, faults, pending: [...state.pending, command] };
}

function refused(state: State, event: Extract<Event, { kind: 'refused' }>): State {
  const command = state.pending.find(pending => pending.id === event.id);
  if (command === undefined) return state;
  const kind = event.code === 'outcome.unknown' ? 'unknown' : 'refused';
  const next = { ...state, pending: without(state.pending, event.id) };
  if (event.field === undefined) return notify(next, { kind, command: command.name, detail: event.message });
  const fault = faultFrom(event.field, event.message);
  const faults = command.callId === undefined ? state.faults : { ...state.faults, [command.callId]: fault };
  return notify({ ...next, faults }, { kind, command: command.name, detail: fault.message, field: fault.field });
}

function expire(given: State, nowMs: number): State {
  const { search } = given;
  const overdue = search.status === 'searching' && search.deadlineAtMs <= nowMs;
  const state: State = overdue ? { ...given, search: { ...search, status: 'failed' } } : given;
  const late = state.pending.filter(command => command.deadlineAtMs <= nowMs);
  return late.reduce<State>(
    (before, command) =>
      notify({ ...before, pending: without(before.pending, command.id) }, { kind: 'timeout', command: command.name, detail: '' }),
    state,
  );
}

function notify(state: State, notice: Omit<Notice, 'id'>): State {
  const id = 1 + Math.max(0, ...state.notices.map(other => other.id));
  return { ...state, notices: [...state.notices, { ...notice, id }].slice(-maxNotices) };
}

const without = (pending: readonly PendingCommand[], id: number): readonly PendingCommand[] => pending.filter(command => command.id !== id);
