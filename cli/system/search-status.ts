import type { PartRecord, SystemState } from '../state/index.ts';
import { probeHttp, processState } from './probe.ts';

export interface SearchStatus {
  kind: 'server' | 'embedded';
  /** `missing`: there is no index yet, it is being built. */
  state: 'up' | 'missing' | 'down';
  /** While an index is built: documents that are in, of how many. */
  rebuilding?: { done: number; total: number };
}

/** What the nodes of a region say of its search; `down` when none says anything. */
export async function searchStatus(state: SystemState, nodes: readonly PartRecord[]): Promise<SearchStatus> {
  const authorization = `Basic ${Buffer.from(`${state.ops.user}:${state.ops.password}`).toString('base64')}`;
  const running = nodes.filter(node => processState(node) === 'running');
  const answers = await Promise.all(
    running.map(node => probeHttp(`http://${node.host}:${node.port}/admin/status`, { headers: { authorization } })),
  );
  const told = answers.map(searchOf).filter(found => found !== undefined);
  const best = told.find(found => found.rebuilding !== undefined) ?? told.find(found => found.health === 'up') ?? told[0];
  if (best === undefined) return { kind: 'embedded', state: 'down' };
  const { kind, health, rebuilding } = best;
  return { kind, state: health === 'up' || health === 'missing' ? health : 'down', ...(rebuilding === undefined ? {} : { rebuilding }) };
}

interface ToldSearch {
  kind: SearchStatus['kind'];
  health: string;
  rebuilding?: { done: number; total: number };
}

const searchOf = (answer: unknown): ToldSearch | undefined =>
  answer !== null && typeof answer === 'object' && 'search' in answer ? (answer.search as ToldSearch) : undefined;
