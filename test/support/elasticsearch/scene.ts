import { startScene, startSystem, tokenOf, until, type RunningSystem, type Scene } from '../index.ts';
import { startElasticsearch, type TestElasticsearch } from './index.ts';

export interface SearchAnswer {
  status: number;
  code: string | undefined;
  /** User names of the agents found. */
  found: string[];
  tookMs: number;
}

/** Two agents in a call, in a region whose search is a real Elasticsearch of this scene's own. */
export interface SearchScene {
  readonly server: TestElasticsearch;
  readonly system: RunningSystem;
  readonly scene: Scene;
  /** `GET /configuration/v3/objects/agents?search_term=`, which only the index can answer. */
  search(term: string): Promise<SearchAnswer>;
  /** `GET /workspace/v3/targets?searchTerm=`, as ann. */
  targets(term: string): Promise<SearchAnswer>;
  /** Waits until the search answers with these users. */
  untilFound(term: string, users: readonly string[], timeoutMs?: number): Promise<void>;
  /** What `status` says of the region's search. */
  status(): Promise<{ kind: string; state: string }>;
  end(): Promise<void>;
}

interface FoundBody {
  errors?: { code: string }[];
  data?: { agents?: { userName: string }[]; targets?: { userName?: string }[] };
}

export async function startSearchScene(): Promise<SearchScene> {
  const server = await startElasticsearch({ own: true });
  const system = await startSystem({ regions: ['us-east'], nodes: 2, elasticsearchUrl: server.url }).catch(async (fault: unknown) => {
    await server.stop();
    throw fault;
  });
  const scene = await startScene(system);
  const token = await tokenOf(system.url, 'agent3');
  const answer = async (request: () => Promise<{ status: number; body: FoundBody }>): Promise<SearchAnswer> => {
    const startedMs = performance.now();
    const { status, body } = await request();
    const found = (body.data?.agents ?? body.data?.targets ?? []).flatMap(each => each.userName ?? []);
    return { status, code: body.errors?.[0]?.code, found, tookMs: performance.now() - startedMs };
  };
  const search = (term: string): Promise<SearchAnswer> =>
    answer(async () => {
      const url = `${system.url}/configuration/v3/objects/agents?search_term=${encodeURIComponent(term)}`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, body: (await response.json()) as FoundBody };
    });
  const made: SearchScene = {
    server,
    system,
    scene,
    search,
    targets: term =>
      answer(async () => {
        const { status, body } = await scene.ann.request('GET', `/targets?searchTerm=${encodeURIComponent(term)}`);
        return { status, body: body as FoundBody };
      }),
    async untilFound(term, users, timeoutMs = 30_000) {
      await until(`a search for ${term}`, timeoutMs, async () => (await search(term)).found.join() === users.join());
    },
    async status() {
      const { regions } = await system.handover<{ regions: { stores: { search: { kind: string; state: string } } }[] }>('status');
      const [region] = regions;
      if (region === undefined) throw new Error('no region');
      return region.stores.search;
    },
    async end() {
      await scene.end();
      await system.stop();
      await server.stop();
    },
  };
  await made.untilFound('agent3', ['agent3']);
  return made;
}
