import type { IxnProperties, StatEvent, StatValue, TlibEvent } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import { ConfigurationLink } from '../sip/index.ts';
import type { ConnectionHandlers, LineConnection, LineServer } from '../wire/index.ts';
import { listenLines } from '../wire/index.ts';
import { WorldLink, type ServerRole } from '../world/index.ts';
import { AgentMedia } from './agent-media.ts';
import { checkDefinition, type CheckedDefinition } from './definition.ts';
import { Engine } from './engine.ts';
import type { Fact } from './facts.ts';
import { InteractionLink } from './interaction-link.ts';
import { InteractionWatch } from './interaction-watch.ts';
import { Notifier, type OpenStatistic } from './notifier.ts';
import { checkStatRequest, type CheckedRequest } from './requests.ts';
import { SipLink } from './sip-link.ts';
import { SiteWatch } from './site-watch.ts';
import { StatModel, statConfigurationTypes } from './stat-model.ts';
import type { Statistic, Watched } from './statistic.ts';

interface StatServerOptions {
  name: string;
  switchName: string;
  role: ServerRole;
  host: string;
  port: number;
  world: { host: string; port: number };
  configuration: readonly { host: string; port: number }[];
  sip: readonly { host: string; port: number }[];
  clock: Clock;
  log: Logger;
}

interface Client {
  readonly connection: LineConnection;
  registered: boolean;
  readonly open: Map<number, OpenStatistic & { request: Opening }>;
}
type Opening = Extract<CheckedRequest, { messageName: 'RequestOpenStatistic' | 'RequestGetStatistic' }>;
type ErrorCode = Extract<StatEvent, { messageName: 'EventError' }>['errorCode'];
type Refused = { errorCode: ErrorCode; errorMessage: string };

const maxOpenPerClient = 20_000;
const tickMs = 1_000;
/** Longer than a switch-over at another site takes. */
const forgetMs = 5_000;

/** A Stat Server of one site, one of a pair. Both watch the site and count for themselves; only the primary serves clients. */
export class StatServer {
  readonly #options: StatServerOptions;
  readonly #model: StatModel;
  readonly #watch: SiteWatch;
  readonly #engine = new Engine();
  readonly #notifier = new Notifier((statistic, now) => statistic.value(now, this.#engine.status));
  readonly #clients = new Set<Client>();
  /** By switch: to the own site's SIP Server and to the others'. */
  readonly #links = new Map<string, SipLink>();
  readonly #interactionWatch = new InteractionWatch();
  readonly #agentMedia = new AgentMedia();
  #interactions: InteractionLink | undefined;
  /** Somebody has asked what waits in a queue or a workbin. */
  #looksAtInteractions = false;
  #listener: LineServer | undefined;
  #world: WorldLink | undefined;
  #configuration: ConfigurationLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sourceIsThere = false;
  #lastId = 0;

  constructor(options: StatServerOptions) {
    const { switchName, name, log } = options;
    this.#options = options;
    this.#model = new StatModel(switchName, name, (section, attribute) => log.warn('stat type is faulty', { section, attribute }));
    this.#watch = new SiteWatch(this.#model);
  }

  /** Resolves with the port once the configuration is read and the world has given a role. */
  async start(): Promise<number> {
    const { host, port, name, role, world, clock } = this.#options;
    this.#listener = await listenLines({ host, port, onConnection: connection => this.#accept(connection) });
    const configured = new Promise<void>(resolve => {
      this.#configuration = new ConfigurationLink({
        servers: this.#options.configuration,
        application: name,
        model: this.#model,
        types: statConfigurationTypes,
        onChange: () => {
          this.#onConfiguration();
          resolve();
        },
      });
    });
    const given = new Promise<void>(resolve => {
      const onRole = (): void => {
        this.#onRole();
        resolve();
      };
      const isSynchronised = (): boolean => this.#sourceIsThere;
      const port = this.#listener?.port ?? 0;
      this.#world = new WorldLink({
        world,
        kind: 'stat',
        server: name,
        wish: role,
        host,
        port,
        clock,
        isSynchronised,
        onRole,
        onMessage: () => undefined,
      });
    });
    this.#timer = setInterval(() => this.#notifier.tick(clock.now()), tickMs);
    await Promise.all([configured, given]);
    return this.#listener.port;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const link of this.#links.values()) link.close();
    this.#interactions?.close();
    this.#configuration?.close();
    this.#world?.close();
    await this.#listener?.close();
  }

  get #role(): ServerRole {
    return this.#world?.role ?? 'Backup';
  }

  #onRole(): void {
    const serverRole = this.#role;
    for (const client of this.#clients) {
      if (serverRole === 'Backup') this.#closeAll(client);
      if (client.registered) client.connection.send({ messageName: 'EventServerMode', serverRole } satisfies StatEvent);
    }
  }

  // Sources

  #onConfiguration(): void {
    const { sip, switchName, clock } = this.#options;
    this.#watchSwitch(
      switchName,
      () => sip,
      () => {
        this.#record(this.#watch.complete(clock.now()));
        this.#source(true);
      },
      () => this.#source(false),
    );
    for (const { name } of this.#model.otherSwitches()) this.#watchOther(name);
    for (const link of this.#links.values()) link.refresh();
    this.#watchInteractions();
    this.#regroup();
  }

  /** Agents may work at another site. When nothing is heard of it for a while they no longer do. */
  #watchOther(switchName: string): void {
    const { clock } = this.#options;
    let cancel = (): void => undefined;
    const servers = () => this.#model.otherSwitches().find(one => one.name === switchName)?.servers ?? [];
    const onLost = (): void => {
      cancel = clock.after(forgetMs, () => {
        const names = this.#model.dns(switchName).map(number => this.#model.nameOf(number, switchName));
        this.#record(this.#watch.forget(names, clock.now()));
      });
    };
    this.#watchSwitch(switchName, servers, () => cancel(), onLost);
  }

  #watchSwitch(
    switchName: string,
    servers: () => readonly { host: string; port: number }[],
    onComplete: () => void,
    onLost: () => void,
  ): void {
    if (this.#links.has(switchName)) return;
    const { name, clock } = this.#options;
    const onEvent = (event: TlibEvent): void => {
      const dn = event.thisDN === undefined ? undefined : this.#model.nameOf(event.thisDN, switchName);
      if (dn === undefined) return;
      const queueOf = ({ thisQueue }: { thisQueue?: string }) =>
        thisQueue === undefined ? {} : { thisQueue: this.#model.nameOf(thisQueue, switchName) };
      const at = clock.now();
      if (event.dn === undefined) return this.#record(this.#watch.event({ ...event, thisDN: dn, ...queueOf(event) }, at));
      const calls = event.dn.calls.map(call => ({ ...call, ...queueOf(call) }));
      this.#record(this.#watch.snapshot(dn, { ...event.dn, calls }, at));
    };
    const dns = (): readonly string[] => this.#model.dns(switchName);
    this.#links.set(switchName, new SipLink({ servers, application: name, dns, onEvent, onComplete, onLost }));
  }

  #watchInteractions(): void {
    const { name, clock } = this.#options;
    if (this.#model.interactionServers().length === 0) return;
    this.#interactions ??= new InteractionLink({
      servers: () => this.#model.interactionServers(),
      application: name,
      clock,
      looks: () => this.#looksAtInteractions,
      onReport: report => this.#record(this.#agentMedia.report(report, clock.now())),
      onConnected: () => this.#agentMedia.connected(),
      onMedia: (agentID, media) => this.#record(this.#agentMedia.media(agentID, media, clock.now())),
      onItems: items => this.#onItems(items),
    });
  }

  #onItems(items: readonly IxnProperties[]): void {
    const now = this.#options.clock.now();
    this.#record(this.#agentMedia.items(items, now));
    if (this.#looksAtInteractions) this.#record(this.#interactionWatch.items(items, now));
  }

  /** Statistics whose object has other parts now, e.g. a group, are made anew. */
  #regroup(): void {
    for (const client of this.#clients)
      for (const opened of client.open.values()) {
        const found = this.#lookUp(opened.request);
        if ('errorCode' in found || JSON.stringify(found.watched) === JSON.stringify(opened.statistic.watched)) continue;
        this.#notifier.remove(opened);
        this.#engine.close(opened.statistic);
        opened.statistic = this.#engine.open(found.watched, found.definition);
        this.#notifier.add(opened, this.#options.clock.now());
      }
  }

  #record(facts: readonly Fact[]): void {
    if (facts.length > 0) this.#notifier.changed(this.#engine.record(facts), this.#options.clock.now());
  }

  #source(isThere: boolean): void {
    if (this.#sourceIsThere === isThere) return;
    this.#sourceIsThere = isThere;
    this.#options.log.info('source', { isThere });
    const messageName = isThere ? 'EventStatisticValid' : 'EventStatisticInvalid';
    for (const client of this.#clients)
      for (const statisticID of client.open.keys()) client.connection.send({ messageName, statisticID } satisfies StatEvent);
  }

  // Clients

  #accept(connection: LineConnection): ConnectionHandlers {
    const client: Client = { connection, registered: false, open: new Map() };
    this.#clients.add(client);
    return {
      onMessage: message => this.#receive(client, message),
      onFault: fault => {
        this.#refuse(client, 0, { errorCode: 'InvalidDefinition', errorMessage: fault });
        if (fault === 'line-too-long') connection.close();
      },
      onClose: () => {
        this.#closeAll(client);
        this.#clients.delete(client);
      },
    };
  }

  #receive(client: Client, message: Readonly<Record<string, unknown>>): void {
    const checked = checkStatRequest(message);
    if (!checked.ok) return this.#refuse(client, checked.referenceID, { errorCode: 'InvalidDefinition', errorMessage: checked.attribute });
    const { request } = checked;
    const { referenceID } = request;
    if (request.messageName === 'RequestRegisterClient') {
      client.registered = true;
      return this.#send(client, { messageName: 'EventRegistered', referenceID, serverName: this.#options.name, serverRole: this.#role });
    }
    if (!client.registered)
      return this.#refuse(client, referenceID, { errorCode: 'NotRegistered', errorMessage: 'RegisterClient comes first' });
    if (this.#role !== 'Primary')
      return this.#refuse(client, referenceID, { errorCode: 'NotPrimary', errorMessage: 'this server is the backup' });
    switch (request.messageName) {
      case 'RequestOpenStatistic':
        return this.#open(client, request);
      case 'RequestGetStatistic': {
        const found = this.#lookUp(request);
        if ('errorCode' in found) return this.#refuse(client, referenceID, found);
        return this.#info(client, referenceID, 0, this.#valueOf(this.#engine.once(found.watched, found.definition)));
      }
      case 'RequestPeekStatistic':
      case 'RequestCloseStatistic': {
        const { statisticID } = request;
        const opened = client.open.get(statisticID);
        if (opened === undefined) return this.#refuse(client, referenceID, { errorCode: 'ObjectNotFound', errorMessage: 'statisticID' });
        if (request.messageName === 'RequestPeekStatistic')
          return this.#info(client, referenceID, statisticID, this.#valueOf(opened.statistic));
        this.#close(client, opened);
        return this.#send(client, { messageName: 'EventStatisticClosed', referenceID, statisticID });
      }
    }
  }

  #open(client: Client, request: Opening): void {
    const { referenceID, notification } = request;
    if (client.open.size >= maxOpenPerClient)
      return this.#refuse(client, referenceID, { errorCode: 'TooMany', errorMessage: `${maxOpenPerClient} statistics are open` });
    const found = this.#lookUp(request);
    if ('errorCode' in found) return this.#refuse(client, referenceID, found);
    const statisticID = (this.#lastId += 1);
    const statistic = this.#engine.open(found.watched, found.definition);
    const opened = { statisticID, referenceID, notification, statistic, request, send: (event: StatEvent) => this.#send(client, event) };
    client.open.set(statisticID, opened);
    this.#send(client, { messageName: 'EventStatisticOpened', referenceID, statisticID });
    this.#notifier.add(opened, this.#options.clock.now());
    if (!this.#sourceIsThere) this.#send(client, { messageName: 'EventStatisticInvalid', statisticID });
  }

  #lookUp({ object, statType, definition }: Opening): { watched: Watched; definition: CheckedDefinition } | Refused {
    const resolved = statType === undefined ? this.#inline(definition) : this.#named(statType, object.objectType);
    if ('errorCode' in resolved) return resolved;
    if (object.objectType === 'StagingArea' || object.objectType === 'Workbin') this.#looksAtInteractions = true;
    const watched = this.#model.watched(object, resolved);
    const { objectId, objectType, tenantName } = object;
    if (watched === undefined)
      return { errorCode: 'ObjectNotFound', errorMessage: `${objectType} '${objectId}' (Tenant '${tenantName}') not found` };
    if (resolved.profile.kind === 'SinceLogin' && watched.login === undefined)
      return { errorCode: 'NoProfile', errorMessage: 'SinceLogin is for agents only' };
    return { watched, definition: resolved };
  }

  #inline(definition: unknown): CheckedDefinition | Refused {
    const checked = checkDefinition(definition);
    return checked.ok ? checked.definition : { errorCode: 'InvalidDefinition', errorMessage: checked.attribute };
  }

  #named(name: string, objectType: string): CheckedDefinition | Refused {
    const type = this.#model.statType(name);
    if (type === undefined) return { errorCode: 'UnknownStatType', errorMessage: `Stat type '${name}' not found` };
    if (!type.objects.has(objectType))
      return { errorCode: 'UnknownStatType', errorMessage: `Stat type '${name}' is not for ${objectType}` };
    return type.definition;
  }

  #valueOf(statistic: Statistic): StatValue {
    return statistic.value(this.#options.clock.now(), this.#engine.status);
  }

  #close(client: Client, opened: OpenStatistic): void {
    client.open.delete(opened.statisticID);
    this.#notifier.remove(opened);
    this.#engine.close(opened.statistic);
  }

  #closeAll(client: Client): void {
    for (const opened of client.open.values()) this.#close(client, opened);
  }

  #info(client: Client, referenceID: number, statisticID: number, value: StatValue): void {
    this.#send(client, { messageName: 'EventInfo', referenceID, statisticID, time: this.#options.clock.now(), value });
  }

  #send(client: Client, event: StatEvent): void {
    client.connection.send(event);
  }

  #refuse(client: Client, referenceID: number, { errorCode, errorMessage }: Refused): void {
    this.#send(client, { messageName: 'EventError', referenceID, errorCode, errorMessage });
  }
}
