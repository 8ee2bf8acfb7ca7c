import { getRequestListener } from '@hono/node-server';
import { Hono, type Env } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { callOf, type Call } from './call.ts';

/** Everything that is bound to a request by the HTTP adapter. */
interface Bindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

/** Serves a service's routes below `prefix`, with the request's context in the variable `request`. */
export function serveApp<E extends Env>(prefix: string, app: Hono<E>): (call: Call) => Promise<void> {
  const root = new Hono<{ Bindings: Bindings; Variables: { request: Call['context'] } }>();
  root.use(async (c, next) => {
    const call = callOf(c.env.incoming);
    if (call !== undefined) c.set('request', call.context);
    await next();
  });
  root.route(prefix, app as unknown as Hono);
  const listener = getRequestListener((request, env) => root.fetch(request, env), { overrideGlobalObjects: false });
  return async call => void (await listener(call.request, call.response));
}
