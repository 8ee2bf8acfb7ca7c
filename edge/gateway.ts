import { AppError } from '@handover/shared/errors';
import { requestIdFrom } from '@handover/shared/ids';
import { routeOf } from '@handover/shared/routes';
import { readEdgeConfig, type EdgeConfig, type Env } from './config.ts';
import { addressOf } from './address.ts';
import { callerOf, gate, preflight } from './cors.ts';
import { errorResponse } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward/index.ts';
import { createHealth } from './health/index.ts';
import { createSlots } from './limits/index.ts';
import { withLearned } from './learned-origins.ts';
import { edgeLogger } from './log.ts';
import { administer, healthReport, isAdmin, own, servePages } from './own/index.ts';

const configs = new WeakMap<Env, EdgeConfig>();

/** One request from its arrival to its answer: origin rules, then our own pages and endpoints, then the regions. Never throws. */
export async function handle(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const startedMs = Date.now();
  const { method, headers } = request;
  const url = addressOf(request.url);
  const requestId = requestIdFrom(headers.get('x-request-id'));
  let exchange: Exchange | undefined;
  try {
    const config = configOf(env);
    const route = routeOf(method, url.pathname);
    const health = createHealth(env, request);
    const pageOrigin = headers.get('origin');
    const first = callerOf(pageOrigin, url, config);
    const caller = first.kind === 'foreign' ? await withLearned(first, pageOrigin, config, health, ctx) : first;
    exchange = { request, method, headers, url, route, requestId, caller, config, env, ctx, health, slots: createSlots(), startedMs };
    const response = await answer(exchange);
    report(exchange, response);
    return response;
  } catch (error) {
    const known = error instanceof AppError ? error : new AppError('internal.fault', { cause: error });
    if (known.code === 'internal.fault') edgeLogger('error').error('request failed', { requestId, detail: String(error) });
    return own(exchange ?? { requestId, caller: { kind: 'none' }, startedMs }, errorResponse(known, requestId));
  }
}

async function answer(exchange: Exchange): Promise<Response> {
  const { method, headers, url, route, caller } = exchange;
  if (method === 'OPTIONS') return own(exchange, preflight(headers, caller));
  gate(method, headers, caller);
  switch (route.service) {
    case 'ui':
    case 'root':
      return own(exchange, await servePages(exchange));
    case 'health':
      return own(exchange, await healthReport(exchange));
    case 'admin':
      return isAdmin(url.pathname) ? own(exchange, await administer(exchange)) : forward(exchange);
    default:
      return forward(exchange);
  }
}

function configOf(env: Env): EdgeConfig {
  const known = configs.get(env);
  if (known !== undefined) return known;
  const read = readEdgeConfig(env);
  configs.set(env, read);
  return read;
}

/** Errors are all logged, the rest only when asked for. */
function report({ config, method, url, route, requestId, startedMs }: Exchange, response: Response): void {
  const level = response.status >= 500 ? 'warn' : 'debug';
  if (level === 'debug' && config.logLevel !== 'debug') return;
  const fields = {
    requestId,
    method,
    path: url.pathname,
    service: route.service,
    status: response.status,
    ms: Date.now() - startedMs,
  };
  edgeLogger(config.logLevel)[level]('request', { ...fields, region: response.headers.get('x-handover-region') });
}
