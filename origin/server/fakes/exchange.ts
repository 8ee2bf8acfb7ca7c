import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Call } from '../call.ts';

export interface FakeExchange {
  call: Call;
  status(): number;
  header(name: string): string | undefined;
  body(): unknown;
}

/** A request and its response without a connection. */
export function createExchange(
  given: { method?: string; path?: string; headers?: Record<string, string>; forwarded?: boolean; excludedNodes?: string[] } = {},
): FakeExchange {
  const request = new IncomingMessage(new Socket());
  request.method = given.method ?? 'POST';
  request.url = given.path ?? '/workspace/v3/voice/ready';
  request.headers = given.headers ?? {};
  const response = new ServerResponse(request);
  let body = '';
  response.end = ((chunk?: unknown) => {
    if (typeof chunk === 'string') body += chunk;
    return response;
  }) as typeof response.end;
  const written = new Map<string, string>();
  const writeHead = response.writeHead.bind(response);
  response.writeHead = ((status: number, headers: Record<string, string | number> = {}) => {
    for (const [name, value] of Object.entries(headers)) written.set(name.toLowerCase(), String(value));
    return writeHead(status);
  }) as typeof response.writeHead;
  return {
    call: {
      request,
      response,
      path: request.url.split('?')[0] ?? '/',
      context: { requestId: 'request-1', stampMs: 1_000, excludedNodes: given.excludedNodes ?? [] },
      forwarded: given.forwarded ?? false,
    },
    status: () => response.statusCode,
    header: name => written.get(name) ?? response.getHeader(name)?.toString(),
    body: () => (body === '' ? undefined : (JSON.parse(body) as unknown)),
  };
}
