import type { ListedRecord, NodeView, SessionKey } from '../contracts/registry.ts';
import { nodeOf } from './decide.ts';
import type { OwnershipPorts } from './ports.ts';
import { timing } from './rules.ts';
import type { Rules } from './rules.ts';

/** Takeovers begun by one round; the rest follows in the next. */
const roundLimit = 100;

export interface CaretakerDuties {
  /** The current incarnation, when a lease is held. */
  incarnation(): string | undefined;
  draining(): boolean;
  /** Takes the session, as if somebody had asked for it. */
  adopt(session: SessionKey): void;
  nodes(views: readonly NodeView[]): void;
}

/**
 * Nobody is forgotten: every 5 s this node takes the records that name it but that it does not hold, and, as the reaper of its region (the living
 * node with the lowest number), those of dead owners that nobody asked for in 30 s; those of regions without a living node after 60 s.
 */
export class Caretaker {
  private readonly ports: OwnershipPorts;
  private readonly rules: Rules;
  private readonly duties: CaretakerDuties;
  private readonly firstSeenMs = new Map<string, number>();
  private cancel: (() => void) | undefined;
  private stopped = false;

  constructor(ports: OwnershipPorts, rules: Rules, duties: CaretakerDuties) {
    this.ports = ports;
    this.rules = rules;
    this.duties = duties;
  }

  /** The first round comes soon, to know the other nodes; a random part keeps nodes started together apart. */
  start(): void {
    this.plan(200 + 500 * this.ports.random());
  }

  stop(): void {
    this.stopped = true;
    this.cancel?.();
  }

  private plan(ms: number): void {
    if (this.stopped) return;
    this.cancel = this.ports.clock.after(ms, () => {
      this.round().then(
        () => this.plan(timing.audit),
        () => this.plan(timing.audit), // the registry did not answer: the next round asks again
      );
    });
  }

  private async round(): Promise<void> {
    const { registry, node } = this.ports;
    const views = await registry.nodes();
    this.duties.nodes(views);
    const incarnation = this.duties.incarnation();
    if (incarnation === undefined || this.duties.draining()) return;
    if (this.rules.audit) {
      const strays = await registry.strays(node, incarnation);
      for (const each of strays.slice(0, roundLimit)) this.duties.adopt(each.session);
    }
    if (this.rules.reaper && this.reaps(views, node.region)) this.reap(await registry.orphans(), views);
  }

  /** The living node with the lowest number of the region reaps; a region unknown to the registry has only us. */
  private reaps(views: readonly NodeView[], region: string | undefined): boolean {
    const living = views.filter(each => each.alive && (region === undefined || each.region === region));
    return living.every(each => each.number >= this.ports.node.number);
  }

  private reap(orphans: readonly ListedRecord[], views: readonly NodeView[]): void {
    const now = this.ports.clock.monotonic();
    const present = new Set<string>();
    let begun = 0;
    for (const each of orphans) {
      const id = `${each.session} ${each.epoch}`;
      present.add(id);
      const since = this.firstSeenMs.get(id) ?? now;
      this.firstSeenMs.set(id, since);
      const patience = this.patience(each, views);
      if (patience === undefined || now - since < patience || begun >= roundLimit) continue;
      begun += 1;
      this.ports.log.info('session without an owner is taken', { session: each.session, owner: nodeOf(each.owner) });
      this.duties.adopt(each.session);
    }
    for (const id of this.firstSeenMs.keys()) if (!present.has(id)) this.firstSeenMs.delete(id);
  }

  private patience(record: ListedRecord, views: readonly NodeView[]): number | undefined {
    if (record.region === this.ports.node.region) return timing.reapAfter;
    if (views.some(each => each.alive && each.region === record.region)) return undefined;
    return this.reaps(views, undefined) ? timing.reapForeignAfter : undefined;
  }
}
