import { isDeepStrictEqual } from 'node:util';
import type { KvList, TlibEvent } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import { refuse, ok, type Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { VoiceRefusal, VoiceServer } from '../../contracts/voice.ts';
import {
  type Endpoint,
  type LinkDriver,
  type Pair,
  type PairChange,
  type PairMember,
  type ServerStatus,
  type WireMessage,
  createPair,
  createRequests,
  serverStatusFrom,
} from '../link/index.ts';
import type { PlannedServer } from './plan.ts';
import { eventFrom, signedRequest, tlibHandshake, tlibNewsFrom, type SipServerInfo } from './protocol.ts';
import { createRegistrations, type Registrations } from './registrations.ts';

/** A SIP Server with what only the connector's own parts need. */
export interface SipServer extends VoiceServer {
  /** Connected to the primary, and a command written now leaves in this tick. */
  readonly drained: boolean;
  /**
   * Waits until a DN that is listened to is registered on the present connection; answers its EventRegistered, the server's refusal, or
   * `unavailable` without a connection.
   */
  registered(dn: string): Promise<Result<TlibEvent, VoiceRefusal>>;
  /** Distributes a user event to everybody registered on the DN; resolves with whether it was written. Carries no epoch: it is no owner's act. */
  say(dn: string, userData: KvList): Promise<boolean>;
  /** Follows the configuration: other addresses mean a new connection, what is listened to stays. */
  configure(planned: PlannedServer): void;
  start(): void;
  stop(): void;
  status(): readonly ServerStatus[];
}

export interface SipServerOptions {
  readonly applicationName: string;
  readonly node: string;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly maxQueued?: number;
  readonly maxPending?: number;
}

const longestDeadlineMs = 30_000;
const sayDeadlineMs = 1_000;

export function createSipServer(options: SipServerOptions, first: PlannedServer): SipServer {
  const { clock, log } = options;
  let planned = first;
  let lastReference = 0;
  let keepsAgents: boolean | undefined;
  /** In warm standby: where the pair was last connected to, and whether that was another server than now. */
  let lastEndpoint: Endpoint | undefined;
  let hasForgotten = false;
  let served: PairMember | undefined;
  let registrations: Registrations[] = [];
  const listeners = new Map<string, Set<(event: TlibEvent) => void>>();
  const watchers = new Set<(change: PairChange) => void>();
  const nextReference = (): number => (lastReference = (lastReference % 0x7fff_ffff) + 1);

  const requests = createRequests({
    clock,
    nextReference,
    target: () => pair.active?.link,
    // While the backup takes over, commands wait for it; whoever lost their right meanwhile is refused when they would leave.
    mayWait: () => pair.state === 'switching',
    maxQueued: options.maxQueued ?? 10_000,
    maxPending: options.maxPending ?? 10_000,
  });
  let pair = connect();

  function connect(): Pair {
    const created = createPair<SipServerInfo>({
      ...options,
      name: `sip ${planned.switchName}`,
      protocol: 'tlib',
      mode: planned.mode,
      endpoints: planned.endpoints,
      idleMs: planned.idleMs,
      maxRetryMs: planned.maxRetryMs,
      handshake: tlibHandshake(options.applicationName),
      newsFrom: tlibNewsFrom,
      nextReference,
      handlers: {
        memberUp(member, info) {
          keepsAgents = info.keepsAgentsOnDisconnect ?? keepsAgents;
          const { endpoint } = member.link.status();
          hasForgotten = planned.mode === 'warm' && lastEndpoint !== undefined && !isDeepStrictEqual(lastEndpoint, endpoint);
          lastEndpoint = endpoint;
          registrations[member.index]?.connected();
        },
        memberDown(member) {
          registrations[member.index]?.disconnected();
          if (served === member) requests.failSent();
        },
        message: receive,
        drained(member) {
          registrations[member.index]?.pump();
          if (pair.active === member) requests.pump();
        },
        change: changed,
      },
    });
    registrations = created.members.map(member =>
      createRegistrations({
        node: options.node,
        clock,
        log,
        nextReference,
        target: () => (member.link.phase === 'up' ? member.link : undefined),
        serves: () => pair.active === member,
      }),
    );
    for (const dn of listeners.keys()) for (const table of registrations) table.want(dn);
    return created;
  }

  function changed(change: PairChange): void {
    if (change === 'lost') requests.failAll();
    else if (pair.active !== served) {
      requests.failSent();
      served = pair.active;
      // A backup may have refused what it accepts as the primary.
      for (const dn of listeners.keys()) activeRegistrations()?.want(dn);
    }
    log.info('voice server changed', { switch: planned.switchName, change });
    for (const watcher of [...watchers]) guarded(() => watcher(change));
    requests.pump();
  }

  function receive(member: PairMember, message: WireMessage): void {
    const event = eventFrom(message);
    // A server that steps back forgets who is registered at it.
    if (event.messageName === 'EventPrimaryChanged' && event.serverRole === 'Backup') registrations[member.index]?.connected();
    registrations[member.index]?.receive(message);
    if (pair.active !== member) return;
    if (event.thisDN !== undefined) for (const listener of [...(listeners.get(event.thisDN) ?? [])]) guarded(() => listener(event));
    requests.receive(message);
  }

  function guarded(run: () => void): void {
    try {
      run();
    } catch (fault) {
      log.error('listener failed', { switch: planned.switchName, fault: fault instanceof Error ? fault.message : 'unknown' });
    }
  }

  const activeRegistrations = (): Registrations | undefined => {
    const active = pair.active;
    return active === undefined ? undefined : registrations[active.index];
  };

  return {
    get switchName() {
      return planned.switchName;
    },
    get location() {
      return planned.location;
    },
    get state() {
      return pair.state === 'down' ? 'down' : 'up';
    },
    get keepsAgentsOnDisconnect() {
      // The backup of a warm standby knows no agents: who is logged out there did not log out.
      return hasForgotten ? false : keepsAgents;
    },
    get drained() {
      return pair.active?.link.drained === true;
    },
    onChange(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    listen(dn, listener) {
      const present = listeners.get(dn) ?? new Set();
      listeners.set(dn, present.add(listener));
      for (const table of registrations) table.want(dn);
      return () => {
        present.delete(listener);
        if (present.size > 0 || listeners.get(dn) !== present) return;
        listeners.delete(dn);
        for (const table of registrations) table.unwant(dn);
      };
    },
    registered: dn => activeRegistrations()?.registered(dn) ?? Promise.resolve(refuse({ kind: 'unavailable' })),
    async request(command, { deadlineMs, admit }) {
      if (command.thisDN !== undefined) activeRegistrations()?.hurry(command.thisDN);
      const answer = await requests.request({
        deadlineMs: Math.min(deadlineMs, longestDeadlineMs),
        compose(referenceID) {
          const admitted = admit?.();
          if (admitted?.ok === false) return refuse(admitted.reason);
          return ok(signedRequest(command, referenceID, options.node, admitted?.value.epoch));
        },
      });
      if (!answer.ok) return refuse(answer.reason);
      const event = eventFrom(answer.value);
      if (event.messageName !== 'EventError') return ok(event);
      return refuse({ kind: 'error', errorCode: event.errorCode ?? 0, errorMessage: event.errorMessage ?? '' });
    },
    say(dn, userData) {
      return new Promise(resolve => {
        void requests
          .request({
            deadlineMs: sayDeadlineMs,
            compose: referenceID =>
              ok(signedRequest({ messageName: 'RequestDistributeUserEvent', thisDN: dn, userData }, referenceID, options.node, undefined)),
            onSent: () => resolve(true),
          })
          .then(answer => resolve(answer.ok || answer.reason.kind === 'unknown'));
      });
    },
    configure(next) {
      const sameConnection = isDeepStrictEqual(connectionOf(next), connectionOf(planned));
      planned = next;
      if (sameConnection) return;
      log.info('voice server moved', { switch: planned.switchName });
      pair.stop();
      served = undefined;
      pair = connect();
      pair.start();
    },
    start: () => pair.start(),
    stop: () => pair.stop(),
    status: () =>
      pair
        .status()
        .map((link, index) =>
          serverStatusFrom(link, { name: planned.names[index] ?? planned.switchName, type: 'sip', location: planned.location }),
        ),
  };
}

/** What a new connection is needed for when it changes. */
const connectionOf = ({ mode, endpoints, idleMs, maxRetryMs }: PlannedServer) => ({ mode, endpoints, idleMs, maxRetryMs });
