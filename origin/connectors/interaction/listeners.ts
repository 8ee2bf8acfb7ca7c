/** Who listens to what, by a key; nobody's keys are not kept. */
export interface Listeners<Event> {
  /** Answers how to stop. `first` and `last` say when a key begins and ends to be listened to. */
  add(key: string, listener: (event: Event) => void): () => void;
  tell(key: string, event: Event): void;
  keys(): readonly string[];
}

export function createListeners<Event>(
  guarded: (run: () => void) => void,
  edges: { first?: (key: string) => void; last?: (key: string) => void } = {},
): Listeners<Event> {
  const sets = new Map<string, Set<(event: Event) => void>>();
  return {
    add(key, listener) {
      const present = sets.get(key);
      const set = present ?? new Set();
      // Each call listens by itself, also with the same function.
      const own = (event: Event): void => listener(event);
      set.add(own);
      sets.set(key, set);
      if (present === undefined) edges.first?.(key);
      return () => {
        if (!set.delete(own) || set.size > 0 || sets.get(key) !== set) return;
        sets.delete(key);
        edges.last?.(key);
      };
    },
    tell(key, event) {
      for (const listener of [...(sets.get(key) ?? [])]) guarded(() => listener(event));
    },
    keys: () => [...sets.keys()],
  };
}
