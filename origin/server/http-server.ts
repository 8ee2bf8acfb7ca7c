import { AppError } from '@handover/shared/errors';
import { createAttemptReader } from '@handover/shared/attempt';
import { headers } from '@handover/shared/headers';
import type { Logger } from '@handover/shared/log';
import type { Signer } from '@handover/shared/pin';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AgentSessionKey } from '../contracts/ownership.ts';
import { answerError, answerJson, refusedHeader } from './answer.ts';
import type { Gate } from './gate.ts';
import { pipeUpgrade, refuseUpgrade } from './upgrade.ts';
import { rememberCall, type Call } from './call.ts';
import { requestContextFrom } from './context.ts';
import { isForeign } from './origin-check.ts';

/** A part of the URL space. The longest prefix wins; `owner` makes its requests pass the gate. */
export interface Mount {
  readonly prefix: string;
  serve(call: Call): void | Promise<void>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The agent session that the request belongs to, with `fresh` when it may begin one; undefined: nobody's, any node serves it. */
  owner?(request: IncomingMessage): Promise<{ key: AgentSessionKey; fresh: boolean } | undefined>;
}

export interface HttpServerOptions {
  mounts: readonly Mount[];
  gate: Gate;
  signer: Signer;
  allowedOrigins: ReadonlySet<string>;
  node: { id: string; region: string };
  state: () => 'up' | 'draining';
  log: Logger;
}

/** The HTTP server of one node: says who it is, knows each request's attempt, refuses foreign pages, and hands the rest to its mounts. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { log, node } = options;
  const readAttempt = createAttemptReader(options.signer);
  const mounts = [...options.mounts].sort((a, b) => b.prefix.length - a.prefix.length);
  const mountOf = (path: string): Mount | undefined =>
    mounts.find(mount => path === mount.prefix || path.startsWith(mount.prefix.endsWith('/') ? mount.prefix : `${mount.prefix}/`));

  const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 20_000, requestTimeout: 60_000, maxHeaderSize: 32_768 });
  server.on('request', (request, response) => void serve(request, response));
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head));
  return server;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (path === '/health') return answerJson(response, 200, { region: node.region, node: node.id, state: options.state() });
    const context = await requestContextFrom(request, readAttempt, Date.now());
    const call: Call = { request, response, path, context, forwarded: request.headers[headers.forwarded] !== undefined };
    rememberCall(call);
    response.setHeader(headers.requestId, context.requestId);
    response.setHeader(headers.region, node.region);
    response.setHeader(headers.node, node.id);
    try {
      const mount = mountOf(path);
      if (mount === undefined) throw new AppError('request.not-found');
      if (isForeign(request, options.allowedOrigins)) throw new AppError('origin.forbidden');
      const owner = await mount.owner?.(request);
      if (owner !== undefined && (await options.gate.pass(call, owner.key, owner.fresh)) === 'answered') return;
      await mount.serve(call);
    } catch (error) {
      if (!(error instanceof AppError)) log.error('request failed', { requestId: context.requestId, path, error: faultText(error) });
      answerError(response, error, context.requestId);
    }
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    try {
      const mount = mountOf(pathOf(request));
      if (mount?.upgrade === undefined) return refuseUpgrade(socket, 404);
      if (isForeign(request, options.allowedOrigins, true)) return refuseUpgrade(socket, 403);
      const context = await requestContextFrom(request, readAttempt, Date.now());
      const owner = await mount.owner?.(request);
      if (owner === undefined) return mount.upgrade(request, socket, head);
      const verdict = await options.gate.judge(context, owner.key, owner.fresh, request.headers[headers.forwarded] !== undefined);
      switch (verdict.kind) {
        case 'here':
          return mount.upgrade(request, socket, head);
        case 'forward':
          return pipeUpgrade(request, socket, head, verdict.url);
        case 'elsewhere':
          return refuseUpgrade(socket, 421, { [headers.replay]: verdict.region });
        case 'refused':
          return refuseUpgrade(socket, verdict.status, verdict.status === 503 ? { [refusedHeader]: verdict.code } : {});
      }
    } catch (error) {
      log.error('upgrade failed', { error: faultText(error) });
      refuseUpgrade(socket, 500);
    }
  }
}

const pathOf = (request: IncomingMessage): string => {
  const url = request.url ?? '/';
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
};

const faultText = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
