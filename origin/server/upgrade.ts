import { headers } from '@handover/shared/headers';
import { request as httpRequest, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const upgradeWaitMs = 2_000;

/** Answers an upgrade that will not happen, and closes. */
export function refuseUpgrade(socket: Duplex, status: number, extra: Readonly<Record<string, string>> = {}): void {
  if (socket.destroyed) return;
  const lines = Object.entries({ connection: 'close', 'content-length': '0', ...extra }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`);
}

/** Joins the client's connection with the node of this region that owns its session. When either side ends, both do. */
export function pipeUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: string): void {
  const target = new URL(url);
  const outgoing = httpRequest({
    host: target.hostname,
    port: target.port,
    path: request.url,
    headers: { ...request.headers, [headers.forwarded]: '1' },
    timeout: upgradeWaitMs,
    agent: false,
  });
  outgoing.on('upgrade', (answer, peer, peerHead) => {
    peer.setTimeout(0);
    const lines = Object.entries(answer.headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value ?? '']).map(each => `${name}: ${each}`),
    );
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
    socket.write(peerHead);
    peer.write(head);
    socket.pipe(peer).pipe(socket);
    for (const [one, other] of [
      [socket, peer],
      [peer, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  outgoing.on('response', answer => {
    answer.resume();
    refuseUpgrade(socket, answer.statusCode ?? 502);
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('silent')));
  outgoing.on('error', () => refuseUpgrade(socket, 502));
  outgoing.end();
}
