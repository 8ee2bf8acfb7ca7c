import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/** What one request brought; `status` 0: the connection failed. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

const keepAlive = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 2_000, keepAliveMsecs: 30_000 });

/** The cookies of one browser; our own follow no paths but `/`. */
export class Cookies {
  readonly #values = new Map<string, string>();

  take(lines: readonly string[] | undefined): void {
    for (const line of lines ?? []) {
      const pair = line.split(';', 1)[0] ?? '';
      const at = pair.indexOf('=');
      if (at > 0) this.#values.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  toString(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

/** One request over a kept connection. A kept connection that the server has closed meanwhile is not the request's fault: it is sent again, as browsers do. */
export async function send(
  url: string,
  options: { method: string; cookies: Cookies; headers?: Readonly<Record<string, string>>; body?: string; timeoutMs: number },
): Promise<Answer> {
  for (;;) {
    const { answer, stale } = await sendOnce(url, options);
    if (!stale) {
      options.cookies.take(answer.headers['set-cookie']);
      return answer;
    }
  }
}

function sendOnce(url: string, options: Parameters<typeof send>[1]): Promise<{ answer: Answer; stale: boolean }> {
  const { method, cookies, body = '', timeoutMs } = options;
  const cookie = cookies.toString();
  return new Promise(resolve => {
    const request = httpRequest(url, {
      method,
      agent: keepAlive,
      headers: {
        'content-type': 'application/json;charset=UTF-8',
        ...(method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        ...(cookie === '' ? {} : { cookie }),
        ...options.headers,
      },
    });
    const timer = setTimeout(() => request.destroy(new Error('ETIMEDOUT')), timeoutMs);
    const fail = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      const text = error.code ?? error.message;
      resolve({ answer: { status: 0, text, headers: {} }, stale: request.reusedSocket && (text === 'ECONNRESET' || text === 'EPIPE') });
    };
    request.on('error', fail);
    request.on('response', response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ answer: { status: response.statusCode ?? 0, text, headers: response.headers }, stale: false });
      });
    });
    request.end(method === 'GET' ? undefined : body);
  });
}
