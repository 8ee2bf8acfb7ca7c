import type { CfgEvent } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import { refuse, ok } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { Configuration, ConfigurationChange, ConfigurationWriter } from '../../contracts/configuration.ts';
import { type Endpoint, type LinkDriver, type ServerStatus, type WireMessage, createRequests } from '../link/index.ts';
import { createCredentials } from './credentials.ts';
import { createMirror, type AskConfiguration } from './mirror.ts';
import { createObjectTable } from './objects.ts';
import { createReached } from './reached.ts';
import { createWriter } from './writer.ts';
import { eventFrom } from './protocol.ts';
import { createConfigurationServers, idleMs } from './servers.ts';

export interface ConfigurationConnectorOptions {
  /** Configuration Servers of the site: the primary and its backup, tried in turn. */
  readonly servers: readonly Endpoint[];
  /** Name of our Application object. */
  readonly application: string;
  readonly location?: string;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

export interface ConfigurationConnector extends Configuration, ConfigurationWriter {
  /** Connects; `ready()` tells when everything is read. */
  start(): void;
  stop(): void;
  status(): readonly ServerStatus[];
}

/** A mirror of the Configuration Server's objects, and its check of passwords. */
export function createConfiguration(options: ConfigurationConnectorOptions): ConfigurationConnector {
  const { clock, log } = options;
  const table = createObjectTable();
  const listeners = new Set<(change: ConfigurationChange) => void>();
  const firstRead = Promise.withResolvers<void>();
  let lastReference = 0;
  const nextReference = (): number => (lastReference = (lastReference % 0x7fff_ffff) + 1);

  const servers = createConfigurationServers({
    ...options,
    location: options.location,
    nextReference,
    table,
    handlers: {
      serving() {
        mirror.connected();
        credentials.pump();
      },
      message(message: WireMessage) {
        mirror.receive(eventFrom(message));
        requests.receive(message);
        credentials.receive(message);
      },
      drained() {
        requests.pump();
        credentials.pump();
      },
      left() {
        mirror.disconnected();
        requests.failAll();
        credentials.disconnected();
      },
    },
  });
  const target = () => servers.active;
  const requests = createRequests({ clock, nextReference, target, maxQueued: 64, maxPending: 64 });
  const credentials = createCredentials({ clock, nextReference, target, table });

  const ask: AskConfiguration = async (command, { deadlineMs, isLast }) => {
    const answer = await requests.request({
      compose: referenceID => ok({ ...command, referenceID }),
      deadlineMs,
      ...(isLast === undefined ? {} : { isLast: (message: WireMessage) => isLast(eventFrom(message)) }),
    });
    return answer.ok ? ok<CfgEvent>(eventFrom(answer.value)) : refuse(answer.reason);
  };
  const mirror = createMirror({
    table,
    ask,
    clock,
    log,
    changed(changes) {
      announce(changes);
      reached.advanced();
      if (changes.some(change => change.type === 'CfgApplication')) servers.follow();
    },
    current: () => firstRead.resolve(),
  });
  const reached = createReached(clock, () => mirror.sequence);
  const writer = createWriter({
    application: options.application,
    driver: options.driver,
    clock,
    random: options.random,
    log,
    nextReference,
    idleMs,
    endpoints: masterEndpoints,
    table,
    reached: sequence => reached.wait(sequence),
  });

  /** Ours first, then those of the other sites. */
  function masterEndpoints(): readonly Endpoint[] {
    const others = table
      .all('CfgApplication')
      .flatMap(({ appType, serverInfo }) => (appType === 'ConfigServer' && serverInfo !== undefined ? [serverInfo] : []))
      .map(({ host, port }) => ({ host, port }))
      .filter(other => !options.servers.some(own => own.host === other.host && own.port === other.port));
    return [...options.servers, ...others];
  }

  function announce(changes: readonly ConfigurationChange[]): void {
    for (const change of changes) {
      for (const listener of [...listeners]) {
        try {
          listener(change);
        } catch (fault) {
          log.error('listener failed', { fault: fault instanceof Error ? fault.message : 'unknown' });
        }
      }
    }
  }

  const switchNameOf = (switchDbid: number): string | undefined => table.get('CfgSwitch', switchDbid)?.name;

  return {
    get state() {
      return mirror.state;
    },
    ready: () => firstRead.promise,
    get: (type, dbid) => table.get(type, dbid),
    all: type => table.all(type),
    personByUserName: userName => table.personByUserName(userName),
    personByEmployeeId: employeeId => table.personByEmployeeId(employeeId),
    placeByName: name => table.placeByName(name),
    dn: (number, switchName) => table.dn(number, switchName),
    placeDns: placeDbid =>
      (table.get('CfgPlace', placeDbid)?.dnDBIDs ?? []).flatMap(dbid => {
        const dn = table.get('CfgDN', dbid);
        const itsSwitch = dn === undefined ? undefined : table.get('CfgSwitch', dn.switchDBID);
        return dn === undefined || itsSwitch === undefined ? [] : [{ dn, switch: itsSwitch }];
      }),
    placeOfDn: dnDbid => table.placeOfDn(dnDbid),
    agentLogin: (personDbid, switchName) =>
      (table.get('CfgPerson', personDbid)?.agentInfo?.agentLogins ?? [])
        .map(entry => table.get('CfgAgentLogin', entry.agentLoginDBID))
        .find(login => login !== undefined && (switchName === undefined || switchNameOf(login.switchDBID) === switchName)),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    authenticate: (userName, password) => credentials.authenticate(userName, password),
    changePassword: (userName, oldPassword, newPassword) => writer.changePassword(userName, oldPassword, newPassword),
    create: object => writer.create(object),
    update: (type, dbid, changes) => writer.update(type, dbid, changes),
    delete: (type, dbid) => writer.delete(type, dbid),
    start: () => servers.start(),
    stop() {
      servers.stop();
      credentials.stop();
      writer.stop();
    },
    status: () => servers.status(),
  };
}
