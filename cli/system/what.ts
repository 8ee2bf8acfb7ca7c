import { NotApplicable, UsageError } from '../options.ts';
import type { PartRecord, SystemState } from '../state/index.ts';

const single = ['sip', 'stat', 'config', 'interaction', 'postgres', 'redis', 'search'] as const;
type SingleKind = (typeof single)[number];

/** Something that a fault can befall. */
export type What =
  | { kind: 'node'; region: string; node: string }
  | { kind: 'region' | 'site'; region: string }
  | { kind: SingleKind; region: string; role: 'primary' | 'backup' | undefined }
  | { kind: 'registry' };

/** Reads `node us-east/1`, `site us-east`, `sip us-east`, `sip us-east/backup`, `registry`. */
export function whatFrom(words: readonly string[], state: Pick<SystemState, 'regions'>): What {
  const [kind, name, ...rest] = words;
  if (kind === undefined || rest.length > 0) throw new UsageError('say what: for example node us-east/1, region us-east or registry');
  if (kind === 'registry') {
    if (name !== undefined) throw new UsageError('the registry has no region');
    return { kind };
  }
  const [region = '', part] = (name ?? '').split('/');
  if (!state.regions.some(known => known.name === region))
    throw new UsageError(`${kind} of which region? "${region}" is none of ${state.regions.map(known => known.name).join(', ')}`);
  if (kind === 'node') {
    if (part === undefined) throw new UsageError(`which node of ${region}? for example node ${region}/1`);
    return { kind, region, node: `${region}/${part}` };
  }
  if (kind === 'region' || kind === 'site') {
    if (part !== undefined) throw new UsageError(`a ${kind} is named by its region alone`);
    return { kind, region };
  }
  const known = single.find(item => item === kind);
  if (known === undefined) throw new UsageError(`there is nothing called "${kind}"`);
  if (part !== undefined && part !== 'primary' && part !== 'backup')
    throw new UsageError(`${kind} ${region} is primary or backup, not "${part}"`);
  return { kind: known, region, role: part };
}

/**
 * The processes that a fault of `what` befalls. A Genesys server without a role means the one in service (`inService`, by its application),
 * else one that lives (`isAlive`). Throws NotApplicable for what is no process of its own here, UsageError for what does not exist.
 */
export function partsOf(
  what: What,
  state: SystemState,
  isAlive: (part: PartRecord) => boolean,
  inService: ReadonlySet<string>,
): PartRecord[] {
  const found = matching(what, state);
  if (what.kind === 'node' && found.length === 0) throw new UsageError(`there is no node ${what.node}`);
  if (what.kind === 'redis' && found.some(part => part.kind === 'redis') && redisKind(state, what.region) === 'embedded')
    throw new NotApplicable(`not applicable: the Redis of ${what.region} is embedded`);
  if (found.length === 0) throw new NotApplicable(`not applicable: ${describe(what)} is not a process of its own in this system`);
  const inPairs = found.every(part => part.role !== null) && 'role' in what && what.role === undefined;
  if (!inPairs) return found;
  const living = found.filter(isAlive);
  return [
    living.find(part => inService.has(part.application ?? '')) ?? living.find(part => part.role === 'primary') ?? living[0] ?? found[0],
  ].filter(part => part !== undefined);
}

/** All processes that belong to `what`, whoever of them is in service: what `heal` looks at. */
export function matching(what: What, state: SystemState): PartRecord[] {
  return state.parts.filter(part => {
    switch (what.kind) {
      case 'node':
        return part.id === `node ${what.node}`;
      case 'region':
        return part.kind === 'node' && part.region === what.region;
      case 'site':
        return part.region === what.region;
      case 'registry':
        return part.kind === 'registry' || part.kind === 'registry-redis';
      case 'sip':
      case 'stat':
      case 'config':
      case 'interaction':
      case 'postgres':
      case 'redis':
      case 'search':
        return part.kind === what.kind && part.region === what.region && (what.role === undefined || part.role === what.role);
    }
  });
}

export function describe(what: What): string {
  switch (what.kind) {
    case 'registry':
      return 'registry';
    case 'node':
      return `node ${what.node}`;
    case 'region':
    case 'site':
      return `${what.kind} ${what.region}`;
    default:
      return `${what.kind} ${what.region}${what.role === undefined ? '' : `/${what.role}`}`;
  }
}

const redisKind = (state: SystemState, region: string): string | undefined => state.regions.find(known => known.name === region)?.redisKind;
