import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import { tlibErrors } from '@handover/shared/genesys';
import type { TlibRequest } from '@handover/shared/genesys';
import { randomHex } from '@handover/shared/ids';
import { callSnapshot, dnSnapshot, emptyState } from '../kernel/index.ts';
import type { KernelEvent } from '../kernel/index.ts';
import { followRequest } from '../standby/index.ts';
import type { ConnectionHandlers, LineConnection, LineServer } from '../wire/index.ts';
import { listenLines } from '../wire/index.ts';
import { WorldLink } from '../world/index.ts';
import type { FromWorld, ServerRole } from '../world/index.ts';
import { ClientSession } from './client-session.ts';
import { commandEntry } from './command-entry.ts';
import { ConfigurationLink } from './configuration-link.ts';
import { Registrations } from './registrations.ts';
import { createFeed, createFollower } from './replication.ts';
import { checkRequest } from './requests.ts';
import { ActingSwitch } from './switch.ts';
import type { OptionOverrides } from './switch-model.ts';
import { switchConfigurationTypes, SwitchModel } from './switch-model.ts';
import { TrunkLinks } from './trunk-links.ts';
import { trunkHello } from './trunk-messages.ts';

export interface SipServerOptions {
  name: string;
  switchName: string;
  role: ServerRole;
  redundancy: 'hot' | 'warm';
  host: string;
  port: number;
  world: { host: string; port: number };
  configuration: readonly { host: string; port: number }[];
  overrides: OptionOverrides;
  clock: Clock;
  log: Logger;
}

const maxHeld = 10_000;
const maxPendingBytes = 32 * 1024 * 1024;
const counts = (session: ClientSession): boolean => !session.monitors;
const serverVersion = '8.1.1';
const readOnly: readonly string[] = ['RequestQueryServer', 'RequestQueryAddress', 'RequestQueryCall', 'RequestRegisterAddress'];

/** A SIP Server of one site: one of a pair. Its state of agents and calls dies with it, unless the partner follows it (hot standby). */
export class SipServer {
  readonly #options: SipServerOptions;
  readonly #log: Logger;
  readonly #sessions = new Map<string, ClientSession>();
  readonly #registrations = new Registrations<ClientSession>();
  readonly #feed = createFeed();
  readonly #follower = createFollower();
  readonly #model: SwitchModel;
  readonly #trunks: TrunkLinks;
  #acting: ActingSwitch | undefined;
  #held: (() => void)[] = [];
  #configured = false;
  #listener: LineServer | undefined;
  #world: WorldLink | undefined;
  #configuration: ConfigurationLink | undefined;
  #onReady: (() => void) | undefined;

  constructor(options: SipServerOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#model = new SwitchModel(options.switchName, options.name, options.overrides);
    this.#trunks = new TrunkLinks({
      switchName: options.switchName,
      others: () => this.#model.otherSwitches(),
      state: () => this.#acting?.state,
      apply: input => this.#whenSure(() => this.#acting?.apply(input)),
      clock: options.clock,
    });
  }

  /** Resolves with the port once the configuration is read and the world has given a role. */
  async start(): Promise<number> {
    const { host, port, name, role, world, clock } = this.#options;
    const ready = new Promise<void>(resolve => (this.#onReady = resolve));
    const onConnection = (connection: LineConnection): ConnectionHandlers => this.#accept(connection);
    this.#listener = await listenLines({ host, port, onConnection, maxPendingBytes });
    this.#configuration = new ConfigurationLink({
      servers: this.#options.configuration,
      application: name,
      model: this.#model,
      types: switchConfigurationTypes,
      onChange: () => this.#onConfiguration(),
    });
    this.#world = new WorldLink({
      world,
      kind: 'sip',
      server: name,
      wish: role,
      host,
      port: this.#listener.port,
      clock,
      isSynchronised: () => this.#acting !== undefined || this.#follower.state !== undefined,
      onRole: (given, partner) => this.#onRole(given, partner),
      onMessage: message => this.#whenSure(() => this.#onPhone(message)),
      onSure: () => this.#flushHeld(),
    });
    await ready;
    return this.#listener.port;
  }

  async stop(): Promise<void> {
    this.#acting?.stop();
    this.#trunks.stop();
    this.#follower.stop();
    this.#configuration?.close();
    this.#world?.close();
    await this.#listener?.close();
  }

  #checkReady(): void {
    if (this.#configured && this.#world?.role !== undefined) this.#onReady?.();
  }

  // Role

  #onRole(role: ServerRole, partner: { server: string; host: string; port: number } | undefined): void {
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
    const { clock } = this.#options;
    this.#log.info('is primary now', { inherited: inherited !== undefined, calls: inherited?.calls.size ?? 0 });
    this.#acting = new ActingSwitch(inherited ?? emptyState(randomHex(4)), {
      clock,
      registrations: this.#registrations,
      feed: this.#feed,
      client: id => this.#sessions.get(id),
      toWorld: message => this.#world?.send(message),
      toSite: (site, message) => this.#trunks.send(site, message),
      onAgent: (dn, loggedIn) => this.#trunks.agent(dn, loggedIn),
    });
    this.#configure();
    this.#trunks.start();
    for (const session of this.#sessions.values()) this.#send(session, { messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  }

  /** Another server acts: what this one knows is stale. */
  #demote(): void {
    this.#log.warn('is backup now');
    this.#acting?.stop();
    this.#acting = undefined;
    this.#trunks.stop();
    this.#feed.end();
    this.#registrations.clear();
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

  // Configuration

  #onConfiguration(): void {
    this.#configured = true;
    // A backup in warm standby knows nothing of the primary's calls and agents.
    if (!this.#isHot) this.#follower.take();
    this.#configure();
    this.#trunks.refresh();
    this.#checkReady();
  }

  #configure(): void {
    const acting = this.#acting;
    if (acting === undefined || !this.#configured) return;
    const at = this.#options.clock.now();
    for (const input of [...this.#model.differences(acting.state, at)]) acting.apply(input);
  }

  // Phones

  #onPhone(message: Exclude<FromWorld, { messageName: 'Role' | 'Pong' }>): void {
    const at = this.#options.clock.now();
    switch (message.messageName) {
      case 'Promote':
      case 'CustomerComes':
      case 'CustomerSays':
      case 'CustomerLeaves':
        return;
      case 'PhoneAnswer':
        this.#acting?.apply({ kind: 'phoneAnswer', at, connId: message.connId, number: message.number });
        return;
      case 'PhoneHangup': {
        const number = message.number === undefined ? {} : { number: message.number };
        this.#acting?.apply({ kind: 'phoneHangup', at, connId: message.connId, ...number });
        return;
      }
      case 'PhoneCall': {
        const { request, connId, from, to } = message;
        this.#acting?.apply({ kind: 'phoneCall', at, connId, from, to });
        const made = this.#acting?.state.calls.has(connId) === true;
        const error = made ? {} : { error: 'the destination cannot be reached' };
        this.#world?.send({ messageName: 'Called', request, connId, ...error });
      }
    }
  }

  // Clients

  #accept(connection: LineConnection): ConnectionHandlers {
    const session = new ClientSession(connection, this.#options.name);
    this.#sessions.set(session.id, session);
    return {
      onMessage: message => this.#receive(session, message),
      onFault: fault => {
        this.#error(session, 'missingAttribute', fault, undefined);
        if (fault === 'line-too-long') connection.close();
      },
      onClose: () => {
        this.#feed.remove(connection);
        this.#trunks.left(connection);
        this.#sessions.delete(session.id);
        const at = this.#options.clock.now();
        for (const dn of this.#registrations.leave(session, counts))
          this.#whenSure(() => this.#acting?.apply({ kind: 'unwatched', at, dn }));
      },
    };
  }

  #receive(session: ClientSession, message: Readonly<Record<string, unknown>>): void {
    if (message['messageName'] === followRequest) return this.#follow(session);
    if (message['messageName'] === trunkHello) {
      if (this.#trunks.accept(session.connection, message)) this.#sessions.delete(session.id);
      return;
    }
    if (this.#trunks.take(session.connection, message)) return;
    const checked = checkRequest(message);
    if (!checked.ok)
      return this.#error(session, checked.unsupported ? 'unsupported' : 'missingAttribute', checked.attribute, checked.referenceID);
    const { request } = checked;
    if (request.messageName === 'RequestRegisterClient') return this.#registerClient(session, request);
    if (session.applicationName === undefined)
      return this.#error(session, 'notRegistered', 'RegisterClient comes first', request.referenceID);
    this.#whenSure(() => this.#serve(session, request));
  }

  #follow(session: ClientSession): void {
    if (this.#acting === undefined) return session.connection.close();
    this.#sessions.delete(session.id);
    this.#feed.add(session.connection, this.#acting.state);
  }

  #registerClient(session: ClientSession, request: TlibRequest): void {
    session.applicationName = request.applicationName;
    this.#send(session, this.#serverInfo(), request.referenceID);
    this.#send(session, { messageName: 'EventLinkConnected' });
  }

  #serverInfo(): KernelEvent {
    const options = this.#acting?.state.options ?? this.#follower.state?.options;
    return {
      messageName: 'EventServerInfo',
      serverRole: this.#acting === undefined ? 'Backup' : 'Primary',
      switchName: this.#options.switchName,
      serverVersion,
      keepsAgentsOnDisconnect: options?.logoutOnDisconnect !== true,
    };
  }

  #serve(session: ClientSession, request: TlibRequest): void {
    if (!session.connection.open) return;
    const state = this.#acting?.state ?? this.#follower.state;
    const name = request.messageName;
    if (name === 'RequestQueryServer') return this.#send(session, this.#serverInfo(), request.referenceID);
    if (state === undefined || (this.#acting === undefined && !readOnly.includes(name)))
      return this.#error(session, 'unsupported', 'this server is the backup', request.referenceID);
    if (this.#acting !== undefined && request.registerMode !== 'ModeMonitor')
      this.#world?.send({ messageName: 'Commands', entries: [this.#entry(request)] });
    const dn = request.thisDN ?? '';
    switch (name) {
      case 'RequestRegisterAddress':
      case 'RequestQueryAddress': {
        const snapshot = dnSnapshot(state, dn);
        if (snapshot === undefined) return this.#error(session, 'unknownDn', 'thisDN', request.referenceID);
        const registers = name === 'RequestRegisterAddress';
        if (registers) this.#registrations.add(session, dn);
        if (request.registerMode === 'ModeMonitor') session.monitors = true;
        const messageName = registers ? 'EventRegistered' : 'EventAddressInfo';
        return this.#send(session, { messageName, thisDN: dn, dn: snapshot }, request.referenceID);
      }
      case 'RequestUnregisterAddress':
        if (!this.#registrations.remove(session, dn)) return this.#error(session, 'notRegistered', 'thisDN', request.referenceID);
        return this.#send(session, { messageName: 'EventUnregistered', thisDN: dn }, request.referenceID);
      case 'RequestQueryCall': {
        const connId = (request.connID ?? '').toUpperCase();
        const call = callSnapshot(state, connId, request.thisDN);
        if (call === undefined) return this.#error(session, 'unknownCall', 'connID', request.referenceID);
        const thisDN = request.thisDN === undefined ? {} : { thisDN: request.thisDN };
        return this.#send(session, { messageName: 'EventPartyInfo', connID: connId, ...thisDN, call }, request.referenceID);
      }
      default:
        return this.#command(session, request, dn);
    }
  }

  #command(session: ClientSession, request: TlibRequest, dn: string): void {
    const mayStrangers = request.messageName === 'RequestDistributeUserEvent';
    if (!mayStrangers && this.#acting?.state.dns.has(dn) === true && !this.#registrations.has(session, dn))
      return this.#error(session, 'notRegistered', 'thisDN is not registered by this client', request.referenceID);
    this.#acting?.apply({ kind: 'request', at: this.#options.clock.now(), client: session.id, request });
  }

  #entry(request: TlibRequest) {
    return commandEntry(request, this.#options.name, this.#options.clock.now());
  }

  #send(session: ClientSession, event: KernelEvent, referenceID?: number): void {
    session.send(event, this.#options.clock.now(), referenceID);
  }

  #error(session: ClientSession, error: keyof typeof tlibErrors, detail: string, referenceID: number | undefined): void {
    const { errorCode, errorMessage } = tlibErrors[error];
    this.#send(session, { messageName: 'EventError', errorCode, errorMessage: `${errorMessage}: ${detail}` }, referenceID);
  }
}
