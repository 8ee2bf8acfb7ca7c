import type { estypes } from '@elastic/elasticsearch';
import type { PreparedDocument } from '../prepared.ts';

const keyword: estypes.MappingProperty = { type: 'keyword' };
/** Text is folded and cut into words before it gets here, so that no analyzer of the server has a say in what is found. */
const objectProperties: Readonly<Record<keyof Omit<PreparedDocument, 'id'>, estypes.MappingProperty>> = {
  kind: keyword,
  rank: { type: 'byte' },
  dbid: { type: 'long' },
  tenant: { type: 'long' },
  enabled: { type: 'boolean' },
  agent: { type: 'boolean' },
  sort: keyword,
  texts: keyword,
  words: keyword,
  related: keyword,
  skills: { type: 'long' },
  groups: { type: 'long' },
  dnType: keyword,
  fingerprint: { type: 'keyword', index: false },
};

const historyProperties: Readonly<Record<string, estypes.MappingProperty>> = {
  tenant: { type: 'long' },
  person: { type: 'long' },
  startMs: { type: 'date', format: 'epoch_millis' },
  stateS: { type: 'object', enabled: false },
  handled: { type: 'object', enabled: false },
};

const base: estypes.IndicesIndexSettings = {
  number_of_shards: 1,
  number_of_replicas: 0,
  auto_expand_replicas: '0-1',
  refresh_interval: '500ms',
};

/** To be raised with every change of the mapping or of what is kept: nodes of two versions then have an index each, and neither fails. */
const schemaVersion = 1;

/** Names within one server, which several regions of a test may share: all begin with the region's prefix. */
export function namesOf(prefix: string) {
  const objects = `${prefix}-objects-v${schemaVersion}`;
  return {
    /** What is searched and written to; stands for one index at a time. */
    objects,
    objectIndices: `${objects}-*`,
    newObjects: (nowMs: number, unique: string): string => `${objects}-${nowMs.toString(36)}-${unique}`,
    /** When an index of `newObjects` was made. */
    madeAtMs: (name: string): number => Number.parseInt(name.slice(`${objects}-`.length).split('-')[0] ?? '', 36),
    history: (day: string): string => `${prefix}-history-${day}`,
    histories: `${prefix}-history-*`,
  };
}
export type Names = ReturnType<typeof namesOf>;

/** The index templates: an index that is made gets its mapping, whoever makes it. */
export const templatesOf = (names: Names): readonly estypes.IndicesPutIndexTemplateRequest[] => [
  {
    name: names.objects,
    index_patterns: [names.objectIndices],
    priority: 600,
    template: { settings: base, mappings: { dynamic: 'strict', properties: objectProperties } },
  },
  {
    name: names.histories.replace('-*', ''),
    index_patterns: [names.histories],
    priority: 600,
    template: { settings: base, mappings: { dynamic: 'strict', properties: historyProperties } },
  },
];
