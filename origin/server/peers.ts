import { get } from 'node:http';

export interface PeerWatch {
  /** Calls `gone` once when the node stops answering; the answer ends the watch. Nodes are probed only while somebody watches. */
  watch(node: string, gone: () => void): () => void;
  close(): void;
}

interface Watched {
  readonly watchers: Set<() => void>;
  misses: number;
  timer: NodeJS.Timeout | undefined;
}

/** Probes of `/health`, shared by all who wait for the same node: three misses in a row, 400 ms apart and 400 ms long, mean gone. */
export function createPeerWatch(
  urlOf: (node: string) => string | undefined,
  options = { everyMs: 400, timeoutMs: 400, fall: 3 },
): PeerWatch {
  const watched = new Map<string, Watched>();

  const probe = (node: string, entry: Watched): void => {
    const url = urlOf(node);
    const done = (alive: boolean): void => {
      if (watched.get(node) !== entry) return;
      entry.misses = alive ? 0 : entry.misses + 1;
      if (entry.misses >= options.fall) {
        watched.delete(node);
        for (const gone of entry.watchers) gone();
        return;
      }
      entry.timer = setTimeout(() => probe(node, entry), options.everyMs);
    };
    if (url === undefined) return done(false);
    const request = get(`${url}/health`, { timeout: options.timeoutMs, agent: false }, response => {
      response.resume();
      response.on('end', () => done(response.statusCode === 200));
    });
    request.on('timeout', () => request.destroy(new Error('silent')));
    request.on('error', () => done(false));
  };

  return {
    watch(node, gone) {
      let entry = watched.get(node);
      if (entry === undefined) {
        entry = { watchers: new Set(), misses: 0, timer: undefined };
        watched.set(node, entry);
        probe(node, entry);
      }
      const current = entry;
      current.watchers.add(gone);
      return () => {
        current.watchers.delete(gone);
        if (current.watchers.size > 0 || watched.get(node) !== current) return;
        clearTimeout(current.timer);
        watched.delete(node);
      };
    },
    close() {
      for (const entry of watched.values()) clearTimeout(entry.timer);
      watched.clear();
    },
  };
}
