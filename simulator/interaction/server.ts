import { isDeepStrictEqual } from 'node:util';
import type { IxnRequest } from '@handover/shared/genesys';
import { kvStr } from '@handover/shared/genesys';
import { randomHex } from '@handover/shared/ids';
import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import { ConfigurationLink } from '../sip/index.ts';
import { followRequest } from '../standby/index.ts';
import type { ConnectionHandlers, LineConnection, LineServer } from '../wire/index.ts';
import { listenLines } from '../wire/index.ts';
import { WorldLink } from '../world/index.ts';
import type { CustomerVisit, FromWorld, ServerRole } from '../world/index.ts';
import { ActingState } from './acting.ts';
import { ClientSession, commandEntry } from './client-session.ts';
import type { CustomerSubmission, IxnInput, IxnOutput, ServerEvent } from './messages.ts';
import { interactionConfigurationTypes, InteractionModel } from './model.ts';
import type { RefusalCode } from './refusals.ts';
import { refusals } from './refusals.ts';
import { createFeed, createFollower } from './replication.ts';
import { checkRequest } from './requests.ts';
import { emptyState } from './state.ts';
import { mediaOf } from './status.ts';

export interface InteractionServerOptions {
  name: string;
  role: ServerRole;
  redundancy: 'hot' | 'warm';
  host: string;
  port: number;
  world: { host: string; port: number };
  configuration: readonly { host: string; port: number }[];
  clock: Clock;
  log: Logger;
}

type Untimed<Input> = Input extends IxnInput ? Omit<Input, 'at'> : never;

const maxHeld = 10_000;
/** The partner gets everything at once. */
const maxPendingBytes = 256 * 1024 * 1024;
/** An e-mail is one line. */
const maxLineBytes = 2 * 1024 * 1024;

/** An Interaction Server of one site with the chat sessions behind it: one of a pair. Its state dies with it, unless the partner follows it. */
export class InteractionServer {
  readonly #options: InteractionServerOptions;
  readonly #log: Logger;
  readonly #sessions = new Map<string, ClientSession>();
  /** The newest connection of each client. */
  readonly #clients = new Map<string, ClientSession>();
  readonly #feed = createFeed();
  readonly #follower = createFollower();
  readonly #model: InteractionModel;
  #acting: ActingState | undefined;
  #held: (() => void)[] = [];
  #configured = false;
  #listener: LineServer | undefined;
  #world: WorldLink | undefined;
  #configuration: ConfigurationLink | undefined;
  #onReady: (() => void) | undefined;

  constructor(options: InteractionServerOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#model = new InteractionModel(options.name);
  }

  /** Resolves with the port once the configuration is read and the world has given a role. */
  async start(): Promise<number> {
    const { host, port, name, role, world, clock, configuration } = this.#options;
    const ready = new Promise<void>(resolve => (this.#onReady = resolve));
    const onConnection = (connection: LineConnection): ConnectionHandlers => this.#accept(connection);
    this.#listener = await listenLines({ host, port, onConnection, maxPendingBytes, maxLineBytes });
    this.#configuration = new ConfigurationLink({
      servers: configuration,
      application: name,
      model: this.#model,
      types: interactionConfigurationTypes,
      onChange: () => this.#onConfiguration(),
    });
    this.#world = new WorldLink({
      world,
      kind: 'interaction',
      server: name,
      wish: role,
      host,
      port: this.#listener.port,
      clock,
      isSynchronised: () => this.#acting !== undefined || this.#follower.state !== undefined,
      onRole: (given, partner) => this.#onRole(given, partner),
      onMessage: message => this.#whenSure(() => this.#onCustomer(message)),
      onSure: () => this.#flushHeld(),
    });
    await ready;
    return this.#listener.port;
  }

  async stop(): Promise<void> {
    this.#acting?.stop();
    this.#follower.stop();
    this.#configuration?.close();
    this.#world?.close();
    await this.#listener?.close();
  }

  #checkReady(): void {
    if (this.#configured && this.#world?.role !== undefined) this.#onReady?.();
  }

  // Role

  #onRole(role: ServerRole, partner: { host: string; port: number } | undefined): void {
    if (role === 'Primary' && this.#acting === undefined) this.#promote();
    if (role === 'Backup' && this.#acting !== undefined) this.#demote();
    if (role === 'Backup' && partner !== undefined && this.#isHot) this.#follower.follow(partner);
    this.#checkReady();
  }

  get #isHot(): boolean {
    return this.#options.redundancy === 'hot' && this.#model.isHot;
  }

  #promote(): void {
    const inherited = this.#follower.take();
    this.#log.info('is primary now', { inherited: inherited !== undefined, interactions: inherited?.items.size ?? 0 });
    this.#world?.send({ messageName: 'MediaTakeover' });
    this.#acting = new ActingState(inherited ?? emptyState(randomHex(4).toUpperCase()), {
      clock: this.#options.clock,
      feed: this.#feed,
      toClient: (client, event, at, referenceID) => this.#clients.get(client)?.send(event, at, referenceID),
      toReporters: (report, at) => {
        for (const session of this.#sessions.values()) if (session.reports) session.send(report, at);
      },
      toWorld: output => this.#toWorld(output),
    });
    this.#configure();
    this.#apply({ kind: 'promoted', connected: [...this.#clients.keys()] });
    for (const session of this.#sessions.values()) {
      this.#send(session, { messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
      if (session.reports) this.#tellMedia(session);
    }
  }

  /** Another server acts: what this one knows is stale. */
  #demote(): void {
    this.#log.warn('is backup now');
    this.#acting?.stop();
    this.#acting = undefined;
    this.#feed.end();
    for (const session of this.#sessions.values()) this.#send(session, { messageName: 'EventPrimaryChanged', serverRole: 'Backup' });
    this.#flushHeld();
  }

  /** Runs at once, or when the role is certain again. After a freeze a server may have been replaced without having heard of it. */
  #whenSure(run: () => void): void {
    if (this.#acting === undefined || (this.#world?.sure === true && this.#held.length === 0)) return run();
    if (this.#held.length < maxHeld) this.#held.push(run);
    else this.#log.error('too much is waiting for the role');
  }

  #flushHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }

  #apply(input: Untimed<IxnInput>): void {
    this.#acting?.apply({ ...input, at: this.#options.clock.now() });
  }

  // Configuration

  #onConfiguration(): void {
    this.#configured = true;
    // A backup in warm standby knows nothing of what the primary has.
    if (!this.#isHot) this.#follower.take();
    this.#configure();
    this.#checkReady();
  }

  #configure(): void {
    const { settings } = this.#model;
    if (!this.#configured || isDeepStrictEqual(this.#acting?.state.settings, settings)) return;
    this.#apply({ kind: 'configure', settings });
  }

  // Customers

  #onCustomer(message: Exclude<FromWorld, { messageName: 'Role' | 'Pong' }>): void {
    switch (message.messageName) {
      case 'CustomerComes': {
        const { request, visit } = message;
        const submission = this.#submissionFrom(visit);
        if (submission !== undefined && this.#acting !== undefined) return this.#apply({ kind: 'customerComes', request, submission });
        const error = submission === undefined ? 'there is no such agent' : refusals['backup-server'];
        return this.#world?.send({ messageName: 'Submitted', request, error });
      }
      case 'CustomerSays':
        return this.#apply({ kind: 'customerSays', request: message.request, interactionID: message.interactionID, text: message.text });
      case 'CustomerLeaves':
        return this.#apply({ kind: 'customerLeaves', request: message.request, interactionID: message.interactionID });
      case 'Promote':
      case 'PhoneCall':
      case 'PhoneAnswer':
      case 'PhoneHangup':
    }
  }

  /** Undefined when nobody is called as the agent who is asked for. */
  #submissionFrom({ mediaType, queue, nickname, subject, text, agent }: CustomerVisit): CustomerSubmission | undefined {
    const person = agent === undefined ? undefined : this.#model.person(agent);
    if (agent !== undefined && person === undefined) return undefined;
    const address = `${nickname.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@customer.example`;
    const email = [
      kvStr('FromAddress', address),
      kvStr('To', 'service@acme.example'),
      kvStr('Subject', subject ?? ''),
      kvStr('Body', text),
    ];
    return {
      mediaType,
      interactionType: 'Inbound',
      interactionSubtype: 'InboundNew',
      queue,
      nickname,
      text,
      userData: mediaType === 'email' ? email : mediaType === 'workitem' ? [kvStr('Text', text)] : [kvStr('FirstName', nickname)],
      ...(subject === undefined ? {} : { subject }),
      ...(person === undefined ? {} : { agentID: person.employeeID }),
    };
  }

  #toWorld(output: Exclude<IxnOutput, { kind: 'event' | 'report' }>): void {
    if (output.kind === 'agent') {
      const { agentID, loggedIn } = output;
      const userName = this.#model.person(agentID)?.userName;
      const names = userName === undefined ? [agentID] : [agentID, userName];
      return this.#world?.send({ messageName: 'MediaAgent', names, loggedIn });
    }
    const { kind: _kind, ...submitted } = output;
    this.#world?.send({ messageName: 'Submitted', ...submitted });
  }

  // Clients

  #accept(connection: LineConnection): ConnectionHandlers {
    const session = new ClientSession(connection, this.#options.name);
    this.#sessions.set(connection.id, session);
    return {
      onMessage: message => this.#receive(session, message),
      onFault: fault => {
        this.#error(session, 'invalid-attribute', fault, 0);
        if (fault === 'line-too-long') connection.close();
      },
      onClose: () => {
        this.#feed.remove(connection);
        this.#sessions.delete(connection.id);
        const { key } = session;
        // The same client on a newer connection has not vanished.
        if (key === undefined || this.#clients.get(key) !== session) return;
        this.#clients.delete(key);
        this.#whenSure(() => {
          if (!this.#clients.has(key)) this.#apply({ kind: 'vanished', client: key });
        });
      },
    };
  }

  #receive(session: ClientSession, message: Readonly<Record<string, unknown>>): void {
    if (message['messageName'] === followRequest) return this.#follow(session);
    const checked = checkRequest(message);
    if (!checked.ok) {
      const code = checked.attribute === 'messageName' ? 'unsupported' : 'invalid-attribute';
      return this.#error(session, code, checked.attribute, checked.referenceID ?? 0);
    }
    const { request } = checked;
    if (request.messageName === 'RequestRegisterClient') return this.#registerClient(session, request);
    const { key } = session;
    if (key === undefined) return this.#error(session, 'not-registered', 'RegisterClient comes first', request.referenceID);
    this.#whenSure(() => this.#serve(session, key, request));
  }

  #follow(session: ClientSession): void {
    if (this.#acting === undefined) return session.connection.close();
    this.#sessions.delete(session.connection.id);
    this.#feed.add(session.connection, this.#acting.state);
  }

  #registerClient(session: ClientSession, request: Extract<IxnRequest, { messageName: 'RequestRegisterClient' }>): void {
    const client = session.register(request);
    this.#clients.set(client, session);
    this.#send(
      session,
      { messageName: 'EventServerInfo', serverRole: this.#acting === undefined ? 'Backup' : 'Primary' },
      request.referenceID,
    );
    if (session.reports) this.#tellMedia(session);
    this.#whenSure(() => this.#apply({ kind: 'connected', client }));
  }

  /** All there is to know before the first report. */
  #tellMedia(session: ClientSession): void {
    const state = this.#acting?.state;
    for (const agentID of state?.agents.keys() ?? []) if (state !== undefined) this.#send(session, mediaOf(state, agentID));
  }

  #serve(session: ClientSession, client: string, request: IxnRequest): void {
    if (!session.connection.open) return;
    const { name, clock } = this.#options;
    if (this.#acting === undefined) return this.#error(session, 'backup-server', request.messageName, request.referenceID);
    this.#world?.send({ messageName: 'Commands', entries: [commandEntry(request, name, clock.now())] });
    this.#apply({ kind: 'request', client, request });
  }

  #send(session: ClientSession, event: ServerEvent, referenceID?: number): void {
    session.send(event, this.#options.clock.now(), referenceID);
  }

  #error(session: ClientSession, errorCode: RefusalCode, detail: string, referenceID: number): void {
    this.#send(session, { messageName: 'EventError', errorCode, errorMessage: `${refusals[errorCode]}: ${detail}` }, referenceID);
  }
}
