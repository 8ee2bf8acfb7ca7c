import { createSession, type Session } from './api/session.ts';
import { lettersFromText, textFromLetters } from './state/kept-letters.ts';
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
/** Letters are kept for this tab alone, and end with it. */
const lettersKey = 'handover.letters';

/** Holds the state and the clock; the logic is in `reduce`. */
export function createStore(): Store {
  let state = initialState;
  const listeners = new Set<() => void>();
  const dispatch = (event: Event): void => {
    const next = reduce(state, event);
    if (next === state) return;
    if (next.movedTo !== undefined && next.movedTo !== state.movedTo) setTimeout(() => dispatch({ kind: 'moved-told' }), movedShownMs);
    if (next.letters !== state.letters && next.user !== undefined) keep(textFromLetters(next.user.userName, next.letters));
    const begins = state.user === undefined && next.user !== undefined;
    state = next;
    for (const listener of listeners) listener();
    if (begins && event.kind === 'initialised') dispatch({ kind: 'letters', letters: lettersFromText(event.user.userName, kept()) });
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

/** A browser that keeps nothing loses no more than what is written when the page is loaded again. */
function keep(text: string): void {
  try {
    sessionStorage.setItem(lettersKey, text);
  } catch {
    return;
  }
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(lettersKey);
  } catch {
    return null;
  }
}
