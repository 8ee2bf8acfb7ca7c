import type {
  GoAnswer,
  GoRequest,
  LeaseAnswer,
  ListedRecord,
  NodeView,
  RecordState,
  RegistryNode,
  ReviveAnswer,
  ReviveRequest,
  StoredPassport,
  TakeAnswer,
  TakeRequest,
} from '../../contracts/registry.ts';
import { nodeOf } from '../decide.ts';

/** The rules that live in the registry's scripts, to be turned off one at a time. */
export interface RegistryRules {
  /** A take succeeds only on the record that was read. */
  compareAndSet: boolean;
  /** A taker inherits its predecessor's predecessors. */
  inherit: boolean;
  /** Nobody acts just after the registry's birth. */
  birth: boolean;
  /** Epochs are above the registry's clock, so that they do not fall when data is lost. */
  clockEpochs: boolean;
  /** A renewal tells what was taken away. */
  notices: boolean;
  /** Predecessors are waited for at all. */
  predecessors: boolean;
}

export const allRegistryRules: RegistryRules = {
  compareAndSet: true,
  inherit: true,
  birth: true,
  clockEpochs: true,
  notices: true,
  predecessors: true,
};

interface Row {
  epoch: number;
  owner: string;
  region: string;
  state: RecordState;
  before: string[];
  dn: string | undefined;
}

interface Data {
  leases: Map<string, number>;
  upUntil: number;
  bornUntil: number;
  rows: Map<string, Row>;
  taken: Map<string, { epochs: Map<string, number>; until: number }>;
  nodes: Map<string, RegistryNode & { incarnation: string }>;
  passports: Map<string, StoredPassport>;
  ended: Set<string>;
  revoked: Map<string, number>;
}

const empty = (): Data => ({
  leases: new Map(),
  upUntil: -1,
  bornUntil: -1,
  rows: new Map(),
  taken: new Map(),
  nodes: new Map(),
  passports: new Map(),
  ended: new Set(),
  revoked: new Map(),
});

/** The scripts of the registry as plain code, for the simulated world. The same suite checks both. */
export class RegistryCore {
  /** Successful takes. */
  takes = 0;
  private data = empty();
  private readonly now: () => number;
  private readonly rules: RegistryRules;

  constructor(now: () => number, rules: RegistryRules = allRegistryRules) {
    this.now = now;
    this.rules = rules;
  }

  lose(): void {
    this.data = empty();
  }

  grow(): void {
    this.data.bornUntil = -1;
  }

  snapshot(): () => void {
    const copy = structuredClone(this.data);
    return () => (this.data = copy);
  }

  createLease(node: RegistryNode, incarnation: string): LeaseAnswer {
    this.touch();
    if (this.alive(incarnation)) return { held: false };
    this.data.leases.set(incarnation, this.now() + 1_500);
    this.data.nodes.set(node.id, { id: node.id, number: node.number, region: node.region, url: node.url, incarnation });
    return { held: true, taken: [] };
  }

  extendLease(incarnation: string): LeaseAnswer {
    this.touch();
    if (!this.alive(incarnation)) return { held: false };
    this.data.leases.set(incarnation, this.now() + 1_500);
    const taken = this.data.taken.get(incarnation);
    if (taken === undefined || taken.until <= this.now() || !this.rules.notices) return { held: true, taken: [] };
    return { held: true, taken: [...taken.epochs].map(([session, epoch]) => ({ session, epoch })) };
  }

  dropLease(incarnation: string): void {
    this.data.leases.delete(incarnation);
  }

  read(session: string): ListedRecord | undefined {
    const row = this.data.rows.get(session);
    return row === undefined ? undefined : this.view(session, row);
  }

  take(session: string, node: RegistryNode, request: TakeRequest): TakeAnswer {
    const { incarnation, over } = request;
    if (!this.alive(incarnation)) return { kind: 'no-lease' };
    const row = this.data.rows.get(session);
    const current = row?.epoch ?? 0;
    if (current !== request.expect && this.rules.compareAndSet) return { kind: 'changed', record: this.read(session) };
    const last = Math.floor(Math.max(current, request.floor) / 1_024);
    const epoch = Math.max(last + 1, this.rules.clockEpochs ? Math.floor(this.now()) : 0) * 1_024 + node.number;
    const before: string[] = [];
    const keep = (each: string): void => {
      if (this.rules.predecessors && each !== incarnation && !over.includes(each) && !before.includes(each) && this.alive(each))
        before.push(each);
    };
    if (row !== undefined) {
      if (this.rules.inherit) row.before.forEach(keep);
      if (row.state === 'claimed' || row.state === 'active') {
        keep(row.owner);
        if (row.owner !== incarnation && this.alive(row.owner)) this.tell(row.owner, session, epoch);
      }
    }
    this.takes += 1;
    this.data.rows.set(session, { epoch, owner: incarnation, region: node.region, state: 'claimed', before, dn: row?.dn });
    return { kind: 'taken', epoch, before: [...before] };
  }

  go(session: string, { incarnation, epoch, over, waited, dn }: GoRequest): GoAnswer {
    if (!this.alive(incarnation)) return { kind: 'no-lease' };
    const row = this.data.rows.get(session);
    if (row === undefined || row.epoch !== epoch || row.owner !== incarnation) return { kind: 'lost' };
    if (row.state !== 'claimed' && row.state !== 'active') return { kind: 'lost' };
    if (row.state === 'claimed') {
      if (this.data.upUntil <= this.now()) this.touch();
      if (this.data.bornUntil > this.now() && this.rules.birth) return { kind: 'young' };
      const left = waited ? [] : row.before.filter(each => this.alive(each) && !over.includes(each));
      if (left.length > 0) return { kind: 'waiting', before: left };
      row.state = 'active';
      row.before = [];
    }
    if (dn !== undefined) row.dn = dn;
    return { kind: 'active' };
  }

  revive(node: RegistryNode, incarnation: string, sessions: readonly ReviveRequest[]): ReviveAnswer[] {
    if (!this.alive(incarnation)) return sessions.map(() => 'no-lease');
    return sessions.map(({ session, epoch, dn }) => {
      if (this.data.rows.has(session)) return 'present';
      this.data.rows.set(session, { epoch, owner: incarnation, region: node.region, state: 'active', before: [], dn });
      return 'put';
    });
  }

  leave(session: string, incarnation: string, epoch: number, to: 'free' | 'ended'): void {
    const row = this.data.rows.get(session);
    if (row === undefined) return;
    if (row.epoch === epoch && row.owner === incarnation) {
      row.state = to;
      if (to === 'ended') this.data.passports.delete(session);
    } else row.before = row.before.filter(each => each !== incarnation);
  }

  strays(node: RegistryNode, incarnation: string): ListedRecord[] {
    return this.list(
      row => nodeOf(row.owner) === node.id && row.owner !== incarnation && (row.state === 'claimed' || row.state === 'active'),
    );
  }

  orphans(): ListedRecord[] {
    const dead = (row: Row): boolean => !this.alive(this.data.nodes.get(nodeOf(row.owner))?.incarnation ?? '') && !this.alive(row.owner);
    return this.list(row => row.state === 'free' || ((row.state === 'claimed' || row.state === 'active') && dead(row)));
  }

  nodes(): NodeView[] {
    return [...this.data.nodes.values()].map(each => ({ ...each, alive: this.alive(each.incarnation) }));
  }

  records(limit: number): ListedRecord[] {
    return this.list(row => row.state !== 'ended').slice(0, limit);
  }

  putPassport(session: string, passport: StoredPassport): void {
    if ((this.data.passports.get(session)?.epoch ?? 0) <= passport.epoch) this.data.passports.set(session, passport);
  }

  passport(session: string): StoredPassport | undefined {
    return this.data.passports.get(session);
  }

  putEnded(sid: string): void {
    this.data.ended.add(sid);
  }

  isEnded(sid: string): boolean {
    return this.data.ended.has(sid);
  }

  revokeToken(jti: string, expiresAtMs: number): void {
    if (expiresAtMs > this.now()) this.data.revoked.set(jti, this.now());
  }

  revokedTokens(sinceMs: number): { jtis: string[]; nextSinceMs: number } {
    const jtis = [...this.data.revoked].filter(([, at]) => at >= sinceMs).map(([jti]) => jti);
    return { jtis, nextSinceMs: Math.floor(this.now()) - 2_000 };
  }

  private alive(incarnation: string): boolean {
    return (this.data.leases.get(incarnation) ?? -1) > this.now();
  }

  private touch(): void {
    if (this.data.upUntil <= this.now()) this.data.bornUntil = this.now() + 1_500;
    this.data.upUntil = this.now() + 1_000;
  }

  private tell(owner: string, session: string, epoch: number): void {
    const taken = this.data.taken.get(owner) ?? { epochs: new Map<string, number>(), until: 0 };
    taken.epochs.set(session, epoch);
    taken.until = this.now() + 10_000;
    this.data.taken.set(owner, taken);
  }

  private view(session: string, row: Row): ListedRecord {
    return {
      session,
      ...row,
      before: [...row.before],
      ownerAlive: this.alive(row.owner),
      url: this.data.nodes.get(nodeOf(row.owner))?.url,
    };
  }

  private list(want: (row: Row) => boolean): ListedRecord[] {
    return [...this.data.rows].filter(([, row]) => want(row)).map(([session, row]) => this.view(session, row));
  }
}
