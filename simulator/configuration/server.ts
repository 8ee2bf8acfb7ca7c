import type { CfgEvent, CfgRequest } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { ConnectionHandlers, LineConnection, LineServer } from '../wire/index.ts';
import { listenLines } from '../wire/index.ts';
import type { ServerRole } from '../world/index.ts';
import { WorldLink } from '../world/index.ts';
import { ConfigurationClient } from './client-session.ts';
import { demoObjects } from './demo-data.ts';
import { filterOf } from './filter.ts';
import { Mastership } from './mastership.ts';
import { Passwords } from './passwords.ts';
import type { Address, FromPeer } from './peers.ts';
import { checkCfgRequest } from './requests.ts';
import { readServerAddresses } from './server-addresses.ts';
import type { Change } from './store.ts';
import { ConfigurationStore } from './store.ts';

export interface ConfigurationServerOptions {
  name: string;
  site: string;
  role: ServerRole;
  /** All sites; the first is the master's until mastership is moved. */
  sites: readonly string[];
  agents: number;
  host: string;
  port: number;
  world: Address;
  /** The other Configuration Servers of the environment. */
  peers: readonly Address[];
  /** JSON file of the servers' addresses by application name; read again on demand. */
  serversFile?: string;
  clock: Clock;
  log: Logger;
}

const chunk = 500;
const maxHeld = 10_000;
const maxPendingBytes = 32 * 1024 * 1024;
type ErrorCode = Extract<CfgEvent, { messageName: 'EventError' }>['errorCode'];

/** A Configuration Server: the master, or a replica that answers reads and follows it. */
export class ConfigurationServer {
  readonly #options: ConfigurationServerOptions;
  readonly #clients = new Map<string, ConfigurationClient>();
  readonly #replicas = new Set<LineConnection>();
  readonly #store: ConfigurationStore;
  readonly #passwords: Passwords;
  #mastership: Mastership | undefined;
  #world: WorldLink | undefined;
  #listener: LineServer | undefined;
  /** Who caused the change that is being made. */
  #causer: { client: ConfigurationClient; referenceID: number; last: Change | undefined } | undefined;
  #incoming: FromPeer[] = [];
  /** What was asked while the role is not certain. */
  #held: (() => void)[] = [];
  /** Was the master since it last had another one's environment: what it has may be its own. */
  #ownHistory = true;

  constructor(options: ConfigurationServerOptions) {
    this.#options = options;
    this.#passwords = new Passwords(() => options.clock.monotonic());
    // A new environment's numbers begin above those of any earlier one, so that nobody takes it for its continuation.
    this.#store = new ConfigurationStore(options.clock.now(), change => this.#onChange(change));
  }

  async start(): Promise<number> {
    const { host, port, name, site, role, sites, agents, world, clock, log } = this.#options;
    this.#store.load(demoObjects({ sites, agents }), clock.now());
    const onConnection = (connection: LineConnection): ConnectionHandlers => this.#accept(connection);
    this.#listener = await listenLines({ host, port, onConnection, maxPendingBytes });
    const mastership = new Mastership({
      site,
      peers: this.#options.peers,
      masterSite: sites[0] === site,
      log,
      onFollowed: message => this.#onFollowed(message),
      onSteppedDown: () => {
        this.#ownHistory = true;
        for (const replica of this.#replicas) replica.close();
      },
    });
    this.#mastership = mastership;
    await this.reload();
    const ready = new Promise<void>(resolve => {
      this.#world = new WorldLink({
        world,
        kind: 'config',
        server: name,
        wish: role,
        host,
        port: this.#listener?.port ?? 0,
        clock,
        isSynchronised: () => mastership.isMaster || mastership.synchronised,
        onRole: given => {
          mastership.setRole(given);
          this.#tellRole(given);
          resolve();
        },
        onSure: () => this.#flushHeld(),
        onMessage: message => {
          if (message.messageName === 'Promote') void mastership.promote().then(() => this.reload());
        },
      });
    });
    await ready;
    await mastership.look();
    await this.reload();
    return this.#listener.port;
  }

  async stop(): Promise<void> {
    this.#mastership?.close();
    this.#world?.close();
    await this.#listener?.close();
  }

  /** Reads the servers' addresses again; the master tells what has changed. */
  async reload(): Promise<void> {
    const { serversFile, log } = this.#options;
    if (serversFile === undefined) return;
    const addresses = await readServerAddresses(serversFile, log);
    if (this.#mastership?.isMaster !== true) return;
    for (const object of [...this.#store.all('CfgApplication')]) {
      if (object.type !== 'CfgApplication') continue;
      const address = addresses.get(object.name);
      if (address === undefined) continue;
      const backup = [...this.#store.all('CfgApplication')].find(
        other => other.type === 'CfgApplication' && object.isPrimary && other.name === object.name.replace(/_primary$/, '_backup'),
      );
      const pair = backup === undefined || backup.dbid === object.dbid ? {} : { backupServerDBID: backup.dbid };
      const changed = this.#store.update('CfgApplication', object.dbid, { serverInfo: { ...address, ...pair, timeoutS: 10, attempts: 3 } });
      if (!changed.ok) log.error('a server address was refused', { application: object.name, field: changed.reason.detail });
    }
  }

  // Role

  #tellRole(serverRole: ServerRole): void {
    for (const client of this.#clients.values()) if (client.registered) client.send({ messageName: 'EventPrimaryChanged', serverRole });
    if (serverRole === 'Backup') this.#flushHeld();
  }

  /** Runs at once, or when the role is certain again: after a freeze a primary may have been replaced without having heard of it. */
  #whenSure(run: () => void): void {
    if (this.#world?.role !== 'Primary' || (this.#world.sure && this.#held.length === 0)) return run();
    if (this.#held.length < maxHeld) this.#held.push(run);
    else this.#options.log.error('too much is waiting for the role');
  }

  #flushHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const run of held) run();
  }

  // Changes

  #onChange(change: Change): void {
    const causer = this.#causer;
    if (causer !== undefined) causer.last = change;
    for (const replica of this.#replicas) replica.send({ messageName: 'ReplicaChange', change } satisfies FromPeer);
    for (const client of this.#clients.values()) if (client !== causer?.client) client.notify(change);
    // The one who caused it hears of what it brought along at once, and of the change itself as the answer.
  }

  #onFollowed(message: Exclude<FromPeer, { messageName: 'MasterAnswer' }>): void {
    switch (message.messageName) {
      case 'ReplicaObjects':
        this.#incoming.push(message);
        return;
      case 'ReplicaReady': {
        const objects = this.#incoming.flatMap(part => (part.messageName === 'ReplicaObjects' ? part.objects : []));
        this.#incoming = [];
        const isSame = this.#store.sequence === message.sequence && !this.#ownHistory;
        this.#ownHistory = false;
        if (isSame) return;
        this.#store.load(objects, message.sequence);
        // Clients of a replica that starts anew hold what may be older: they come back and read again.
        for (const client of this.#clients.values()) client.connection.close();
        return;
      }
      case 'ReplicaChange':
        return this.#store.follow(message.change);
      case 'ReplicaPassword':
        return this.#passwords.put(message.stored);
    }
  }

  #serveReplica(connection: LineConnection): void {
    const mastership = this.#mastership;
    if (mastership?.isMaster !== true) return connection.close();
    const objects = [...this.#store.everything()];
    for (let from = 0; from < objects.length; from += chunk)
      connection.send({ messageName: 'ReplicaObjects', objects: objects.slice(from, from + chunk) } satisfies FromPeer);
    for (const stored of this.#passwords.all()) connection.send({ messageName: 'ReplicaPassword', stored } satisfies FromPeer);
    const { site } = this.#options;
    connection.send({ messageName: 'ReplicaReady', sequence: this.#store.sequence, term: mastership.term, site } satisfies FromPeer);
    this.#replicas.add(connection);
  }

  // Clients

  #accept(connection: LineConnection): ConnectionHandlers {
    const client = new ConfigurationClient(connection);
    this.#clients.set(connection.id, client);
    return {
      onMessage: message => this.#receive(client, message),
      onFault: fault => {
        this.#error(client, 0, 'InvalidAttribute', fault);
        if (fault === 'line-too-long') connection.close();
      },
      onClose: () => {
        this.#clients.delete(connection.id);
        this.#replicas.delete(connection);
      },
    };
  }

  #receive(client: ConfigurationClient, message: Readonly<Record<string, unknown>>): void {
    const { connection } = client;
    if (message['messageName'] === 'ReplicaFollow') return this.#serveReplica(connection);
    if (message['messageName'] === 'MasterQuery') {
      const { isMaster = false, term = 0 } = this.#mastership ?? {};
      const { site, name: server } = this.#options;
      return connection.send({ messageName: 'MasterAnswer', isMaster, site, term, server } satisfies FromPeer);
    }
    const checked = checkCfgRequest(message);
    if (!checked.ok) return this.#error(client, checked.referenceID, 'InvalidAttribute', checked.attribute);
    const { request } = checked;
    if (!client.registered && request.messageName !== 'RequestRegisterClient')
      return this.#error(client, request.referenceID, 'NotRegistered', 'RegisterClient comes first');
    this.#serve(client, request);
  }

  #serve(client: ConfigurationClient, request: CfgRequest): void {
    const { referenceID } = request;
    switch (request.messageName) {
      case 'RequestRegisterClient':
        return this.#whenSure(() => this.#register(client, request));
      case 'RequestReadObjects':
        return this.#read(client, request);
      case 'RequestAuthenticate': {
        const personDBID = this.#authenticated(client, referenceID, request.userName, request.userPassword);
        if (personDBID !== undefined) client.send({ messageName: 'EventAuthenticated', referenceID, personDBID });
        return;
      }
      case 'RequestChangePassword':
        return this.#whenSure(() => this.#changePassword(client, request));
      case 'RequestRegisterNotification': {
        client.subscriptions = request.subscriptions;
        const missed = request.fromSequence === undefined ? [] : this.#store.since(request.fromSequence);
        for (const change of missed ?? []) client.notify(change);
        const { sequence } = this.#store;
        return client.send({ messageName: 'EventNotificationRegistered', referenceID, sequence, gap: missed === undefined });
      }
      case 'RequestCreateObject':
        return this.#whenSure(() => this.#write(client, referenceID, () => this.#store.create(request.object)));
      case 'RequestUpdateObject':
        return this.#whenSure(() =>
          this.#write(client, referenceID, () => this.#store.update(request.objectType, request.dbid, request.changes), request),
        );
      case 'RequestDeleteObject':
        return this.#whenSure(() => this.#write(client, referenceID, () => this.#store.delete(request.objectType, request.dbid)));
    }
  }

  #register(client: ConfigurationClient, request: Extract<CfgRequest, { messageName: 'RequestRegisterClient' }>): void {
    const { referenceID, userName, userPassword = '' } = request;
    if (userName !== undefined && this.#authenticated(client, referenceID, userName, userPassword) === undefined) return;
    client.registered = true;
    client.send({
      messageName: 'EventClientRegistered',
      referenceID,
      serverName: this.#options.name,
      serverRole: this.#world?.role ?? 'Backup',
      isMaster: this.#mastership?.isMaster === true,
      sequence: this.#store.sequence,
    });
  }

  #read(client: ConfigurationClient, request: Extract<CfgRequest, { messageName: 'RequestReadObjects' }>): void {
    const { referenceID, objectType } = request;
    const filter = filterOf(objectType, request.filter ?? {});
    if (typeof filter !== 'function') return this.#error(client, referenceID, 'InvalidAttribute', filter.unknown);
    const objects = [...this.#store.all(objectType)].filter(filter);
    for (let from = 0; from < objects.length; from += chunk)
      client.send({ messageName: 'EventObjectsRead', referenceID, objects: objects.slice(from, from + chunk) });
    client.send({ messageName: 'EventObjectsSent', referenceID, count: objects.length, sequence: this.#store.sequence });
  }

  #write(
    client: ConfigurationClient,
    referenceID: number,
    act: () => ReturnType<ConfigurationStore['create']> | ReturnType<ConfigurationStore['delete']>,
    unchanged?: Extract<CfgRequest, { messageName: 'RequestUpdateObject' }>,
  ): void {
    if (this.#mastership?.isMaster !== true) return this.#error(client, referenceID, 'NotPrimary', 'this server is not the master');
    const causer = { client, referenceID, last: undefined as Change | undefined };
    const before = this.#store.sequence;
    this.#causer = causer;
    const result = act();
    this.#causer = undefined;
    if (!result.ok) return this.#error(client, referenceID, result.reason.code, result.reason.detail);
    const changes = this.#store.since(before) ?? [];
    for (const change of changes.slice(0, -1)) client.notify(change);
    if (causer.last !== undefined) client.notify(causer.last, referenceID);
    else if (unchanged !== undefined) {
      const { objectType, dbid } = unchanged;
      client.send({ messageName: 'EventObjectUpdated', referenceID, sequence: before, objectType, dbid, changes: {} });
    }
  }

  /** The person's DBID, or undefined after the error has been sent. */
  #authenticated(client: ConfigurationClient, referenceID: number, userName: string, password: string): number | undefined {
    let person: { dbid: number } | undefined;
    for (const object of this.#store.all('CfgPerson'))
      if (object.type === 'CfgPerson' && object.userName === userName && object.state === 'Enabled') person = object;
    const outcome = this.#passwords.check(userName, password, person !== undefined);
    if (outcome === 'too-many') this.#error(client, referenceID, 'TooManyAttempts', 'try again later');
    else if (outcome === 'wrong' || person === undefined) this.#error(client, referenceID, 'InvalidCredentials', 'user name or password');
    else return person.dbid;
    return undefined;
  }

  #changePassword(client: ConfigurationClient, request: Extract<CfgRequest, { messageName: 'RequestChangePassword' }>): void {
    const { referenceID, userName } = request;
    if (this.#mastership?.isMaster !== true) return this.#error(client, referenceID, 'NotPrimary', 'this server is not the master');
    if (this.#authenticated(client, referenceID, userName, request.oldPassword) === undefined) return;
    const stored = this.#passwords.change(userName, request.newPassword);
    for (const replica of this.#replicas) replica.send({ messageName: 'ReplicaPassword', stored } satisfies FromPeer);
    client.send({ messageName: 'EventPasswordChanged', referenceID });
  }

  #error(client: ConfigurationClient, referenceID: number, errorCode: ErrorCode, errorMessage: string): void {
    client.send({ messageName: 'EventError', referenceID, errorCode, errorMessage });
  }
}
