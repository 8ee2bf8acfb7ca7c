import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CurrentSessionWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import { headers as names } from '@handover/shared/headers';
import { BayeuxClient } from './bayeux.ts';
import { Board } from './board.ts';
import { DigitalView, type DigitalMessage } from './digital-view.ts';
import { Cookies, send, type Answer } from './http.ts';
import type { Ledger } from './ledger.ts';
import type { AgentTruth, Transport, Work } from './types.ts';
import { View } from './view.ts';
import { createLongPolling, createWebSocketWay } from './ways.ts';

/** Client time-out of a REST call: the vendor's client waits 60 s. */
const requestTimeoutMs = 60_000;
const eventTimeoutMs = 20_000;
/** After an error a person tries again. */
const personMs = 500;
const giveUpMs = 60_000;
const maxTries = 10;

interface Body {
  status?: { code: number };
  data?: unknown;
  errors?: { code: string }[];
}

/** What an agent was told: of calls, or of digital work. */
interface Told {
  own(operationId: string): void;
  refused?(operationId: string): string | undefined;
  until(shown: () => boolean, timeoutMs: number): Promise<boolean>;
  summary(): string;
}

const digitalChannels = ['/workspace/v3/media', '/workspace/v3/media/*'];

/** A working agent: signed in once, then commands, one at a time, each with the event that must follow. */
export class FloorAgent {
  readonly user: string;
  readonly dn: string;
  readonly view: View;
  /** What she was told of digital work. */
  readonly desk: DigitalView;
  firstActionMs: number | undefined;
  firstEventMs: number | undefined;
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #transport: Transport;
  readonly #work: Work;
  #board: Board | undefined;
  readonly #cookies = new Cookies();
  readonly #bayeux: BayeuxClient;
  #turn: Promise<unknown> = Promise.resolve();
  #signedIn = false;
  #eventOrigin = '';
  #region = '';
  #faultAtMs: number | undefined;
  #elsewhere: { region: string; eventOrigin: string } | undefined;

  constructor(number: number, url: string, { transport, work }: { transport: Transport; work: Work }, ledger: Ledger) {
    this.user = `agent${number}`;
    this.dn = String(number > 999 ? 700_000 + number : 7_000 + number);
    this.#url = url;
    this.#ledger = ledger;
    this.#transport = transport;
    this.#work = work;
    this.view = new View(this.user, ledger);
    this.desk = new DigitalView(this.user, ledger);
    const create = transport === 'websocket' ? createWebSocketWay : createLongPolling;
    const way = create(url, this.#cookies, (message, origin) => {
      this.#noteEvent(origin);
      if (message.channel === '/workspace/v3/voice') this.view.take(message.data as VoiceMessageWire);
      else if (message.channel.startsWith('/workspace/v3/media')) this.desk.take(message.data as DigitalMessage);
    });
    const channels = ['/workspace/v3/initialization', '/workspace/v3/voice'];
    this.#bayeux = new BayeuxClient(way, work === 'voice' ? channels : [...channels, ...digitalChannels]);
  }

  get rehandshakes(): number {
    return this.#bayeux.rehandshakes + (this.#board?.rehandshakes ?? 0);
  }

  /** Token, initialise, handshake, channels, ready; with digital work the media too, and the own statistics. */
  async signIn(): Promise<void> {
    if (this.#signedIn) this.#ledger.signIns += 1;
    this.#signedIn = true;
    const form = new URLSearchParams({
      grant_type: 'password',
      username: this.user,
      password: this.user,
      client_id: 'external_api_client',
      scope: '*',
    });
    const basic = Buffer.from('external_api_client:secret').toString('base64');
    const token = await this.#must('POST', '/auth/v3/oauth/token', form.toString(), {
      authorization: `Basic ${basic}`,
      'content-type': 'application/x-www-form-urlencoded',
    });
    const { access_token } = JSON.parse(token.text) as { access_token: string };
    await this.#must('POST', '/workspace/v3/initialize-workspace', '', { authorization: `Bearer ${access_token}` });
    await this.#bayeux.start();
    const channels = JSON.stringify({ data: { agentId: this.dn, placeName: `Place_${this.dn}` } });
    await this.#must('POST', '/workspace/v3/activate-channels', channels);
    await this.#must('POST', '/workspace/v3/voice/ready', '{}');
    if (!(await this.view.until(() => this.view.agentState === 'Ready', eventTimeoutMs))) throw new Error(`${this.user}: never Ready`);
    if (this.#work === 'voice') return;
    const ready = (): boolean => ['chat', 'email', 'workitem'].every(medium => this.desk.media.get(medium) === 'Ready');
    if (!(await this.work('/media/ready', {}, ready))) throw new Error(`${this.user}: never ready for media; ${this.desk.summary()}`);
    this.#board = new Board(this.#url, this.#transport, access_token);
    await this.#board.start(this.dn);
  }

  leave(): void {
    this.#bayeux.stop();
    this.#board?.stop();
  }

  /** From now on: what comes first? `elsewhere`: only what somebody else serves counts. */
  fault(atMs: number, elsewhere: boolean): void {
    this.#faultAtMs = atMs;
    this.#elsewhere = elsewhere ? { region: this.#region, eventOrigin: this.#eventOrigin } : undefined;
  }

  /** Gives a command and waits for the event that must follow. False: refused for good, or the event was lost; the view is right again. */
  act(path: string, data: Record<string, unknown>, shown: () => boolean): Promise<boolean> {
    const turn = this.#turn.then(() => this.#act(this.view, path, data, shown));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The same in digital work, which does not wait for the calls. `done`: whether it was carried out, asked when that is unknown. */
  work(path: string, data: Record<string, unknown>, shown: () => boolean, done?: () => Promise<boolean>): Promise<boolean> {
    return this.#act(this.desk, path, data, shown, done);
  }

  /** An event of digital work that must follow what somebody else did. */
  async expectWork(what: string, shown: () => boolean): Promise<boolean> {
    if (await this.desk.until(shown, eventTimeoutMs)) return true;
    this.#ledger.lose(`${this.user}: ${what}; ${this.desk.summary()}`);
    await this.#look();
    return shown();
  }

  /** The lines of a chat as its server has them; undefined when it is not ours any more. */
  async transcript(path: string): Promise<{ index: number; text: string }[] | undefined> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const answer = await this.#request('GET', `/workspace/v3${path}/messages`, '');
      if (answer.status === 200)
        return ((JSON.parse(answer.text) as Body).data as { messages: { index: number; text: string }[] }).messages;
      if (answer.status === 404) return undefined;
      this.#ledger.failed(`${answer.status} ${codeOf(answer)}`, `${this.user}: ${path}/messages`);
      await sleep(personMs);
    }
    return undefined;
  }

  async transcriptHas(path: string, text: string): Promise<boolean> {
    return (await this.transcript(path))?.some(line => line.text === text) === true;
  }

  /** An event that must follow what somebody else did. */
  async expect(what: string, shown: () => boolean): Promise<boolean> {
    if (await this.view.until(shown, eventTimeoutMs)) return true;
    this.#ledger.lose(`${this.user}: ${what}; ${this.view.summary()}`);
    await this.#look();
    return shown();
  }

  /** A call that must be there is not. */
  misses(what: string): void {
    this.#ledger.lose(`${this.user}: no call for ${what}; ${this.view.summary()}`);
  }

  /** What the servers say, and what the agent was told. */
  async truth(): Promise<AgentTruth> {
    const told = { toldState: this.view.agentState, toldCalls: this.view.calls.size };
    const session = await this.#session();
    const active = session?.user.activeSession;
    return {
      user: this.user,
      dn: this.dn,
      ...told,
      apiState: active?.dn?.agentState ?? 'none',
      apiCalls: active?.calls.length ?? -1,
      summary: `${this.view.summary()} | ${(active?.calls ?? []).map(call => `${call.id} ${call.state}`).join(', ')}`,
      ...(this.#board === undefined || active === undefined ? {} : this.#digitalTruth(active, this.#board)),
    };
  }

  #digitalTruth(active: NonNullable<CurrentSessionWire['user']['activeSession']>, board: Board): Partial<AgentTruth> {
    const states = (pairs: Iterable<readonly [string, string]>): string =>
      [...pairs]
        .map(pair => pair.join(' '))
        .sort()
        .join(', ');
    return {
      digital: {
        toldMedia: states(this.desk.media),
        apiMedia: states(active.media.channels.map(({ name, state }) => [name, state] as const)),
        toldItems: this.desk.items.size,
        apiItems: active.interactions.length,
        lines: this.desk.linesTold,
      },
      board: board.told,
    };
  }

  /** Something unique, to be found again in events. */
  static mark(): string {
    return randomUUID();
  }

  async #act(
    told: Told,
    path: string,
    data: Record<string, unknown>,
    shown: () => boolean,
    done?: () => Promise<boolean>,
  ): Promise<boolean> {
    const operationId = randomUUID();
    const body = JSON.stringify({ data, operationId });
    const what = `${this.user}: ${path}`;
    this.#ledger.commands += 1;
    for (const giveUpAtMs = Date.now() + giveUpMs; Date.now() < giveUpAtMs; await sleep(personMs)) {
      told.own(operationId);
      const answer = await this.#request('POST', `/workspace/v3${path}`, body);
      if (answer.status === 200) {
        const refused = (): string | undefined => told.refused?.(operationId);
        if ((await told.until(() => shown() || refused() !== undefined, eventTimeoutMs)) && shown()) return true;
        const why = refused();
        if (why === undefined) this.#ledger.lose(`${what} (${operationId}); ${told.summary()}`);
        else this.#ledger.failed(`event ${why}`, what);
        await this.#look();
        if (why === undefined) return false;
        if (shown()) return true;
        continue;
      }
      const code = codeOf(answer);
      this.#ledger.failed(`${answer.status} ${code}`, what);
      if (code === 'outcome.unknown') {
        // A person looks first, and gives the command again only when it was not carried out.
        if (await told.until(shown, personMs)) return true;
        if ((await done?.()) === true) return this.#follows(told, what, shown);
        await this.#look();
        if (shown()) return true;
      } else if (answer.status !== 0 && answer.status < 502 && answer.status !== 429) {
        await this.#look();
        return shown();
      }
    }
    this.#ledger.lose(`${what} was never accepted`);
    return false;
  }

  /** It was carried out, so it must be told. */
  async #follows(told: Told, what: string, shown: () => boolean): Promise<boolean> {
    if (await told.until(shown, eventTimeoutMs)) return true;
    this.#ledger.lose(`${what}, carried out; ${told.summary()}`);
    return false;
  }

  async #look(): Promise<void> {
    const active = (await this.#session())?.user.activeSession;
    if (active === undefined) return;
    this.view.correct(active.dn?.agentState ?? '', active.calls);
    if (this.#work !== 'voice') this.desk.correct(active.media.channels, active.interactions);
  }

  async #session(): Promise<CurrentSessionWire | undefined> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const answer = await this.#request('GET', '/workspace/v3/current-session', '');
      if (answer.status === 200) return (JSON.parse(answer.text) as Body).data as CurrentSessionWire;
      this.#ledger.failed(`${answer.status} ${codeOf(answer)}`, `${this.user}: current-session`);
      await sleep(personMs);
    }
    return undefined;
  }

  async #must(method: string, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await send(`${this.#url}${path}`, { method, cookies: this.#cookies, headers, body, timeoutMs: requestTimeoutMs });
    if (answer.status !== 200) throw new Error(`${this.user}: ${path}: HTTP ${answer.status} ${answer.text.slice(0, 300)}`);
    this.#region = String(answer.headers[names.region] ?? this.#region);
    return answer;
  }

  async #request(method: 'GET' | 'POST', path: string, body: string): Promise<Answer> {
    const fromMs = Date.now();
    const answer = await send(`${this.#url}${path}`, { method, cookies: this.#cookies, body, timeoutMs: requestTimeoutMs });
    if (answer.status === 200) this.#noteAction(fromMs, String(answer.headers[names.region] ?? ''), method);
    return answer;
  }

  #noteAction(fromMs: number, region: string, method: string): void {
    const { region: left } = this.#elsewhere ?? {};
    const counts = left === undefined ? fromMs >= (this.#faultAtMs ?? Infinity) : region !== left;
    if (method === 'POST' && this.#faultAtMs !== undefined && counts) this.firstActionMs ??= Date.now() - this.#faultAtMs;
    if (this.#faultAtMs === undefined) this.#region = region;
  }

  #noteEvent(origin: string): void {
    if (this.#faultAtMs === undefined) this.#eventOrigin = origin;
    else if (this.#elsewhere === undefined || origin !== this.#elsewhere.eventOrigin) this.firstEventMs ??= Date.now() - this.#faultAtMs;
  }
}

function codeOf(answer: Answer): string {
  try {
    return (JSON.parse(answer.text) as Body).errors?.[0]?.code ?? '';
  } catch {
    return answer.text.slice(0, 60);
  }
}
