import type { FromWorld, ServerKind, ServerRole } from './protocol.ts';
import { firstPrimaryMs, serverKinds, silenceMs } from './protocol.ts';

/** A server as the arbiter knows it. */
export interface Member {
  readonly id: string;
  readonly kind: ServerKind;
  server: string;
  host: string;
  port: number;
  /** What it asked to be. */
  wish: ServerRole;
  synchronised: boolean;
  heardAt: number;
  helloAt: number;
  /** What it was told to be; undefined until told. */
  role: ServerRole | undefined;
}

/**
 * Says which of a pair's servers is the primary, as Solution Control Server would: at most one, and never a new one before the old one must have
 * noticed that nobody answers it. Time comes from the caller.
 */
export class Arbiter {
  readonly #members = new Map<string, Member>();
  readonly #tell: (id: string, message: FromWorld) => void;
  /** A primary that fell silent or left counts until this time. */
  readonly #vacantFrom = new Map<ServerKind, number>();

  constructor(tell: (id: string, message: FromWorld) => void) {
    this.#tell = tell;
  }

  hello(
    id: string,
    said: { kind: ServerKind; server: string; role: ServerRole; confirmed: boolean; synchronised: boolean; host: string; port: number },
    now: number,
  ): void {
    const known = this.#members.get(id);
    const { kind, server, host, port, synchronised } = said;
    const member: Member = { id, kind, server, host, port, synchronised, wish: said.role, heardAt: now, helloAt: now, role: known?.role };
    this.#members.set(id, member);
    // The same server on a new connection: the old connection is dead even if nobody has said so.
    for (const other of this.of(kind)) {
      if (other.id === id || other.server !== server) continue;
      this.#members.delete(other.id);
      if (other.role === 'Primary') this.#vacantFrom.set(kind, now);
    }
    const primary = this.primary(kind);
    if (primary === undefined && said.role === 'Primary' && (said.confirmed || !this.#vacantFrom.has(kind))) this.#promote(member);
    else if (primary !== undefined && primary.id !== id) member.role = 'Backup';
    this.check(now);
    this.#tellPartners(kind);
  }

  heard(id: string, synchronised: boolean, now: number): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    member.heardAt = now;
    member.synchronised = synchronised;
  }

  left(id: string, now: number): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    this.#members.delete(id);
    if (member.role === 'Primary') this.#vacantFrom.set(member.kind, now);
    this.check(now);
    this.#tellPartners(member.kind);
  }

  /** Replaces silent primaries, fills vacant places. */
  check(now: number): void {
    for (const kind of serverKinds) {
      const primary = this.primary(kind);
      if (primary !== undefined && now - primary.heardAt <= silenceMs) continue;
      const candidate = this.#candidate(kind, now);
      if (candidate === undefined) continue;
      if (primary !== undefined) primary.role = 'Backup';
      this.#promote(candidate);
      this.#tellPartners(kind);
    }
  }

  /** After the world itself stood still, its servers' silence says nothing. */
  forgive(now: number): void {
    for (const member of this.#members.values()) member.heardAt = now;
  }

  of(kind: ServerKind): Member[] {
    return [...this.#members.values()].filter(member => member.kind === kind);
  }

  primary(kind: ServerKind): Member | undefined {
    return this.of(kind).find(member => member.role === 'Primary');
  }

  #candidate(kind: ServerKind, now: number): Member | undefined {
    const alive = this.of(kind).filter(member => member.role !== 'Primary' && now - member.heardAt <= silenceMs);
    const vacated = this.#vacantFrom.has(kind) || this.primary(kind) !== undefined;
    const fit = alive.filter(member => vacated || member.wish === 'Primary' || now - member.helloAt >= firstPrimaryMs);
    return fit.find(member => member.synchronised) ?? fit[0];
  }

  #promote(member: Member): void {
    this.#vacantFrom.delete(member.kind);
    member.role = 'Primary';
  }

  #tellPartners(kind: ServerKind): void {
    const members = this.of(kind);
    const primary = this.primary(kind);
    for (const member of members) {
      if (member.role === undefined && primary !== undefined) member.role = 'Backup';
      if (member.role === undefined) continue;
      const partner = member === primary ? members.find(other => other !== member) : primary;
      this.#tell(member.id, {
        messageName: 'Role',
        role: member.role,
        ...(partner === undefined ? {} : { partner: { server: partner.server, host: partner.host, port: partner.port } }),
      });
    }
  }
}
