import { AppError, type ErrorCode } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import { errorResponse } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { own } from '../own/answer.ts';
import { nextPin, pinCookies } from '../pin/index.ts';
import type { Choice } from '../route.ts';
import { handshakeAnswer } from './bayeux.ts';
import type { Outcome } from './decide.ts';
import { inbound } from './headers.ts';
import type { Passage } from './passage.ts';
import { relay } from './socket.ts';

/** Passes an origin's answer on: rebuilt, so that a body cut short ends as a reset and not as a whole one; pinned to who answered. */
export async function pass(passage: Passage, choice: Choice, response: Response, originMs: number): Promise<Response> {
  const { exchange, found } = passage;
  const epoch = epochOf(response);
  const node = response.headers.get(headers.node) ?? choice.origin.node;
  const cookies = await repin(passage, choice, { region: choice.region.name, node, epoch });
  // Its own is there already.
  const pinned = epoch === undefined ? found.pin?.epoch : undefined;
  const facts = { region: choice.region.name, epoch: pinned, originMs, panic: choice.panic, cookies };
  const { webSocket } = response;
  const answer =
    webSocket === null
      ? new Response(response.body, response)
      : new Response(null, { status: 101, webSocket: relay(passage, choice, webSocket), headers: response.headers });
  inbound(answer.headers, exchange, facts);
  return answer;
}

function epochOf(response: Response): number | undefined {
  const text = response.headers.get(headers.epoch);
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}

interface Served {
  region: string;
  node: string;
  epoch: number | undefined;
}

async function repin({ exchange, found }: Passage, choice: Choice, served: Served): Promise<string[]> {
  if (exchange.route.policy !== 'sticky') return [];
  // A code went to the region that holds it; that moves no session which is somewhere else.
  if (choice.why === 'code' && served.epoch === undefined && (found.pin?.epoch ?? 0) > 0) return [];
  const pin = nextPin(found.pin, served, Date.now());
  return pin === undefined ? [] : cookiesOf(exchange, pin, found.twins);
}

const cookiesOf = (exchange: Exchange, pin: Parameters<typeof pinCookies>[1], twins: boolean): Promise<string[]> =>
  pinCookies(exchange.config.signer, pin, { secure: exchange.url.protocol === 'https:', twins });

/** Nobody can serve: a Bayeux client is told in its own words, everybody else gets the code. */
export function nobody({ exchange, body }: Passage, code: ErrorCode): Response {
  const bayeux =
    exchange.route.timeout === 'poll' ? handshakeAnswer(body.kind === 'bytes' ? body.bytes : undefined, Math.random()) : undefined;
  return own(exchange, bayeux ?? errorResponse(new AppError(code), exchange.requestId));
}

const tooLargeToMove = 'Another region serves this session, and the body is too large to be sent again; please repeat the request.';

/** The request ended without an answer of an origin. After a 421 that could not be followed, the pin is right for the client's next try. */
export async function failed(passage: Passage, choice: Choice, code: ErrorCode, outcome: Outcome): Promise<Response> {
  const { exchange, found } = passage;
  const unfollowed = outcome.kind === 'misdirected' && passage.body.kind === 'stream';
  const error = unfollowed ? new AppError(code, { text: tooLargeToMove }) : new AppError(code);
  const answer = own(exchange, errorResponse(error, exchange.requestId), choice.region.name);
  const known = outcome.kind === 'misdirected' && exchange.config.registry.regions.some(region => region.name === outcome.region);
  if (outcome.kind !== 'misdirected' || !known || exchange.route.policy !== 'sticky') return answer;
  const pin = nextPin(found.pin, { region: outcome.region, node: '', epoch: undefined }, Date.now());
  if (pin !== undefined) for (const line of await cookiesOf(exchange, pin, found.twins)) answer.headers.append('set-cookie', line);
  return answer;
}
