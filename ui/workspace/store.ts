import { createSession, type Session } from './api/session.ts';
import { initialState, type Event, type State } from './state/model.ts';
import { reduce } from './state/reduce.ts';

export interface Store {
  readonly session: Session;
  readonly get: () => State;
  readonly subscribe: (listener: () => void) => () => void;
  readonly dispatch: (event: Event) => void;
}

const tickMs = 500;
const movedShownMs = 6_000;

/** Holds the state and the clock; the logic is in `reduce`. */
export function createStore(): Store {
  let state = initialState;
  const listeners = new Set<() => void>();
  const dispatch = (event: Event): void => {
    const next = reduce(state, event);
    if (next === state) return;
    if (next.movedTo !== undefined && next.movedTo !== state.movedTo) setTimeout(() => dispatch({ kind: 'moved-told' }), movedShownMs);
    state = next;
    for (const listener of listeners) listener();
  };
  setInterval(() => {
    if (state.pending.length > 0 || state.search.status === 'searching') dispatch({ kind: 'tick', nowMs: Date.now() });
  }, tickMs);
  return {
    session: createSession(dispatch),
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
  };
}
