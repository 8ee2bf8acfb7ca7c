import { WebSocket } from 'ws';
import { headers as names } from '@handover/shared/headers';
import type { BayeuxMessage, OnEvent, Way } from './bayeux.ts';
import { send, type Cookies } from './http.ts';

/** Where the event stream is, and what every request to it brings. */
interface Door {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}
const workspace: Door = { path: '/workspace/v3/notifications', headers: {} };

/** Long-polling: a request per message; events come with any answer. */
export function createLongPolling(url: string, cookies: Cookies, onEvent: OnEvent, { path, headers }: Door = workspace): Way {
  let closed = false;
  return {
    connectionType: 'long-polling',
    async exchange(message, timeoutMs) {
      const last = String(message['channel']).slice('/meta/'.length);
      const where = `${url}${path}/${last === 'subscribe' ? '' : last}`;
      const answer = await send(where, { method: 'POST', cookies, headers, body: JSON.stringify([message]), timeoutMs });
      if (closed) throw new Error('closed');
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status} ${answer.text.slice(0, 200)}`);
      const origin = String(answer.headers[names.region] ?? '');
      return deliver(JSON.parse(answer.text) as BayeuxMessage[], message, event => onEvent(event, origin));
    },
    close() {
      closed = true;
    },
  };
}

function deliver(messages: readonly BayeuxMessage[], to: Record<string, unknown>, onEvent: (event: BayeuxMessage) => void): BayeuxMessage {
  let reply: BayeuxMessage | undefined;
  for (const message of messages) {
    if (message.data !== undefined) onEvent(message);
    else if (message.channel === to['channel']) reply = message;
  }
  if (reply === undefined) throw new Error('no reply');
  return reply;
}

interface Waiting {
  resolve: (reply: BayeuxMessage) => void;
  reject: (error: Error) => void;
}

/** One WebSocket at a time; a broken one is replaced with the next message. */
export function createWebSocketWay(url: string, cookies: Cookies, onEvent: OnEvent, { path, headers }: Door = workspace): Way {
  let socket: WebSocket | undefined;
  let number = 0;
  const waiting = new Map<string, Waiting>();

  const open = (): Promise<WebSocket> => {
    if (socket?.readyState === WebSocket.OPEN) return Promise.resolve(socket);
    number += 1;
    const origin = String(number);
    const fresh = new WebSocket(`${url.replace('http', 'ws')}${path}`, {
      headers: { ...headers, cookie: cookies.toString() },
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
    });
    socket = fresh;
    return new Promise((resolve, reject) => {
      fresh.on('upgrade', response => cookies.take(response.headers['set-cookie']));
      fresh.on('open', () => resolve(fresh));
      fresh.on('error', reject);
      fresh.on('message', data => read(data as Buffer, origin));
      fresh.on('close', () => {
        reject(new Error('closed'));
        if (socket !== fresh) return;
        socket = undefined;
        for (const each of waiting.values()) each.reject(new Error('closed'));
        waiting.clear();
      });
    });
  };
  const read = (data: Buffer, origin: string): void => {
    for (const message of JSON.parse(data.toString('utf8')) as BayeuxMessage[]) {
      if (message.data !== undefined) onEvent(message, origin);
      else {
        waiting.get(message.id ?? '')?.resolve(message);
        waiting.delete(message.id ?? '');
      }
    }
  };
  return {
    connectionType: 'websocket',
    async exchange(message, timeoutMs) {
      const opened = await open();
      const id = String(message['id']);
      return new Promise((resolve, reject) => {
        // A silent connection is given up whole: what was sent on it is lost.
        const timer = setTimeout(() => opened.terminate(), timeoutMs);
        waiting.set(id, {
          resolve: reply => (clearTimeout(timer), resolve(reply)),
          reject: error => (clearTimeout(timer), reject(error)),
        });
        opened.send(JSON.stringify([message]));
      });
    },
    close() {
      socket?.terminate();
    },
  };
}
