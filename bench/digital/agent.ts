import { Agent, request as httpRequest } from 'node:http';
import type { InteractionStateChangedWire, MessageLogUpdatedWire } from '@handover/shared/api/workspace';
import { workspaceCookie } from '@handover/shared/headers';
import { uuidv7 } from '@handover/shared/ids';
import type { createSealer } from '@handover/shared/seal';

const keepAlive = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 10_000 });
const againMs = 250;
const giveUpMs = 60_000;
const connectFailures = 3;

interface Message {
  readonly channel: string;
  readonly clientId?: string;
  readonly data?: InteractionStateChangedWire | MessageLogUpdatedWire;
}

/** What the lines of all agents have shown since it was last emptied. */
export interface LineTimes {
  lines: number;
  /** From the Interaction Server's stamp to the client; whole milliseconds, as both clocks are this machine's. */
  readonly latencyMs: number[];
}

/** An agent who is logged in for calls and media at the origin itself, without an edge: one parked poll, commands, and what she heard. */
export class WritingAgent {
  readonly dn: string;
  readonly user: string;
  readonly #url: string;
  readonly #times: LineTimes;
  #cookie = '';
  #clientId = '';
  #ended = false;
  /** Keys: `<interaction> <state>` and `<interaction> <text of a line>`. */
  readonly #waiting = new Map<string, () => void>();
  readonly #seen = new Set<string>();

  constructor(number: number, url: string, times: LineTimes) {
    this.dn = String(number > 999 ? 700_000 + number : 7_000 + number);
    this.user = `agent${number}`;
    this.#url = url;
    this.#times = times;
  }

  /** A sealed cookie instead of a sign-in; then channels, Ready for everything, and the first poll. */
  async begin(sealer: ReturnType<typeof createSealer>): Promise<void> {
    const nowS = Math.floor(Date.now() / 1_000);
    const sealed = await sealer.seal(JSON.stringify([uuidv7(Date.now()), 'acme', this.user, nowS, nowS + 36_000]), 'web-session');
    this.#cookie = `${workspaceCookie}=${sealed}`;
    await this.command('/activate-channels', { agentId: this.dn, placeName: `Place_${this.dn}` });
    const shake = await this.#bayeux({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] });
    this.#clientId = shake[0]?.clientId ?? '';
    await this.#bayeux({ channel: '/meta/subscribe', clientId: this.#clientId, subscription: '/workspace/v3/media/chat' });
    await this.command('/voice/ready', {});
    await this.command('/media/ready', {});
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

  /** Resolves when the agent has heard a state or a line of the interaction; rejects after `timeoutMs`. */
  heard(interaction: string, what: string, timeoutMs: number): Promise<void> {
    const key = `${interaction} ${what}`;
    if (this.#seen.has(key)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(key);
        reject(new Error(`${this.user}: no ${what} within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.set(key, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  forget(interaction: string): void {
    for (const key of this.#seen) if (key.startsWith(interaction)) this.#seen.delete(key);
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

  #hear({ data }: Message): void {
    if (data?.messageType === 'InteractionStateChanged') this.#mark(`${data.interaction.id} ${data.interaction.state}`);
    if (data?.messageType !== 'MessageLogUpdated') return;
    const nowMs = Date.now();
    for (const { text, timestamp } of data.messages) {
      this.#times.lines += 1;
      this.#times.latencyMs.push(Math.max(0, nowMs - Date.parse(timestamp)));
      this.#mark(`${data.interactionId} ${text}`);
    }
  }

  #mark(key: string): void {
    this.#seen.add(key);
    this.#waiting.get(key)?.();
    this.#waiting.delete(key);
  }

  async #bayeux(message: Record<string, unknown>): Promise<Message[]> {
    const { status, text } = await this.#send('/workspace/v3/notifications/', JSON.stringify([message]));
    if (status !== 200) throw new Error(`${this.user}: HTTP ${status}`);
    return JSON.parse(text) as Message[];
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
