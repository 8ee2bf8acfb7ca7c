import { maxExcluded } from '@handover/shared/attempt';
import { repeatableGrants, type Route } from '@handover/shared/routes';
import type { Address } from '../address.ts';
import type { Exchange } from '../exchange.ts';
import { takeBody, type TakenBody } from '../limits/index.ts';
import { findPin, type FoundPin } from '../pin/index.ts';
import type { Choice, Near, Want } from '../route.ts';
import { createRush } from '../rush.ts';
import { holdsConnect, onlyMeta } from './bayeux.ts';
import type { Outcome } from './decide.ts';
import { outbound } from './headers.ts';

/** Two losses in one region are enough to leave it. */
const maxLossesPerRegion = 2;

/** A request as its attempts share it. */
export interface Passage {
  readonly exchange: Exchange;
  readonly body: TakenBody;
  readonly found: FoundPin;
  /** A connect that an origin may hold for a minute. */
  readonly parked: boolean;
  readonly headers: Headers;
  readonly codeRegion: string | undefined;
  /** Nodes found dead or silent for this request. */
  readonly excluded: Set<string>;
  /** Nodes that live but said no. */
  readonly avoided: Set<string>;
  /** Nodes that said they are unsure whether the session is theirs. */
  readonly unsure: Set<string>;
  readonly losses: Map<string, number>;
  /** Regions that lost it often enough. */
  readonly left: Set<string>;
  replay: string | undefined;
  replayed: boolean;
  resends: number;
}

/** Takes the body and the pin, and settles what depends on the body: resend class, parked or not, region of a code. */
export async function prepare(incoming: Exchange): Promise<Passage> {
  const { request, headers, url, config, startedMs } = incoming;
  const taken = takeBody(request, headers, config.maxBodyBytes);
  const body = taken instanceof Promise ? await taken : taken;
  const found = await findPin(config.signer, headers, url, startedMs);
  const bytes = body.kind === 'bytes' ? body.bytes : undefined;
  const route = resolved(incoming.route, bytes);
  const exchange = route === incoming.route ? incoming : { ...incoming, route };
  return {
    exchange,
    body,
    found,
    parked: route.timeout === 'poll' && !headers.has('upgrade') && holdsConnect(url.pathname, bytes),
    headers: outbound(exchange, found.pin),
    codeRegion: route.codeField === undefined ? undefined : codeRegionOf(url, bytes),
    excluded: new Set(),
    avoided: new Set(),
    unsure: new Set(),
    losses: new Map(),
    left: new Set(),
    replay: undefined,
    replayed: false,
    resends: 0,
  };
}

function resolved(route: Route, bytes: Uint8Array | undefined): Route {
  if (route.repeatWhen === undefined || route.resend === 'repeat' || bytes === undefined) return route;
  const repeat = route.repeatWhen === 'bayeux-meta' ? onlyMeta(bytes) : repeatableGrants.has(formField(bytes, 'grant_type') ?? '');
  return repeat ? repeatable(route) : route;
}

const repeatables = new WeakMap<Route, Route>();

function repeatable(route: Route): Route {
  const known = repeatables.get(route) ?? { ...route, resend: 'repeat' as const };
  repeatables.set(route, known);
  return known;
}

const formField = (bytes: Uint8Array, name: string): string | null => new URLSearchParams(new TextDecoder().decode(bytes)).get(name);

/** `<region>.…`: a hint, so nothing is checked but the registry's names, by the choice. */
function codeRegionOf(url: Address, bytes: Uint8Array | undefined): string | undefined {
  const code = url.searchParams.get('code') ?? (bytes === undefined ? null : formField(bytes, 'code'));
  return code === null ? undefined : /^([a-z0-9][a-z0-9-]{0,31})\./.exec(code)?.[1];
}

const rush = createRush();

export function wantOf(passage: Passage): Want {
  const { exchange, found } = passage;
  const pinned = found.pin !== undefined && exchange.route.policy !== 'none';
  // Only who has no pin is looked up by tenant and place.
  const tenant = pinned ? undefined : tenantOf(exchange.url);
  const near = pinned ? undefined : nearOf(exchange.request);
  return {
    policy: exchange.route.policy,
    excluded: passage.excluded,
    avoided: passage.avoided,
    left: passage.left,
    random: Math.random(),
    rush: () => rush.draw(Date.now()),
    ...(found.pin === undefined ? {} : { pin: found.pin }),
    ...(passage.codeRegion === undefined ? {} : { codeRegion: passage.codeRegion }),
    ...(passage.replay === undefined ? {} : { replay: passage.replay }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(near === undefined ? {} : { near }),
  };
}

const tenantOf = (url: Address): string | undefined =>
  (url.search === '' ? null : url.searchParams.get('tenant')) ?? url.hostname.split('.')[0];

function nearOf(request: Request): Near | undefined {
  const cf = request.cf as { country?: string; continent?: string; latitude?: string; longitude?: string } | undefined;
  if (cf === undefined) return undefined;
  return {
    ...(cf.country === undefined ? {} : { country: cf.country }),
    ...(cf.continent === undefined ? {} : { continent: cf.continent }),
    ...(cf.latitude === undefined || cf.longitude === undefined ? {} : { latitude: Number(cf.latitude), longitude: Number(cf.longitude) }),
  };
}

/** The nodes the origin may hold for dead: those of this request first, then those the verdict has down; never the one asked. */
export function excludedNodes({ exchange, excluded }: Passage, choice: Choice): string[] {
  const outlook = exchange.health.view.outlook(Date.now());
  const all = new Set(excluded);
  if (!choice.panic)
    for (const region of exchange.config.registry.regions)
      for (const origin of region.origins) if (outlook.origins(origin.url) === 'down') all.add(origin.node);
  all.delete(choice.origin.node);
  return all.size === 0 ? [] : [...all].slice(0, maxExcluded);
}

/** Counts what an attempt says about its origin. Polls' durations, aborts and our own refusals say nothing. */
export function note({ exchange, parked }: Passage, { origin }: Choice, outcome: Outcome): void {
  const { view } = exchange.health;
  switch (outcome.kind) {
    case 'answered':
    case 'misdirected':
    case 'refused':
      if (!parked) view.count(origin.url, true, Date.now());
      return;
    case 'lost':
      view.count(origin.url, false, Date.now());
      exchange.health.lost(origin.url, exchange.ctx);
      return;
    case 'bad-gateway':
      if (outcome.quick) view.count(origin.url, false, Date.now());
      return;
    case 'silent':
    case 'down':
    case 'overdue':
      return;
  }
}

/** This attempt's node is out for the rest of the request; who refused before may take over now. */
export function leave(passage: Passage, { region, origin }: Choice): void {
  passage.resends += 1;
  passage.excluded.add(origin.node);
  passage.avoided.clear();
  passage.replay = undefined;
  const losses = (passage.losses.get(region.name) ?? 0) + 1;
  passage.losses.set(region.name, losses);
  if (losses >= maxLossesPerRegion) passage.left.add(region.name);
}

/** Follows a 421, once. */
export function follow(passage: Passage, { origin }: Choice, region: string): void {
  passage.replayed = true;
  passage.replay = region;
  passage.avoided.add(origin.node);
}
