import type { NodeApp, Reply, Request } from './node-app.ts';
import { wallTime } from './world.ts';
import type { Random, World } from './world.ts';

/** What the edge can see of nodes. */
export interface EdgeView {
  readonly nodes: readonly string[];
  regionOf(node: string): string;
  app(node: string): NodeApp | undefined;
  cut(node: string): boolean;
  delay(): number;
}

type Outcome = Reply | { readonly kind: 'dead' } | { readonly kind: 'silent' } | { readonly kind: 'gave-up' };

const headerMs = 1_000;
const probes = [0, 250, 500];
const probeMs = 400;
const giveUpMs = 5_000;

/** A browser tab with the edge isolate that serves it: its own pin, its own verdicts. Sends one request after the other. */
export class Tab {
  /** True times of requests that were served. */
  readonly served: number[] = [];
  readonly replies = new Map<string, number>();
  private pin: { node: string; epoch: number } | undefined;
  private readonly down = new Map<string, number>();
  private readonly name: string;
  private readonly world: World;
  private readonly view: EdgeView;
  private readonly random: Random;
  private count = 0;
  /** Overrides which node is asked first. */
  target: string | undefined;
  paused = false;

  constructor(name: string, world: World, view: EdgeView, random: Random) {
    this.name = name;
    this.world = world;
    this.view = view;
    this.random = random;
  }

  start(at: number): void {
    this.world.at(at, () => void this.loop());
  }

  /** One request as a test wants it. */
  async send(options: { once?: boolean } = {}): Promise<Reply> {
    this.count += 1;
    const reply = await this.request(`${this.name}-${this.count}`, options.once ?? false);
    this.replies.set(reply.kind, (this.replies.get(reply.kind) ?? 0) + 1);
    if (reply.kind === 'done') this.served.push(this.world.now);
    return reply;
  }

  private async loop(): Promise<void> {
    for (;;) {
      if (!this.paused) await this.send({ once: this.random.chance(0.3) });
      await new Promise<void>(resolve => this.world.after(this.random.between(80, 700), resolve));
    }
  }

  private async request(id: string, once: boolean): Promise<Reply> {
    const excluded = [...this.down].filter(([, until]) => until > this.world.now).map(([node]) => node);
    let replays = 0;
    let refusals = 0;
    let node = this.choose(excluded);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const outcome = await this.attempt(node, id, once, excluded);
      switch (outcome.kind) {
        case 'done':
          if (this.pin === undefined || outcome.epoch >= this.pin.epoch) this.pin = { node: outcome.node, epoch: outcome.epoch };
          return outcome;
        case 'elsewhere':
          if (replays > 0) return { kind: 'refused', why: 'second 421' };
          replays += 1;
          node = outcome.node;
          break;
        case 'refused':
          if (refusals > 0) return outcome;
          refusals += 1;
          await new Promise<void>(resolve => this.world.after(100, resolve));
          node = this.choose([...excluded, node]);
          break;
        case 'dead':
        case 'silent':
          // The verdict serves later requests of this isolate too, for a while.
          this.down.set(node, this.world.now + 1_000);
          if (!excluded.includes(node)) excluded.push(node);
          if (once) return { kind: 'unknown' };
          node = this.choose(excluded);
          break;
        case 'unknown':
        case 'gave-up':
          return { kind: 'unknown' };
      }
    }
    return { kind: 'refused', why: 'attempts' };
  }

  private choose(excluded: readonly string[]): string {
    if (this.target !== undefined && !excluded.includes(this.target)) return this.target;
    if (this.pin !== undefined && !excluded.includes(this.pin.node)) return this.pin.node;
    const home = this.pin === undefined ? undefined : this.view.regionOf(this.pin.node);
    const open = this.view.nodes.filter(each => !excluded.includes(each));
    const near = open.filter(each => this.view.regionOf(each) === home);
    if (near.length > 0 && this.random.chance(0.8)) return this.random.pick(near);
    return open.length > 0 ? this.random.pick(open) : this.random.pick(this.view.nodes);
  }

  private attempt(node: string, id: string, once: boolean, excluded: readonly string[]): Promise<Outcome> {
    const { world, view } = this;
    const app = view.app(node);
    return new Promise(resolve => {
      let open = true;
      const settle = (outcome: Outcome): void => {
        if (!open) return;
        open = false;
        resolve(outcome);
      };
      const request: Request = {
        id,
        once,
        stampMs: wallTime(world),
        pinEpoch: this.pin?.epoch ?? 0,
        excluded: [...excluded],
        fresh: this.pin === undefined,
        forwarded: false,
      };
      world.after(view.delay(), () => {
        if (view.cut(node)) return;
        const now = view.app(node);
        if (now === undefined) return void world.after(view.delay(), () => settle({ kind: 'dead' }));
        now.parts.process.deliver(`http ${id}`, () => {
          void now.handle(request).then(reply => world.after(view.delay(), () => void (view.cut(node) || settle(reply))));
        });
      });
      // A connection to a process that dies is reset.
      const watch = (): void => {
        if (!open) return;
        if (app !== undefined && !app.parts.process.alive && !view.cut(node)) return settle({ kind: 'dead' });
        world.after(20, watch);
      };
      world.after(20, watch);
      world.after(headerMs, () => void (open && this.confirm(node, settle)));
      world.after(giveUpMs, () => settle({ kind: 'gave-up' }));
    });
  }

  /** Three probes; the node is silent when none is answered. */
  private confirm(node: string, settle: (outcome: Outcome) => void): void {
    let answered = false;
    const answers = (): boolean => {
      const app = this.view.app(node);
      return app !== undefined && !app.parts.process.frozen && !this.view.cut(node);
    };
    for (const at of probes) {
      this.world.after(at, () => void (answered ||= answers()));
      this.world.after(at + probeMs - 1, () => void (answered ||= answers()));
    }
    this.world.after(500 + probeMs, () => void (answered || settle({ kind: 'silent' })));
  }
}
