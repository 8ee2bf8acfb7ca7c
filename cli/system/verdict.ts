import type { SystemState } from '../state/index.ts';
import { probeHttp } from './probe.ts';

export type RegionVerdict = 'up' | 'draining' | 'down';

/** What the edge thinks of each region now; undefined when it does not answer. */
export async function edgeVerdicts(
  state: Pick<SystemState, 'url'>,
): Promise<Map<string, { state: RegionVerdict; nodes: Map<string, string> }> | undefined> {
  const body = await probeHttp(`${state.url}/health`);
  if (body === null || typeof body !== 'object' || !('regions' in body) || !Array.isArray(body.regions)) return undefined;
  const regions = body.regions as { name: string; state: RegionVerdict; nodes?: { id: string; state: string }[] }[];
  return new Map(
    regions.map(region => [region.name, { state: region.state, nodes: new Map((region.nodes ?? []).map(node => [node.id, node.state])) }]),
  );
}

/** Waits until the edge finds the nodes (`us-east/1`) fit to serve; false when it does not within the time. */
export async function untilEdgeServes(state: Pick<SystemState, 'url'>, nodes: readonly string[], timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const verdicts = await edgeVerdicts(state);
    if (
      verdicts !== undefined &&
      nodes.every(node => ['up', 'draining'].includes(verdicts.get(node.split('/')[0] ?? '')?.nodes.get(node) ?? ''))
    )
      return true;
    if (Date.now() > deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}
