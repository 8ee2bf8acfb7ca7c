import { performance } from 'node:perf_hooks';
import { LoadClient, type Transport } from './load-client.ts';
import { startServer, type ServerName } from './servers.ts';

export type Pattern = 'fan-out' | 'one-to-one';

/** One thing to measure. */
export interface Case {
  readonly server: ServerName;
  readonly transport: Transport;
  readonly clients: number;
  readonly ack: boolean;
  readonly pattern: Pattern;
}

/** What it came to. */
export interface Row extends Case {
  readonly deliveriesPerS: number;
  readonly cpuUsPerDelivery: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssKbPerIdleClient: number;
  /** Deliveries that did not come, or came twice. */
  readonly wrong: number;
}

/** How long to go on: until there have been so many deliveries, but no longer than so many milliseconds. */
export interface Extent {
  readonly deliveries: number;
  readonly atMostMs: number;
}

/** CPU time is counted in ticks of 10 ms, and code gets fast only after a while: both want many deliveries, not many seconds. */
export interface Effort {
  readonly warmUp: Extent;
  readonly measured: Extent;
}

const filler = 'x'.repeat(50);
const warmUpClients = 100;

/**
 * Joins the clients, takes the memory that they hold, then publishes in a closed loop: the next event when the one before has
 * reached everybody (fan-out), or with 32 on their way (one-to-one). Latency counts from the publish to each delivery.
 */
export async function measure(each: Case, peers: string, effort: Effort): Promise<Row> {
  const server = await startServer(each.server, peers, each.ack);
  try {
    await warmUp(server.port, each);
    const baseKb = await server.settledRssKb();
    const load = new Load(server.port, each);
    await load.join();
    const idleKb = await server.settledRssKb();
    await load.run(effort.warmUp);
    const cpu = server.cpuUs();
    const { deliveries, ms, latencies, wrong } = await load.run(effort.measured);
    const usedUs = server.cpuUs() - cpu;
    load.close();
    latencies.sort();
    return {
      ...each,
      deliveriesPerS: Math.round((deliveries / ms) * 1_000),
      cpuUsPerDelivery: round(usedUs / deliveries),
      p50Ms: round(latencies[Math.floor(latencies.length * 0.5)] ?? 0),
      p99Ms: round(latencies[Math.floor(latencies.length * 0.99)] ?? 0),
      rssKbPerIdleClient: round((idleKb - baseKb) / each.clients),
      wrong,
    };
  } finally {
    server.stop();
  }
}

/** Lets the server compile what it needs, so that this is not counted as memory of its clients. */
async function warmUp(port: number, each: Case): Promise<void> {
  const clients = Array.from({ length: warmUpClients }, () => new LoadClient(port, each.transport, each.ack, () => undefined));
  for (const client of clients) await client.join('/bench/warm-up');
  for (const client of clients) await client.leave();
  for (const client of clients) client.close();
}

class Load {
  readonly #port: number;
  readonly #case: Case;
  readonly #clients: LoadClient[];
  #publisher: LoadClient | undefined = undefined;
  #publish: ((channel: string, sequence: number, filler: string) => void) | undefined = undefined;
  #sequence = 0;
  /** Of each event on its way: when it was published, and how many have yet to get it. */
  readonly #open = new Map<number, { readonly at: number; left: number }>();
  #latencies: number[] = [];
  #deliveries = 0;
  #wrong = 0;
  #running = false;
  #wanted = 0;
  #nextTarget = 0;
  #done: (() => void) | undefined = undefined;

  constructor(port: number, each: Case) {
    this.#port = port;
    this.#case = each;
    this.#clients = Array.from(
      { length: each.clients },
      () => new LoadClient(port, each.transport, each.ack, sequence => this.#onEvent(sequence)),
    );
  }

  async join(): Promise<void> {
    const { transport, pattern } = this.#case;
    let next = 0;
    const joiner = async (): Promise<void> => {
      for (let index = next++; index < this.#clients.length; index = next++) {
        const client = this.#clients[index];
        await client?.join(pattern === 'fan-out' ? '/bench/all' : `/bench/one/${index}`);
        client?.poll();
      }
    };
    await Promise.all(Array.from({ length: 50 }, joiner));
    this.#publisher = new LoadClient(this.#port, transport, false, () => undefined);
    await this.#publisher.join(undefined);
    this.#publish = await this.#publisher.publisher(this.#port);
    this.#publisher.poll();
  }

  async run(extent: Extent): Promise<{ deliveries: number; ms: number; latencies: Float64Array; wrong: number }> {
    this.#latencies = [];
    this.#deliveries = 0;
    this.#wrong = 0;
    this.#running = true;
    const start = performance.now();
    const window = this.#case.pattern === 'fan-out' ? 1 : Math.min(32, this.#case.clients);
    const finished = new Promise<void>(resolve => (this.#done = resolve));
    for (let n = 0; n < window; n++) this.#next();
    this.#wanted = extent.deliveries;
    const end = setTimeout(() => (this.#running = false), extent.atMostMs);
    const lost = setTimeout(() => {
      for (const { left } of this.#open.values()) this.#wrong += left;
      this.#done?.();
    }, extent.atMostMs + 10_000);
    await finished;
    clearTimeout(end);
    clearTimeout(lost);
    this.#wrong += this.#clients.reduce((sum, client) => sum + client.failures, 0);
    return {
      deliveries: this.#deliveries,
      ms: performance.now() - start,
      latencies: Float64Array.from(this.#latencies),
      wrong: this.#wrong,
    };
  }

  close(): void {
    for (const client of this.#clients) client.close();
    this.#publisher?.close();
  }

  #next(): void {
    const sequence = this.#sequence++;
    const all = this.#case.pattern === 'fan-out';
    this.#open.set(sequence, { at: performance.now(), left: all ? this.#clients.length : 1 });
    this.#publish?.(all ? '/bench/all' : `/bench/one/${this.#nextTarget++ % this.#clients.length}`, sequence, filler);
  }

  #onEvent(sequence: number): void {
    const open = this.#open.get(sequence);
    if (open === undefined) {
      this.#wrong++;
      return;
    }
    this.#deliveries++;
    this.#latencies.push(performance.now() - open.at);
    if (--open.left > 0) return;
    this.#open.delete(sequence);
    if (this.#deliveries >= this.#wanted) this.#running = false;
    if (this.#running) this.#next();
    else if (this.#open.size === 0) this.#done?.();
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
