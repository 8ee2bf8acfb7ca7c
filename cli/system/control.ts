import { randomHex } from '@handover/shared/ids';
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandFailure, NotApplicable, UsageError } from '../options.ts';
import type { SystemState } from '../state/index.ts';

/** What `up` does when a `handover` command asks it to: the words of the command, the answer as JSON. */
export type ControlHandler = (action: string, words: string[]) => Promise<Record<string, unknown>>;
export interface Control {
  readonly url: string;
  readonly token: string;
  /** Until it is called every request is refused: the system is starting. */
  serve(handler: ControlHandler): void;
  close(): void;
}

const maxBodyBytes = 4_096;
const requestTimeoutMs = 90_000;

/** The door of a running `up`: HTTP on loopback, open to who can read the state file. */
export async function openControl(): Promise<Control> {
  const token = randomHex(24);
  let handler: ControlHandler | undefined;
  const server: Server = createServer((request, response) => void handle(request, response, token, () => handler));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url, token, serve: given => void (handler = given), close };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  handler: () => ControlHandler | undefined,
): Promise<void> {
  const answer = (status: number, body: Record<string, unknown>): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return answer(401, { error: 'unauthorized' });
  const serve = handler();
  if (serve === undefined) return answer(503, { error: 'the system is still starting' });
  try {
    const words = JSON.parse(await bodyOf(request)) as unknown;
    if (!Array.isArray(words) || !words.every(word => typeof word === 'string')) throw new UsageError('expected a list of words');
    answer(200, await serve((request.url ?? '/').slice(1), words));
  } catch (error) {
    answer(statusOf(error), { error: error instanceof Error ? error.message : String(error) });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request as AsyncIterable<Buffer>) {
    text += part.toString();
    if (text.length > maxBodyBytes) throw new UsageError('the request is too large');
  }
  return text;
}

const statusOf = (error: unknown): number =>
  error instanceof UsageError ? 400 : error instanceof NotApplicable ? 409 : error instanceof CommandFailure ? 422 : 500;

/** Asks a running `up`; its refusals come back as the errors they were there. */
export async function askControl(state: SystemState, action: string, words: readonly string[]): Promise<Record<string, unknown>> {
  let response: Response;
  try {
    response = await fetch(`${state.control.url}/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${state.control.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(words),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch (error) {
    throw new CommandFailure(`the running system does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
  const body = (await response.json()) as Record<string, unknown>;
  if (response.ok) return body;
  const text = typeof body['error'] === 'string' ? body['error'] : `HTTP ${response.status}`;
  if (response.status === 400) throw new UsageError(text);
  if (response.status === 409) throw new NotApplicable(text);
  throw new CommandFailure(text);
}
