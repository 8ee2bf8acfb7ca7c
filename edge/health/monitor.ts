import { DurableObject } from 'cloudflare:workers';
import { readEdgeConfig, type Env } from '../config.ts';
import { createSlots } from '../limits/index.ts';
import { confirmDown, judge, unprobed, type Verdict } from './judge.ts';
import { confirm, probe } from './probe.ts';
import type { HealthObject } from './object.ts';
import type { Snapshot } from './view.ts';

const intervalMs = 1_000;
const jitter = 0.2;
const timeoutMs = 800;
const verdictsKey = 'verdicts';
const drainsKey = 'drains';

/** Name of the object that keeps the operator's drains for all vantages; it never probes. */
export const controlName = 'control';

/**
 * Health of all origins as seen from one vantage. Probes by alarm, each second ± 20 %; judges; confirms suspicions of waiting requests.
 * The instance `control` keeps the drains.
 */
export class RegionHealth extends DurableObject<Env> implements HealthObject {
  readonly #urls: readonly string[];
  readonly #verdicts = new Map<string, Verdict>();
  readonly #confirming = new Map<string, Promise<boolean>>();
  // Six connections may wait for headers at once in one object: two routine probes, three that confirm, and the look at the drains.
  readonly #routineSlots = createSlots(2);
  readonly #confirmSlots = createSlots(3);
  #drains: Record<string, number>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#urls = readEdgeConfig(env).registry.regions.flatMap(region => region.origins.map(origin => origin.url));
    const kept = ctx.storage.kv.get<Record<string, Verdict>>(verdictsKey) ?? {};
    for (const url of this.#urls) this.#verdicts.set(url, kept[url] ?? unprobed(Date.now()));
    this.#drains = ctx.storage.kv.get<Record<string, number>>(drainsKey) ?? {};
  }

  /** What is known now. Also arms the alarm when it is missing or stuck, so asking is enough to keep the probes going. */
  async snapshot(vantage: string): Promise<Snapshot> {
    await this.arm();
    return { takenMs: Date.now(), vantage, origins: Object.fromEntries(this.#verdicts), drains: this.#drains };
  }

  /** Sets the next alarm unless one is due in time. True when it had to. */
  async arm(): Promise<boolean> {
    const dueMs = await this.ctx.storage.getAlarm();
    if (this.#probing || (dueMs !== null && dueMs > Date.now() - 2 * intervalMs)) return false;
    await this.ctx.storage.setAlarm(Date.now() + Math.random() * intervalMs);
    return true;
  }

  #probing = false;

  /** One round of probes. The next one is set first: whatever fails here, the probes go on. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + intervalMs * (1 + jitter * (2 * Math.random() - 1)));
    this.#probing = true;
    try {
      await Promise.all([...this.#urls.map(url => this.#routineSlots.run(() => this.#routine(url))), this.syncDrains()]);
      this.#keep();
    } catch {
      // A round that failed as a whole says nothing about any origin.
    } finally {
      this.#probing = false;
    }
  }

  /** Does the origin live? Three quick probes, shared by all who ask at the same time. False moves it to down at once. */
  confirm(url: string): Promise<boolean> {
    if (!this.#urls.includes(url)) return Promise.resolve(true);
    const running = this.#confirming.get(url);
    if (running !== undefined) return running;
    const started = this.#confirm(url).finally(() => this.#confirming.delete(url));
    this.#confirming.set(url, started);
    return started;
  }

  async #confirm(url: string): Promise<boolean> {
    const failure = await confirm(url, (target, timeoutMs) => this.#confirmSlots.run(() => probe(target, timeoutMs)));
    if (failure === undefined) return true;
    this.#verdicts.set(url, confirmDown(this.#verdicts.get(url) ?? unprobed(Date.now()), failure, Date.now()));
    this.#keep();
    return false;
  }

  async #routine(url: string): Promise<void> {
    const found = await probe(url, timeoutMs);
    this.#verdicts.set(url, judge(this.#verdicts.get(url) ?? unprobed(Date.now()), found, Date.now()));
  }

  #kept = '';

  #keep(): void {
    const states = [...this.#verdicts].map(([url, verdict]) => `${url} ${verdict.state}`).join('\n');
    if (states === this.#kept) return;
    this.#kept = states;
    this.ctx.storage.kv.put(verdictsKey, Object.fromEntries(this.#verdicts));
  }

  /** Copies the drains from the control object. */
  async syncDrains(): Promise<void> {
    try {
      this.#drains = await this.env.HEALTH.getByName(controlName).drains();
    } catch {
      // The copy stays as it was.
    }
  }

  /** Control only: the drains in force. */
  drains(): Record<string, number> {
    return this.#drains;
  }

  /** Control only: drains a region until `deadlineMs` (wall clock), or ends its drain. */
  setDrain(region: string, deadlineMs: number | undefined): void {
    const { [region]: _old, ...others } = this.#drains;
    this.#drains = deadlineMs === undefined ? others : { ...others, [region]: deadlineMs };
    this.ctx.storage.kv.put(drainsKey, this.#drains);
  }
}
