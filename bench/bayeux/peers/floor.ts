import http from 'node:http';
import { listen } from './listen.ts';

// Not a server: the least that node:http can do for a long poll. No checks, no limits, no clocks.
interface Poll {
  parked: http.ServerResponse | undefined;
  id: string;
  events: string[];
}
interface Message {
  readonly channel: string;
  readonly id: string;
  readonly clientId: string;
  readonly subscription: string;
  readonly advice?: unknown;
  readonly data?: unknown;
}

const polls = new Map<string, Poll>();
const subscribers = new Map<string, Poll[]>();

function answer(response: http.ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function flush(poll: Poll): void {
  const { parked } = poll;
  if (parked === undefined || poll.events.length === 0) return;
  poll.parked = undefined;
  const body = `[${poll.events.join(',')},{"channel":"/meta/connect","id":"${poll.id}","successful":true}]`;
  poll.events = [];
  answer(parked, body);
}

function process(message: Message, response: http.ServerResponse): string | undefined {
  const { channel, id } = message;
  let more = '';
  if (channel === '/meta/handshake') {
    const clientId = `c${polls.size}`;
    polls.set(clientId, { parked: undefined, id: '', events: [] });
    more = `,"clientId":"${clientId}","version":"1.0","supportedConnectionTypes":["long-polling"]`;
  } else if (channel === '/meta/subscribe') {
    const poll = polls.get(message.clientId);
    const list = subscribers.get(message.subscription);
    if (poll !== undefined && list !== undefined) list.push(poll);
    else if (poll !== undefined) subscribers.set(message.subscription, [poll]);
  } else if (channel === '/meta/connect') {
    const poll = polls.get(message.clientId);
    if (poll !== undefined && message.advice === undefined) {
      poll.parked = response;
      poll.id = id;
      flush(poll);
      return undefined;
    }
  } else if (channel !== '/meta/disconnect') {
    const event = JSON.stringify({ channel, data: message.data });
    for (const poll of subscribers.get(channel) ?? []) {
      poll.events.push(event);
      flush(poll);
    }
  }
  return `{"channel":"${channel}","id":"${id}","successful":true${more}}`;
}

listen(
  http.createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const replies = (JSON.parse(text) as Message[]).map(message => process(message, response)).filter(reply => reply !== undefined);
      if (replies.length > 0) answer(response, `[${replies.join(',')}]`);
    });
  }),
);
