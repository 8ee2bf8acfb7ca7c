import type { Origin, Region, RegionRegistry } from '@handover/regions';
import type { Pin } from '@handover/shared/pin';
import type { StickyPolicy } from '@handover/shared/routes';

export type OriginState = 'up' | 'draining' | 'down';

/** What is known about the regions at this moment. */
export interface Outlook {
  readonly nowMs: number;
  /** By origin URL; absent: up. */
  readonly origins: (url: string) => OriginState;
  /** By origin URL: when it last came back from being down; absent: it was never seen down. */
  readonly recoveredMs?: (url: string) => number | undefined;
  /** Regions that an operator drains, with the end of the drain (wall clock ms). */
  readonly drains: Readonly<Record<string, number>>;
}

/** Where the client is, from `request.cf`; every part may be missing. */
export interface Near {
  readonly country?: string;
  readonly continent?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** What one request asks of the choice. */
export interface Want {
  readonly policy: StickyPolicy;
  readonly pin?: Pin;
  /** Region tag of an authorization code: the code is stored there. */
  readonly codeRegion?: string;
  readonly tenant?: string;
  readonly near?: Near;
  /** Region that a 421 named. */
  readonly replay?: string;
  /** Nodes found dead or silent for this request. */
  readonly excluded: ReadonlySet<string>;
  /** Nodes that live but refused this request. */
  readonly avoided: ReadonlySet<string>;
  /** Regions that lost this request often enough. */
  readonly left: ReadonlySet<string>;
  /** 0 ≤ random < 1: spreads requests without a hint over the nodes of a region. */
  readonly random: number;
  /** The same for newcomers to a region that has just come back: 0 while few come. Without it, `random`. */
  readonly rush?: () => number;
}

export type Why = 'replay' | 'code' | 'pin' | 'home' | 'near' | 'priority' | 'failover';

export interface Choice {
  readonly region: Region;
  readonly origin: Origin;
  readonly why: Why;
  /** True when nothing looks able to serve and this one is tried all the same. */
  readonly panic: boolean;
}

/** How good an origin must be; later passes ask for less, so the last one left is never ejected. */
type Pass = 'fit' | 'draining' | 'panic';

/** Chooses where one attempt goes: 421's region, code's region, pin, tenant's home, nearest, priority; then the failover order. */
export function choose(
  registry: RegionRegistry,
  outlook: Outlook,
  want: Want,
  panic: 'fail-open' | 'fail-closed' = 'fail-open',
): Choice | undefined {
  const ordered = newcomersHeldBack(orderOf(registry, want), outlook, want);
  const passes: readonly Pass[] = panic === 'fail-open' ? ['fit', 'draining', 'panic'] : ['fit', 'draining'];
  for (const pass of passes) {
    for (const { region, why } of ordered) {
      if (want.left.has(region.name) || !admits(region, why, outlook, pass)) continue;
      const origin = originOf(region, outlook, want, pass);
      if (origin !== undefined) return { region, origin, why, panic: pass === 'panic' };
    }
  }
  return undefined;
}

interface Ordering {
  readonly byName: ReadonlyMap<string, Region>;
  readonly byPriority: readonly Region[];
  /** By region: the others, in the order in which they stand in for it. */
  readonly standIns: ReadonlyMap<Region, readonly { region: Region; why: 'failover' }[]>;
}

const orderings = new WeakMap<RegionRegistry, Ordering>();

/** The orders that follow from the registry alone, worked out once. */
function orderingOf(registry: RegionRegistry): Ordering {
  const known = orderings.get(registry);
  if (known !== undefined) return known;
  const byName = new Map(registry.regions.map(region => [region.name, region]));
  const byPriority = [...registry.regions].sort((a, b) => a.priority - b.priority);
  const standIns = new Map(
    registry.regions.map(first => {
      const rest = new Set([...first.failover.flatMap(name => byName.get(name) ?? []), ...byPriority]);
      rest.delete(first);
      return [first, [...rest].map(region => ({ region, why: 'failover' as const }))];
    }),
  );
  const made = { byName, byPriority, standIns };
  orderings.set(registry, made);
  return made;
}

function orderOf(registry: RegionRegistry, want: Want): { region: Region; why: Why }[] {
  const { byName, standIns } = orderingOf(registry);
  const first = firstOf(registry, byName, want);
  return [first, ...(standIns.get(first.region) ?? [])];
}

/** A region that was lost as a whole is given new sessions in a ramp: its caches are cold, and half of those who wait would come at once. */
const rampMs = 30_000;
const firstShare = 0.1;

/** Who has no tie to a region that has just come back goes to the next one, all but a share that grows. */
function newcomersHeldBack(ordered: { region: Region; why: Why }[], outlook: Outlook, want: Want): { region: Region; why: Why }[] {
  const [first, ...rest] = ordered;
  if (first === undefined || rest.length === 0 || tied.has(first.why)) return ordered;
  const share = shareOf(first.region, outlook);
  return share >= 1 || (want.rush?.() ?? want.random) < share ? ordered : [...rest, first];
}

const tied: ReadonlySet<Why> = new Set(['replay', 'code', 'pin']);

/** The best of its origins counts: one that was never lost can take everybody. One where none is up is no matter of shares. */
function shareOf(region: Region, { recoveredMs, origins, nowMs }: Outlook): number {
  const up = region.origins.filter(({ url }) => origins(url) !== 'down');
  if (up.length === 0) return 1;
  const shares = up.map(({ url }) => {
    const sinceMs = recoveredMs?.(url);
    return sinceMs === undefined ? 1 : firstShare + ((1 - firstShare) * (nowMs - sinceMs)) / rampMs;
  });
  return Math.max(...shares);
}

function firstOf(registry: RegionRegistry, byName: ReadonlyMap<string, Region>, want: Want): { region: Region; why: Why } {
  const pinned = want.policy === 'none' ? undefined : want.pin?.region;
  const home = want.tenant !== undefined && Object.hasOwn(registry.homes, want.tenant) ? registry.homes[want.tenant] : undefined;
  const named: [string | undefined, Why][] = [
    [want.replay, 'replay'],
    [want.codeRegion, 'code'],
    [pinned, 'pin'],
    [home, 'home'],
  ];
  for (const [name, why] of named) {
    const region = name === undefined ? undefined : byName.get(name);
    if (region !== undefined) return { region, why };
  }
  const nearest = want.near && nearestOf(registry, want.near);
  if (nearest !== undefined) return { region: nearest, why: 'near' };
  return { region: orderingOf(registry).byPriority[0] as Region, why: 'priority' };
}

function nearestOf(registry: RegionRegistry, near: Near): Region | undefined {
  const ordered = orderingOf(registry).byPriority;
  const { country, continent, latitude, longitude } = near;
  const listed =
    ordered.find(region => country !== undefined && region.countries.includes(country)) ??
    ordered.find(region => continent !== undefined && (region.continents as string[]).includes(continent));
  if (listed !== undefined || latitude === undefined || longitude === undefined) return listed;
  const distances = ordered.flatMap(region =>
    region.position === undefined ? [] : [{ region, angle: angleBetween(region.position, { latitude, longitude }) }],
  );
  return distances.sort((a, b) => a.angle - b.angle)[0]?.region;
}

interface Position {
  latitude: number;
  longitude: number;
}

function angleBetween(a: Position, b: Position): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const cosine =
    Math.sin(radians(a.latitude)) * Math.sin(radians(b.latitude)) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.cos(radians(a.longitude - b.longitude));
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

/** A draining region still serves who is pinned to it, until its deadline; after that the pin is void. */
function admits(region: Region, why: Why, outlook: Outlook, pass: Pass): boolean {
  if (pass === 'panic') return true;
  if (region.state === 'down') return false;
  const deadlineMs = Object.hasOwn(outlook.drains, region.name) ? outlook.drains[region.name] : undefined;
  if (pass === 'draining' || (region.state === 'up' && deadlineMs === undefined)) return true;
  const bound = why === 'pin' || why === 'replay' || why === 'code';
  return bound && (deadlineMs === undefined || outlook.nowMs < deadlineMs);
}

function originOf(region: Region, outlook: Outlook, want: Want, pass: Pass): Origin | undefined {
  const free = region.origins.filter(origin => !want.excluded.has(origin.node) && !want.avoided.has(origin.node));
  const hinted = want.pin?.region === region.name && want.pin.node !== '' ? `${region.name}/${want.pin.node}` : undefined;
  const suits = (origin: Origin): boolean => {
    if (pass === 'panic') return true;
    const state = outlook.origins(origin.url);
    return state === 'up' || (state === 'draining' && (pass === 'draining' || origin.node === hinted));
  };
  const able = free.filter(suits);
  return able.find(origin => origin.node === hinted) ?? able[Math.floor(want.random * able.length)];
}

/** Whether any region but those of this attempt could serve without panic: only then is a waiting request worth moving. */
export const canMove = (registry: RegionRegistry, outlook: Outlook, want: Want, leaving: string): boolean =>
  choose(registry, outlook, { ...want, excluded: new Set([...want.excluded, leaving]) }, 'fail-closed') !== undefined;
