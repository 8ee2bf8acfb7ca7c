import { Agent, request as httpRequest } from 'node:http';
import { workspaceCookie } from '@handover/shared/headers';
import { uuidv7 } from '@handover/shared/ids';
import type { createSealer } from '@handover/shared/seal';

const keepAlive = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 10_000 });
const againMs = 250;
const giveUpMs = 60_000;
const connectFailures = 3;

interface Message<Data> {
  readonly channel: string;
  readonly clientId?: string;
  readonly data?: Data;
}

/** What an agent does at the origin. */
export interface Part<Data> {
  /** Whose events she hears. */
  readonly channel: string;
  /** Commands that make her ready. */
  readonly ready: readonly string[];
  /** What an event says, each as `<call or interaction> <state or line>`. */
  readonly said: (data: Data) => readonly string[];
}

/** An agent who is logged in at the origin itself, without an edge: one parked poll, commands, and what she heard. */
export class OriginAgent<Data> {
  readonly dn: string;
  readonly user: string;
  readonly #url: string;
  readonly #part: Part<Data>;
  #cookie = '';
  #clientId = '';
  #ended = false;
  readonly #waiting = new Map<string, (atMs: number) => void>();
  readonly #seen = new Map<string, number>();

  constructor(number: number, url: string, part: Part<Data>) {
    this.dn = String(number > 999 ? 700_000 + number : 7_000 + number);
    this.user = `agent${number}`;
    this.#url = url;
    this.#part = part;
  }

  /** A sealed cookie instead of a sign-in; then channels, Ready, and the first poll. */
  async begin(sealer: ReturnType<typeof createSealer>): Promise<void> {
    const nowS = Math.floor(Date.now() / 1_000);
    const sealed = await sealer.seal(JSON.stringify([uuidv7(Date.now()), 'acme', this.user, nowS, nowS + 36_000]), 'web-session');
    this.#cookie = `${workspaceCookie}=${sealed}`;
    await this.command('/activate-channels', { agentId: this.dn, placeName: `Place_${this.dn}` });
    const shake = await this.#bayeux({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] });
    this.#clientId = shake[0]?.clientId ?? '';
    await this.#bayeux({ channel: '/meta/subscribe', clientId: this.#clientId, subscription: this.#part.channel });
    for (const path of this.#part.ready) await this.command(path, {});
    void this.#poll();
  }

  /** Sends a command until the origin takes it; answers the milliseconds of the attempt that was taken. */
  async command(path: string, data: Record<string, unknown>): Promise<number> {
    for (const giveUpAtMs = Date.now() + giveUpMs; ;) {
      const startedMs = performance.now();
      const { status, text } = await this.#send(`/workspace/v3${path}`, JSON.stringify({ data }));
      if (status === 200) return performance.now() - startedMs;
      if ((status > 0 && status < 500) || Date.now() > giveUpAtMs)
        throw new Error(`${this.user}: ${path}: HTTP ${status} ${text.slice(0, 200)}`);
      await new Promise(resolve => setTimeout(resolve, againMs));
    }
  }

  /** When (by `performance.now`) the agent heard this of the call or interaction; rejects after `timeoutMs`. */
  heard(id: string, what: string, timeoutMs: number): Promise<number> {
    const key = `${id} ${what}`;
    const atMs = this.#seen.get(key);
    if (atMs !== undefined) return Promise.resolve(atMs);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(key);
        reject(new Error(`${this.user}: no ${what} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.set(key, at => {
        clearTimeout(timer);
        resolve(at);
      });
    });
  }

  forget(id: string): void {
    for (const key of this.#seen.keys()) if (key.startsWith(id)) this.#seen.delete(key);
  }

  end(): void {
    this.#ended = true;
  }

  async #poll(): Promise<void> {
    const message = { channel: '/meta/connect', clientId: this.#clientId, connectionType: 'long-polling' };
    for (let failures = 0; !this.#ended && failures < connectFailures;) {
      try {
        for (const each of await this.#bayeux(message)) this.#hear(each);
        failures = 0;
      } catch {
        failures += 1;
      }
    }
  }

  #hear({ data }: Message<Data>): void {
    if (data === undefined) return;
    const atMs = performance.now();
    for (const key of this.#part.said(data)) {
      this.#seen.set(key, atMs);
      this.#waiting.get(key)?.(atMs);
      this.#waiting.delete(key);
    }
  }

  async #bayeux(message: Record<string, unknown>): Promise<Message<Data>[]> {
    const { status, text } = await this.#send('/workspace/v3/notifications/', JSON.stringify([message]));
    if (status !== 200) throw new Error(`${this.user}: HTTP ${status}`);
    return JSON.parse(text) as Message<Data>[];
  }

  #send(path: string, body: string): Promise<{ status: number; text: string }> {
    return new Promise(resolve => {
      const sent = httpRequest(this.#url + path, {
        method: 'POST',
        agent: keepAlive,
        headers: { cookie: this.#cookie, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      });
      sent.on('error', error => resolve({ status: 0, text: error.message }));
      sent.on('response', response => {
        const cookies = (response.headers['set-cookie'] ?? []).map(line => line.split(';', 1)[0] ?? '');
        if (cookies.length > 0) this.#cookie = [this.#cookie, ...cookies].join('; ');
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.end(body);
    });
  }
}
