import type { Region } from '@handover/regions';
import type { Exchange } from '../exchange.ts';
import type { HealthView } from '../health/index.ts';
import type { OriginState } from '../route.ts';

export interface RegionReport {
  readonly name: string;
  readonly state: 'up' | 'draining' | 'down';
  readonly drainUntilMs?: number;
  readonly nodes: readonly {
    id: string;
    state: OriginState;
    reason: string;
    sinceMs: number | null;
    probedMs: number | null;
    fails: number;
    passes: number;
  }[];
}

/** Every verdict with its reason, as this edge acts on it. Names no addresses. */
export async function healthReport({ health, config }: Exchange): Promise<Response> {
  await health.refreshNow();
  const regions = reportOf(config.registry.regions, health.view, Date.now());
  const serving = regions.some(region => region.state !== 'down');
  const snapshot = health.view.snapshot;
  const body = { status: serving ? 'up' : 'down', vantage: snapshot?.vantage ?? null, takenMs: snapshot?.takenMs ?? null, regions };
  return Response.json(body, { status: 200, headers: { 'cache-control': 'no-store' } });
}

export function reportOf(regions: readonly Region[], view: HealthView, nowMs: number): RegionReport[] {
  const outlook = view.outlook(nowMs);
  const ejected = new Set(view.ejected(nowMs));
  return regions.map(region => {
    const nodes = region.origins.map(({ node, url }) => {
      const state = outlook.origins(url);
      const verdict = view.snapshot?.origins[url];
      const ours = state === 'down' && verdict?.state !== 'down';
      return {
        id: node,
        state,
        reason: ours ? ownReason(ejected.has(url)) : (verdict?.reason ?? 'not probed yet'),
        sinceMs: verdict?.sinceMs ?? null,
        probedMs: verdict?.probedMs ?? null,
        fails: verdict?.fails ?? 0,
        passes: verdict?.passes ?? 0,
      };
    });
    const drainUntilMs = outlook.drains[region.name];
    return {
      name: region.name,
      state: stateOf(region, nodes, drainUntilMs),
      ...(drainUntilMs === undefined ? {} : { drainUntilMs }),
      nodes,
    };
  });
}

const ownReason = (ejected: boolean): string =>
  ejected ? 'too many failed requests in the last 10 s, seen by this edge' : 'requests of this edge found it dead, and probes confirmed it';

function stateOf(region: Region, nodes: readonly { state: OriginState }[], drainUntilMs: number | undefined): RegionReport['state'] {
  if (region.state === 'down' || nodes.every(node => node.state === 'down')) return 'down';
  if (region.state === 'draining' || drainUntilMs !== undefined) return 'draining';
  return nodes.some(node => node.state === 'up') ? 'up' : 'draining';
}
