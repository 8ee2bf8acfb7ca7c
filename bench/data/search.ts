import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { silentLogger } from '@handover/shared/log';
import { createSearch } from '../../origin/stores/search/index.ts';
import { startElasticsearch, whyNoElasticsearch } from '../../test/support/elasticsearch/index.ts';
import { createRandom, persons, type SearchDocument } from './persons.ts';
import { saveSection } from './results.ts';

/**
 * Search over 100,000 persons, embedded and on a real Elasticsearch of one node, and a full rebuild of them: `node bench/data/search.ts [--save]`.
 * One search at a time, over loopback; the same questions for both.
 */
const count = 100_000;
const perKind = 300;
const warmUp = 60;

type SearchIndex = ReturnType<typeof createSearch>;
type SearchQuery = Parameters<SearchIndex['search']>[0];

const documents: SearchDocument[] = [...persons(count)];
const random = createRandom(11);
const anyone = (): SearchDocument => documents[Math.floor(random() * count)] as SearchDocument;
const word = (document: SearchDocument, which: number): string => document.name.split(' ')[which] ?? '';
const mistyped = (text: string): string => {
  const at = 1 + Math.floor(random() * (text.length - 2));
  return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
};

/** What people type, one maker of a question for each. */
const questions: Readonly<Record<string, () => Partial<SearchQuery>>> = {
  'whole name': () => ({ term: anyone().name }),
  'first three letters': () => ({ term: word(anyone(), 1).slice(0, 3) }),
  'last name mistyped': () => ({ term: mistyped(word(anyone(), 1)) }),
  'employee id': () => ({ term: anyone().texts[3] ?? '' }),
  'number, exact': () => ({ term: anyone().texts[5] ?? '', match: 'exact' }),
  'part of a name (targets)': () => ({ term: word(anyone(), 1).slice(1, 5), match: 'part', byName: true }),
  'name within a skill': () => ({ term: word(anyone(), 0).slice(0, 4), skillDbid: 1 + Math.floor(random() * 200) }),
  'all of a skill by name': () => ({ term: '', skillDbid: 1 + Math.floor(random() * 200), byName: true }),
};
const asked = Object.entries(questions).map(([name, make]) => ({ name, list: Array.from({ length: perKind + warmUp }, make) }));

interface Row {
  question: string;
  p50Ms: number;
  p99Ms: number;
  found: number;
}

async function measure(
  index: SearchIndex,
  searchable: () => Promise<unknown>,
): Promise<{ rebuildS: number; compareS: number; rows: Row[] }> {
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const startedMs = performance.now();
    await work();
    return Math.round((performance.now() - startedMs) / 10) / 100;
  };
  const rebuildS = await seconds(() => index.rebuild(documents, () => undefined));
  const compareS = await seconds(() => index.sync(documents));
  await searchable();
  const rows: Row[] = [];
  const all: number[] = [];
  for (const { name, list } of asked) {
    const took: number[] = [];
    let found = 0;
    for (const [turn, question] of list.entries()) {
      const startedMs = performance.now();
      const page = await index.search({ tenantDbid: 101, kinds: ['person'], term: '', match: 'words', offset: 0, limit: 25, ...question });
      if (turn < warmUp) continue;
      took.push(performance.now() - startedMs);
      if (page.total > 0) found += 1;
    }
    rows.push({ question: name, ...quantiles(took), found });
    all.push(...took);
  }
  rows.push({ question: 'all of these', ...quantiles(all), found: rows.reduce((sum, row) => sum + row.found, 0) });
  return { rebuildS, compareS, rows };
}

function quantiles(values: number[]): { p50Ms: number; p99Ms: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => Math.round((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0) * 100) / 100;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

const heapMb = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1_048_576);
};

const heapBefore = heapMb();
const embedded = createSearch({ url: undefined, region: 'bench', log: silentLogger });
const inMemory = await measure(embedded, () => Promise.resolve());
const embeddedHeapMb = heapMb() - heapBefore;
await embedded.close();

const missing = whyNoElasticsearch();
const server = missing === undefined ? await startElasticsearch({ measured: true }) : undefined;
let onServer: Awaited<ReturnType<typeof measure>> | undefined;
if (server !== undefined) {
  const index = createSearch({ url: server.url, region: 'bench', log: silentLogger });
  try {
    onServer = await measure(index, () => index.check());
  } finally {
    await index.close();
    await server.stop();
  }
} else console.error(`skipped: Elasticsearch, because ${missing}`);

const result = {
  persons: count,
  embedded: { ...inMemory, heapMb: embeddedHeapMb },
  elasticsearch: onServer ?? `not measured: ${missing}`,
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? ''}`,
  loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  node: process.version,
};
console.log(JSON.stringify(result, null, 2));
if (process.argv.includes('--save')) saveSection('search', result, textOf());

function textOf(): string {
  const rows = inMemory.rows.map((row, at) => {
    const other = onServer?.rows[at];
    return `| ${row.question} | ${row.p50Ms} | ${row.p99Ms} | ${other?.p50Ms ?? '-'} | ${other?.p99Ms ?? '-'} |`;
  });
  return `
${count.toLocaleString('en')} persons, one search at a time, 25 hits, ${perKind} searches of each kind; Elasticsearch is one node with a heap of 512 MB on the same machine.
${result.machine}, Node ${result.node}, load average ${result.loadAverage} (the machine was shared), commit ${result.commit}.

| ms | embedded p50 | embedded p99 | Elasticsearch p50 | Elasticsearch p99 |
|---|---|---|---|---|
${rows.join('\n')}

| s | embedded | Elasticsearch |
|---|---|---|
| full rebuild of ${count.toLocaleString('en')} | ${inMemory.rebuildS} | ${onServer?.rebuildS ?? '-'} |
| comparing all when nothing differs | ${inMemory.compareS} | ${onServer?.compareS ?? '-'} |

The embedded index takes ${embeddedHeapMb} MB of the node's heap.
`;
}
