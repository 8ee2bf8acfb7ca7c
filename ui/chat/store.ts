import { createChatApi } from './api/client.ts';
import { createConversation, type Conversation } from './api/conversation.ts';
import { createKeeper } from './api/kept.ts';
import { initialState, type Event, type State } from './state/model.ts';
import { reduce } from './state/reduce.ts';

export interface Store {
  readonly conversation: Conversation;
  readonly get: () => State;
  readonly subscribe: (listener: () => void) => () => void;
  readonly dispatch: (event: Event) => void;
}

const tickMs = 1_000;

/** Holds the state, keeps of it what a reload must not lose, and goes on with the chat that an earlier load of this tab had. */
export function createStore(): Store {
  let state = initialState;
  const listeners = new Set<() => void>();
  const keeper = createKeeper(storageOfTab());
  const dispatch = (event: Event): void => {
    const next = reduce(state, event);
    if (next === state) return;
    state = next;
    keeper.save(state);
    for (const listener of listeners) listener();
  };
  const get = (): State => state;
  const conversation = createConversation({
    api: createChatApi(),
    get,
    dispatch,
    now: Date.now,
    random: Math.random,
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
    newId,
  });
  setInterval(() => dispatch({ kind: 'tick', nowMs: Date.now() }), tickMs);
  const kept = keeper.load();
  if (kept !== undefined) dispatch({ kind: 'restored', ...kept });
  conversation.resume();
  return {
    conversation,
    get,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
  };
}

/** Not `randomUUID`, which a page framed by one without TLS does not have. */
const newId = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

/** A browser may forbid a framed page to keep anything; even to ask throws then. */
function storageOfTab(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
