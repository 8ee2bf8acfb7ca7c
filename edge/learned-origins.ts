import { z } from '@handover/shared/config';
import type { EdgeConfig } from './config.ts';
import type { Caller } from './cors.ts';
import type { Health } from './health/index.ts';

/** What the regions say of the pages that operators allowed; the origins themselves decide again. */
interface Learned {
  readonly byRegion: Map<string, ReadonlySet<string>>;
  askedMs: number;
}

const answerSchema = z.object({ origins: z.array(z.string().max(255)).max(600) });
const maxBodyBytes = 262_144;
const askTimeoutMs = 800;
/** An origin that is not known is asked for at most this often: strangers cost no more. */
const askAgainMs = 1_000;
/** A removed origin is forgotten after this time, and the next answer. */
const freshMs = 5_000;

// One for all requests of the isolate; a fetch in flight belongs to the request that began it, so only its result is shared.
const learned = new WeakMap<EdgeConfig, Learned>();

/** The caller, with `foreign` turned to `allowed` for the pages that an operator allowed over the API. Asks the regions when it must. */
export async function withLearned(
  caller: Caller,
  origin: string | null,
  config: EdgeConfig,
  health: Pick<Health, 'view'>,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
): Promise<Caller> {
  if (caller.kind !== 'foreign' || origin === null || !isWebOrigin(origin)) return caller;
  const known = learned.get(config) ?? { byRegion: new Map(), askedMs: Number.NEGATIVE_INFINITY };
  learned.set(config, known);
  const ageMs = Date.now() - known.askedMs;
  if (isKnown(known, origin)) {
    if (ageMs >= freshMs) ctx.waitUntil(ask(known, config, health));
  } else if (ageMs >= askAgainMs || known.byRegion.size === 0) await ask(known, config, health);
  return isKnown(known, origin) ? { kind: 'allowed', origin } : caller;
}

const isKnown = (known: Learned, origin: string): boolean => [...known.byRegion.values()].some(origins => origins.has(origin));
const isWebOrigin = (text: string): boolean => text.length <= 255 && /^https?:\/\//.test(text);

/** One node of each region; a region that does not answer keeps what it said before. */
async function ask(known: Learned, config: EdgeConfig, health: Pick<Health, 'view'>): Promise<void> {
  known.askedMs = Date.now();
  const outlook = health.view.outlook(known.askedMs);
  await Promise.all(
    config.registry.regions.map(async region => {
      const asked = region.origins.find(({ url }) => outlook.origins(url) !== 'down') ?? region.origins[0];
      const origins = asked === undefined ? undefined : await originsOf(asked.url);
      if (origins !== undefined) known.byRegion.set(region.name, new Set(origins));
    }),
  );
}

async function originsOf(url: string): Promise<readonly string[] | undefined> {
  try {
    const response = await fetch(`${url}/health/origins`, {
      signal: AbortSignal.timeout(askTimeoutMs),
      redirect: 'manual',
      headers: { 'user-agent': 'handover-edge' },
    });
    const text = await response.text();
    if (response.status !== 200 || text.length > maxBodyBytes) return undefined;
    return answerSchema.safeParse(JSON.parse(text) as unknown).data?.origins;
  } catch {
    return undefined;
  }
}
