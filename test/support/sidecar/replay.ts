import { readFileSync } from 'node:fs';
import { listen, type Served, type Serving } from './connection.ts';
import type { Recorded } from './pass-through.ts';

/**
 * A sidecar without servers: plays back what `startSidecar` recorded. Connections of a protocol come in the recorded order. A request is answered
 * with what followed it then, under the reference it has now; one that was not recorded closes the connection with 4400.
 */
export async function startReplay(file: string): Promise<{ url: string; close(): Promise<void> }> {
  const recorded = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Recorded);
  const unused = recorded.flatMap(entry => (entry.kind === 'open' ? [entry] : []));
  return listen(undefined, serving => {
    const index = unused.findIndex(({ server }) => server.protocol === serving.server.protocol);
    const [opened] = index < 0 ? [] : unused.splice(index, 1);
    if (opened === undefined) {
      serving.close(4404);
      return { message: () => undefined, closed: () => undefined };
    }
    return playBack(
      serving,
      recorded.filter(entry => entry.connection === opened.connection && entry.kind !== 'open'),
    );
  });
}

function playBack(serving: Serving, session: Recorded[]): Served {
  const references = new Map<number, number>();
  /** Everything up to the next request. */
  const tell = (): void => {
    for (let next = session[0]; next !== undefined && next.kind !== 'request'; next = session[0]) {
      session.shift();
      if (next.kind === 'close') serving.close(next.code);
      if (next.kind !== 'event') continue;
      const { referenceID } = next.message;
      const now = referenceID === undefined ? undefined : references.get(referenceID);
      serving.message(now === undefined ? next.message : { ...next.message, referenceID: now });
    }
  };
  serving.welcome(64);
  tell();
  return {
    message(message) {
      serving.taken(1);
      // Signs of life come when the time has come, not when they did then.
      if (message.messageName === 'KeepAliveRequest') return serving.message({ messageName: 'KeepAliveAnswer' });
      const at = session.findIndex(entry => entry.kind === 'request' && entry.message.messageName === message.messageName);
      const [found] = at < 0 ? [] : session.splice(at, 1);
      if (found?.kind !== 'request') return serving.close(4400);
      if (found.message.referenceID !== undefined && message.referenceID !== undefined)
        references.set(found.message.referenceID, message.referenceID);
      tell();
    },
    closed: () => undefined,
  };
}
