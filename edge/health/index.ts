import type { Env } from '../config.ts';
import { edgeLogger } from '../log.ts';
import { controlName } from './monitor.ts';
import type { HealthObject } from './object.ts';
import { confirm } from './probe.ts';
import { createHealthView, type HealthView, type Snapshot } from './view.ts';

export { RegionHealth } from './monitor.ts';
export type { HealthView, Snapshot } from './view.ts';

/** Three vantages; the object's name is the location it is asked for. */
const vantages: Readonly<Record<string, DurableObjectLocationHint>> = {
  NA: 'enam',
  SA: 'enam',
  EU: 'weur',
  AF: 'weur',
  AS: 'apac',
  OC: 'apac',
  AN: 'apac',
};

const objectTimeoutMs = 1_500;

/** The health objects as one isolate uses them. */
export interface Health {
  readonly view: HealthView;
  /** Fetches a newer snapshot when one is due and nobody else does; harmless to call often. */
  refresh(ctx: ExecutionContext): void;
  /** Waits for a newer snapshot. */
  refreshNow(): Promise<Snapshot | undefined>;
  /** Does the origin live? Confirms with the health object, or by itself when that does not answer. At most 2.4 s. */
  confirm(url: string): Promise<boolean>;
  /** Notes a lost connection and, the first time, has it confirmed behind the answer. */
  lost(url: string, ctx: ExecutionContext): void;
  setDrain(region: string, deadlineMs: number | undefined): Promise<void>;
}

const view = createHealthView();

/** The isolate's view is one for all requests; the stub belongs to the request that asks. A class: one is made for each request. */
class RequestHealth implements Health {
  readonly view = view;
  readonly #env: Env;
  readonly #request: Request;

  constructor(env: Env, request: Request) {
    this.#env = env;
    this.#request = request;
  }

  get #hint(): DurableObjectLocationHint | undefined {
    return vantages[(this.#request.cf?.continent as string | undefined) ?? ''];
  }

  get #object(): DurableObjectStub<HealthObject> {
    const hint = this.#hint;
    return this.#env.HEALTH.getByName(hint ?? 'local', hint === undefined ? {} : { locationHint: hint });
  }

  refresh(ctx: ExecutionContext): void {
    if (view.claimRefresh(Date.now())) ctx.waitUntil(this.refreshNow());
  }

  async refreshNow(): Promise<Snapshot | undefined> {
    const next = await bounded<Snapshot>(this.#object.snapshot(this.#hint ?? 'local'));
    if (next !== undefined) view.accept(next, Date.now());
    return next;
  }

  async confirm(url: string): Promise<boolean> {
    const alive = (await bounded<boolean>(this.#object.confirm(url))) ?? (await confirm(url)) === undefined;
    view.confirmed(url, !alive, Date.now());
    return alive;
  }

  lost(url: string, ctx: ExecutionContext): void {
    if (view.lost(url, Date.now())) ctx.waitUntil(this.confirm(url));
  }

  async setDrain(region: string, deadlineMs: number | undefined): Promise<void> {
    await this.#env.HEALTH.getByName(controlName).setDrain(region, deadlineMs);
    await this.#object.syncDrains();
    view.expire();
  }
}

export const createHealth = (env: Env, request: Request): Health => new RequestHealth(env, request);

/** A health object that does not answer in time counts as silent, never as an error of the request. */
async function bounded<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), objectTimeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    complain(error);
    return undefined;
  } finally {
    clearTimeout(timer ?? null);
  }
}

const complainEveryMs = 10_000;
let complainedMs = Number.NEGATIVE_INFINITY;

function complain(error: unknown): void {
  if (Date.now() - complainedMs < complainEveryMs) return;
  complainedMs = Date.now();
  edgeLogger('warn').warn('health object failed; requests rely on what they meet', { detail: String(error) });
}

/** Puts stuck alarms right, at every vantage; from cron. */
export async function armAll(env: Env): Promise<void> {
  const hints = [...new Set(Object.values(vantages))];
  await Promise.all(hints.map(hint => bounded<boolean>(env.HEALTH.getByName(hint, { locationHint: hint }).arm())));
}
