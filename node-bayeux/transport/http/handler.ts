import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core, Refusal } from '../../core.ts';
import { messagesFromText, messagesFromValue, type BodyRefusal } from '../../protocol/codec.ts';
import type { BayeuxMessage } from '../../protocol/message.ts';
import { processRequest } from '../../request/process.ts';
import { bodyKind, messageFields, readBody } from './body.ts';
import { isCallbackName } from './callback.ts';
import { HttpExchange } from './http-exchange.ts';
import { allowOrigin, answerPreflight, judgeOrigin } from './origin.ts';

/** A request whose body a framework has read already; `body` may also hang on the request itself. */
export interface HandleOptions {
  /** The body: parsed JSON, its text, or its bytes. */
  readonly body?: unknown;
}

/** Takes one HTTP request, on whatever path the application mounts it. */
export function handleHttp(core: Core, request: IncomingMessage, response: ServerResponse, given: HandleOptions): void {
  const { origin } = request.headers;
  if (origin !== undefined) {
    const verdict = judgeOrigin(core.options, request);
    // A foreign page can send a body of unnamed type without a preflight: only a named JSON body proves that it had one.
    if (verdict === 'refused' && (core.options.allowedOrigins !== undefined || request.headers['content-type'] === undefined)) {
      end(core, response, 403, 'origin_refused');
      return;
    }
    if (verdict === 'allowed') allowOrigin(request, response);
    if (request.method === 'OPTIONS' && verdict !== 'refused') {
      answerPreflight(request, response);
      return;
    }
  }
  if (core.closed) end(core, response, 503, 'draining');
  else if (request.method === 'POST') handlePost(core, request, response, given);
  else if (request.method === 'GET') handleGet(core, request, response);
  else end(core, response, 400, 'method_not_allowed');
}

function handlePost(core: Core, request: IncomingMessage, response: ServerResponse, given: HandleOptions): void {
  if (!core.options.transports.includes('long-polling')) {
    end(core, response, 400, 'transport_disabled');
    return;
  }
  const body = given.body ?? (request as IncomingMessage & { body?: unknown }).body;
  if (body !== undefined) {
    run(core, new HttpExchange(core, request, response), response, messagesFromGiven(core, body));
    return;
  }
  const kind = bodyKind(request.headers['content-type']);
  // Bodies that browsers send to any site without asking are read only where the application allows it.
  if (kind === 'other' || (kind === 'form' && !core.options.formBodies)) {
    end(core, response, 415, 'content_type_unsupported');
    return;
  }
  readBody(request, core.options.maxBodyBytes, outcome => {
    if ('text' in outcome) {
      const messages =
        kind === 'json' ? messagesFromText(outcome.text, core.options) : messagesFromFields(core, messageFields(outcome.text));
      run(core, new HttpExchange(core, request, response), response, messages);
    } else {
      // The rest of the body is not read: the connection cannot be used again.
      response.setHeader('Connection', 'close');
      end(core, response, 413, outcome.refusal);
    }
  });
}

function handleGet(core: Core, request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request;
  const query = url.indexOf('?');
  const fields = query < 0 || url.length > core.options.maxBodyBytes ? undefined : new URLSearchParams(url.slice(query + 1));
  const messages = fields?.getAll('message') ?? [];
  if (fields === undefined || messages.length === 0) {
    end(core, response, 400, 'method_not_allowed');
    return;
  }
  if (!core.options.transports.includes('callback-polling')) {
    end(core, response, 400, 'transport_disabled');
    return;
  }
  const callback = fields.get('jsonp') ?? 'jsonpcallback';
  if (!isCallbackName(callback, core.options.callbackParameterMaxLength)) {
    end(core, response, 400, 'callback_invalid');
    return;
  }
  run(core, new HttpExchange(core, request, response, callback), response, messagesFromFields(core, messages));
}

function messagesFromGiven(core: Core, body: unknown): BayeuxMessage[] | BodyRefusal {
  if (typeof body === 'string') return messagesFromText(body, core.options);
  if (body instanceof Uint8Array) return messagesFromText(Buffer.from(body).toString('utf8'), core.options);
  return messagesFromValue(body, core.options);
}

function messagesFromFields(core: Core, fields: readonly string[]): BayeuxMessage[] | BodyRefusal {
  if (fields.length === 0) return 'not_messages';
  const all: BayeuxMessage[] = [];
  for (const field of fields) {
    const messages = messagesFromText(field, core.options);
    if (typeof messages === 'string') return messages;
    all.push(...messages);
    if (all.length > core.options.maxMessagesPerRequest) return 'too_many_messages';
  }
  return all;
}

function run(core: Core, exchange: HttpExchange, response: ServerResponse, messages: BayeuxMessage[] | BodyRefusal): void {
  if (typeof messages === 'string') {
    end(core, response, messages === 'too_many_messages' ? 413 : 400, messages);
    return;
  }
  processRequest(core, exchange, messages)?.catch((error: unknown) => {
    core.fault(error, 'request');
    exchange.refuse(500);
  });
}

function end(core: Core, response: ServerResponse, status: number, reason: Refusal): void {
  core.refused(reason);
  if (response.headersSent) return;
  response.writeHead(status, { 'Content-Length': 0, 'Cache-Control': 'no-store' });
  response.end();
}
