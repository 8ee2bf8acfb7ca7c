import { AppError } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import type { Logger } from '@handover/shared/log';
import { routeOf } from '@handover/shared/routes';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { answerError, refusedHeader } from './answer.ts';
import { keepBody } from './body.ts';
import type { Call } from './call.ts';
import type { PeerWatch } from './peers.ts';

/**
 * `answered`: the client has its answer. `refused`: nobody listens there, so the node is over. `declined`: it is not the owner any more, and executed
 * nothing. `silent`, `lost`: no answer; for a request that may not be repeated the client was told so, and the outcome is `answered`.
 */
export type ForwardOutcome = 'answered' | 'refused' | 'declined' | 'silent' | 'lost' | 'unknown-node';

export interface Forwarder {
  /** Sends the request to a node of this region. */
  forward(call: Call, node: string): Promise<ForwardOutcome>;
  close(): void;
}

export interface ForwarderOptions {
  urlOf: (node: string) => string | undefined;
  peers: PeerWatch;
  log: Logger;
  /** How long the owner may take to its first header; for polls, and for what may not be repeated, its health is watched instead. */
  headerWaitMs: number;
  maxBodyBytes: number;
}

const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
]);

/** Forwards inside a region over kept-alive connections: at most one hop, marked by a header. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const agent = new Agent({ keepAlive: true, maxSockets: 20_000, maxFreeSockets: 64 });
  return {
    async forward(call, node) {
      const url = options.urlOf(node);
      if (url === undefined) return 'unknown-node';
      const body = await keepBody(call.request, options.maxBodyBytes);
      const outcome = await send(call, node, new URL(url), body);
      const maybeExecuted = outcome === 'lost' || outcome === 'silent';
      if (maybeExecuted && routeOf(call.request.method ?? 'GET', call.path).resend === 'once') {
        answerError(call.response, new AppError('outcome.unknown'), call.context.requestId);
        return 'answered';
      }
      return outcome;
    },
    close: () => agent.destroy(),
  };

  function send(call: Call, node: string, url: URL, body: Buffer): Promise<ForwardOutcome> {
    return new Promise(resolve => {
      const { timeout, resend } = routeOf(call.request.method ?? 'GET', call.path);
      // Leaving a request that may not be repeated answers nobody: an owner that is only slow is waited for, as long as it lives.
      const patient = timeout === 'poll' || resend === 'once';
      const outgoing = httpRequest({
        agent,
        host: url.hostname,
        port: url.port,
        method: call.request.method,
        path: call.request.url,
        headers: {
          ...endToEnd(call.request),
          [headers.forwarded]: '1',
          [headers.requestId]: call.context.requestId,
          'content-length': body.length,
        },
      });
      let settled = false;
      const settle = (outcome: ForwardOutcome): void => {
        if (settled) return;
        settled = true;
        stopWatching();
        if (outcome !== 'answered') outgoing.destroy();
        resolve(outcome);
      };
      const silent = (): void => settle('silent');
      const stopWatching = patient ? options.peers.watch(node, silent) : after(options.headerWaitMs, silent);
      outgoing.on('response', incoming => {
        if (settled) return incoming.destroy();
        // The owner is not the owner any more. Other refusals, e.g. of a silent switch, are its answer.
        const refusal = incoming.headers[refusedHeader];
        if (incoming.statusCode === 503 && typeof refusal === 'string' && refusal.startsWith('ownership.')) {
          incoming.resume();
          return settle('declined');
        }
        copyHead(incoming, call);
        settle('answered');
        incoming.pipe(call.response);
        incoming.on('error', () => call.response.destroy());
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED' ? 'refused' : 'lost'));
      call.response.on('close', () => {
        if (!call.response.writableFinished) outgoing.destroy();
      });
      outgoing.end(body);
    });
  }
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function endToEnd(request: IncomingMessage): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined && !hopByHop.has(name)) result[name] = value;
  return result;
}

function copyHead(incoming: IncomingMessage, call: Call): void {
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined && !hopByHop.has(name)) call.response.setHeader(name, value);
  call.response.writeHead(incoming.statusCode ?? 502);
}
