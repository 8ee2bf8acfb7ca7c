import type { Clock } from '@handover/shared/time';

/** A seeded generator (mulberry32): the same seed gives the same walk. */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)];
    if (found === undefined) throw new Error('nothing to pick');
    return found;
  }
}

interface Due {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** True time, and everything that is going to happen. After each happening all promises settle before the next. */
export class World {
  now = 0;
  private order = 0;
  private readonly heap: Due[] = [];

  at(time: number, run: () => void): () => void {
    const due: Due = { at: Math.max(time, this.now), order: (this.order += 1), run };
    this.push(due);
    return () => (due.run = undefined);
  }

  after(ms: number, run: () => void): () => void {
    return this.at(this.now + ms, run);
  }

  async runUntil(time: number, stop: () => boolean): Promise<void> {
    for (;;) {
      const due = this.heap[0];
      if (due === undefined || due.at > time) break;
      this.pop();
      if (due.run === undefined) continue;
      this.now = due.at;
      due.run();
      await settled();
      if (stop()) return;
    }
    this.now = time;
  }

  private push(due: Due): void {
    const { heap } = this;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || before(parent, due)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = due;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = at * 2 + 1;
      let child = heap[down];
      if (child === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && before(right, child)) {
        down += 1;
        child = right;
      }
      if (before(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
  }
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

const wallBase = 1_700_000_000_000;

/** A process of a node: it may be frozen (nothing is delivered, and later everything at once) or killed (nothing is delivered ever again). */
export class Process {
  alive = true;
  frozen = false;
  readonly world: World;
  readonly id: string;
  private readonly random: Random;
  private readonly drift: number;
  private readonly wallOffset: number;
  private readonly born: number;
  private readonly held = new Map<string, (() => void)[]>();

  constructor(world: World, id: string, random: Random, drift = random.between(-0.01, 0.01)) {
    this.world = world;
    this.id = id;
    this.random = random;
    this.drift = drift;
    this.wallOffset = random.between(-90, 90);
    this.born = world.now;
  }

  readonly clock: Clock = {
    now: () => wallBase + this.world.now + this.wallOffset,
    monotonic: () => (this.world.now - this.born) * (1 + this.drift),
    after: (ms, run) => {
      let live = true;
      this.world.after(ms / (1 + this.drift), () => this.deliver('timer', () => void (live && run())));
      return () => (live = false);
    },
  };

  /** Hands something to the process; of one channel everything arrives in order. */
  deliver(channel: string, run: () => void): void {
    if (!this.alive) return;
    if (!this.frozen && !this.held.has(channel)) return run();
    const queue = this.held.get(channel);
    if (queue === undefined) this.held.set(channel, [run]);
    else queue.push(run);
  }

  freeze(): void {
    this.frozen = true;
  }

  /** What was held comes one by one, in the order of each channel, the channels in any order. */
  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    this.release();
  }

  private release(): void {
    if (this.frozen || !this.alive) return;
    const channels = [...this.held.keys()];
    if (channels.length === 0) return;
    const channel = this.random.pick(channels);
    const queue = this.held.get(channel) ?? [];
    const run = queue.shift();
    if (queue.length === 0) this.held.delete(channel);
    run?.();
    this.world.after(0.01, () => this.release());
  }
}

export const wallTime = (world: World): number => wallBase + world.now;
