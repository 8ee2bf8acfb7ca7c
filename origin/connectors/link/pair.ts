import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Endpoint, LinkDriver, LinkProtocol, WireMessage } from './driver.ts';
import { createLink, type Handshake, type Link, type LinkStatus } from './link.ts';

/**
 * `single`: one server. `warm` (and cold): one connection, to whichever of the two is the primary. `hot`: connected to both, events and
 * commands only of the primary.
 */
export type PairMode = 'single' | 'warm' | 'hot';
export type ServerRole = 'Primary' | 'Backup';
export type PairChange = 'lost' | 'restored' | 'switched';

/** What a server says of itself. */
export interface ServerInfo {
  readonly role: ServerRole;
}

/** What a later message says about the server's own state. */
export interface ServiceNews {
  readonly role?: ServerRole;
  /** Whether the server can work (its switch link is there). */
  readonly inService?: boolean;
}

export interface PairHandlers<Info> {
  /** The link of a member is up, as primary or backup. */
  memberUp(member: PairMember, info: Info): void;
  memberDown(member: PairMember): void;
  /** Every message of every member, the keep-alive excepted. */
  message(member: PairMember, message: WireMessage): void;
  drained(member: PairMember): void;
  /** `switched` also stands for a missing event: what was known may be stale. Said before anything is sent to or taken from the new one. */
  change(change: PairChange): void;
}

export interface PairOptions<Info extends ServerInfo> {
  readonly name: string;
  readonly mode: PairMode;
  /** The configured primary first; two of them for `warm` and `hot`. */
  readonly endpoints: readonly Endpoint[];
  readonly protocol: LinkProtocol;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly handshake: Handshake<Info>;
  readonly nextReference: () => number;
  readonly idleMs: number | undefined;
  readonly maxRetryMs?: number | undefined;
  readonly newsFrom: (message: WireMessage) => ServiceNews | undefined;
  readonly handlers: PairHandlers<Info>;
}

export interface PairMember {
  readonly index: number;
  readonly link: Link;
  readonly role: ServerRole | undefined;
}

export interface Pair {
  /** The member that serves; undefined between two, and while none does. */
  readonly active: PairMember | undefined;
  /** `switching`: the primary is gone, the backup is connected and expected to take over. */
  readonly state: 'down' | 'switching' | 'up';
  readonly members: readonly PairMember[];
  start(): void;
  stop(): void;
  status(): readonly (LinkStatus & { role: ServerRole | undefined })[];
}

/** How long a connected backup may take to become the primary before the loss is told. */
const switchGraceMs = 2_000;

interface Member extends PairMember {
  link: Link;
  role: ServerRole | undefined;
  inService: boolean;
  /** Rises with each announcement of being the primary. */
  primarySince: number;
}

/** A primary and its backup as one server. */
export function createPair<Info extends ServerInfo>(options: PairOptions<Info>): Pair {
  const { handlers, clock, log, mode } = options;
  let state: Pair['state'] = 'down';
  let active: Member | undefined;
  let announcements = 0;
  let cancelGrace = (): void => undefined;

  const groups = mode === 'hot' ? options.endpoints.map(endpoint => [endpoint]) : [options.endpoints];
  const members = groups.map((endpoints, index) => createMember(endpoints, index));

  function createMember(endpoints: readonly Endpoint[], index: number): Member {
    const member: Partial<Member> & { index: number } = { index, role: undefined, inService: true, primarySince: 0 };
    const self = member as Member;
    self.link = createLink<Info>({
      ...options,
      name: groups.length > 1 ? `${options.name}#${index}` : options.name,
      endpoints,
      handshake: mode === 'warm' ? primaryOnly(options.handshake) : options.handshake,
      handlers: {
        up(info) {
          self.inService = true;
          setRole(self, info.role);
          handlers.memberUp(self, info);
          evaluate();
        },
        message: message => receive(self, message),
        gap: () => {
          if (active === self) handlers.change('switched');
        },
        drained: () => handlers.drained(self),
        down() {
          self.role = undefined;
          if (active === self) active = undefined;
          handlers.memberDown(self);
          evaluate();
        },
      },
    });
    return self;
  }

  function receive(member: Member, message: WireMessage): void {
    const news = options.newsFrom(message);
    if (news !== undefined) {
      if (news.inService !== undefined) member.inService = news.inService;
      if (news.role !== undefined) setRole(member, news.role);
      if (mode === 'warm' && member.role === 'Backup') return member.link.drop('no longer the primary');
      evaluate();
    }
    handlers.message(member, message);
  }

  function setRole(member: Member, role: ServerRole): void {
    if (role === 'Primary' && member.role !== 'Primary') member.primarySince = ++announcements;
    member.role = role;
  }

  /** Chooses again who serves, and tells what that changes. */
  function evaluate(): void {
    const next = newestPrimary();
    if (next !== undefined && next === active && state === 'up') return;
    active = next;
    if (next !== undefined) {
      cancelGrace();
      const before = state;
      state = 'up';
      log.info('server serves', { server: options.name, member: next.index });
      handlers.change(before === 'down' ? 'restored' : 'switched');
    } else if (state === 'up') {
      if (members.some(member => member.link.phase === 'up' && member.inService)) {
        state = 'switching';
        cancelGrace = clock.after(switchGraceMs, giveUp);
      } else giveUp();
    } else if (state === 'switching' && !members.some(member => member.link.phase === 'up')) giveUp();
  }

  /** A primary that was stopped for a while still believes to be it; the one announced last is right. */
  function newestPrimary(): Member | undefined {
    let found: Member | undefined;
    for (const member of members) {
      if (member.role !== 'Primary' || !member.inService || member.link.phase !== 'up') continue;
      if (found === undefined || member.primarySince > found.primarySince) found = member;
    }
    return found;
  }

  function giveUp(): void {
    cancelGrace();
    if (state === 'down') return;
    state = 'down';
    log.warn('no server serves', { server: options.name });
    handlers.change('lost');
  }

  return {
    get active() {
      return active;
    },
    get state() {
      return state;
    },
    members,
    start: () => members.forEach(member => member.link.start()),
    stop() {
      members.forEach(member => member.link.stop());
      giveUp();
    },
    status: () => members.map(member => ({ ...member.link.status(), role: member.role })),
  };
}

function primaryOnly<Info extends ServerInfo>(handshake: Handshake<Info>): Handshake<Info> {
  return {
    request: reference => handshake.request(reference),
    read(message) {
      const step = handshake.read(message);
      return step.kind === 'up' && step.info.role === 'Backup' ? { kind: 'refused', why: 'is the backup' } : step;
    },
  };
}
