import { canMove, type Choice } from '../route.ts';
import { wantOf, type Passage } from './passage.ts';
import { watch, type Sent } from './watch.ts';

/** Tells the client to come back: its server is restarted, or as good as. */
const movedCode = 1012;
/** Codes that say what happened on a connection; they cannot be sent. */
const unsendable: ReadonlySet<number> = new Set([1005, 1006, 1015]);

/** Sockets that this isolate passes through now. */
let open = 0;
const msPerSocket = 1;
const maxSpreadMs = 5_000;

/** After so long one of many sockets whose origin is lost ends: their clients come back one after the other, not in one moment. */
export const endsAfterMs = (sockets: number, random: number): number => Math.floor(random * Math.min(maxSpreadMs, sockets * msPerSocket));

/**
 * Passes a WebSocket through and ends it when its origin is found down while another region could serve: its client would hear nothing of a
 * frozen one until its own time is up, long after its session has moved. Answers the client's end.
 */
export function relay(passage: Passage, { origin }: Choice, upstream: WebSocket): WebSocket {
  const { 0: client, 1: here } = new WebSocketPair();
  open += 1;
  const over = new Promise<Sent>(resolve => {
    const end = (): void => resolve({ kind: 'broken' });
    join(here, upstream, end, () => 0);
    join(upstream, here, end, () => endsAfterMs(open, Math.random()));
  });
  void over.then(() => (open -= 1));
  for (const socket of [here, upstream]) {
    socket.binaryType = 'arraybuffer';
    socket.accept();
  }
  const { exchange } = passage;
  const elsewhere = (): boolean =>
    canMove(exchange.config.registry, exchange.health.view.outlook(Date.now()), wantOf(passage), origin.node);
  // An open socket is never overdue, however old it is.
  const facts = { exchange, origin, parked: true, sentMs: Number.POSITIVE_INFINITY, elsewhere };
  void watch(over, facts).then(ended => {
    if (ended.kind !== 'down') return;
    close(upstream, movedCode, 'moved');
    setTimeout(() => close(here, movedCode, 'moved'), endsAfterMs(open, Math.random()));
  });
  return client;
}

/** `lostAfterMs`: how long the other side is kept when this one is gone without a word. */
function join(from: WebSocket, to: WebSocket, end: () => void, lostAfterMs: () => number): void {
  from.addEventListener('message', event => {
    try {
      to.send(event.data as string | ArrayBuffer);
    } catch {
      // The other side is closing; its own event ends both.
    }
  });
  from.addEventListener('close', event => {
    const lost = event.code === 1006;
    if (lost) setTimeout(() => close(to, 1011, event.reason), lostAfterMs());
    else close(to, unsendable.has(event.code) ? 1000 : event.code, event.reason);
    end();
  });
  from.addEventListener('error', () => {
    setTimeout(() => close(to, 1011, 'upstream broken'), lostAfterMs());
    end();
  });
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already.
  }
}
