import type { SyncWish } from '../postgres/index.ts';
import type { PartKind, PartRecord } from '../state/index.ts';

export interface SystemOptions {
  port: number;
  regions: readonly string[];
  nodes: number;
  agents: number;
  ui: boolean;
  netns: boolean;
  stateDir: string;
  /** Elasticsearch for all regions, each with indices of its own; absent: search is in the nodes' memory. */
  elasticsearchUrl?: string;
  /** Commits wait for a standby; absent: they do not. */
  sync?: SyncWish;
}

export type PlannedPart = Pick<PartRecord, 'id' | 'kind' | 'region' | 'role' | 'unit'>;

/** Genesys servers of a site; each runs as a primary and a backup with its own state. */
const serverKinds = ['config', 'sip', 'stat', 'interaction'] as const satisfies readonly PartKind[];

/** What a system consists of: one entry per process but the edge, stores first, each with the name of the thing that `fault` knows it by. */
export function planSystem(options: Pick<SystemOptions, 'regions' | 'nodes'>, redisServer: boolean): PlannedPart[] {
  const global: PlannedPart[] = [
    ...(redisServer ? [{ id: 'registry-redis', kind: 'registry-redis', region: null, role: null, unit: 'registry' } as const] : []),
    { id: 'registry', kind: 'registry', region: null, role: null, unit: 'registry' },
  ];
  return [...global, ...options.regions.flatMap(region => regionParts(region, options.nodes))];
}

function regionParts(region: string, nodes: number): PlannedPart[] {
  const single = (kind: PartKind): PlannedPart => ({ id: `${kind} ${region}`, kind, region, role: null, unit: `${kind} ${region}` });
  const pair = (kind: PartKind): PlannedPart[] =>
    (['primary', 'backup'] as const).map(role => ({
      id: `${kind} ${region}/${role}`,
      kind,
      region,
      role,
      unit: `${kind} ${region}/${role}`,
    }));
  const node = (number: number): PlannedPart => ({
    id: `node ${region}/${number}`,
    kind: 'node',
    region,
    role: null,
    unit: `node ${region}/${number}`,
  });
  return [
    single('postgres'),
    single('redis'),
    single('world'),
    ...serverKinds.flatMap(pair),
    ...Array.from({ length: nodes }, (_, i) => node(i + 1)),
  ];
}
