import { setTimeout as sleep } from 'node:timers/promises';
import { startElasticsearch, type TestElasticsearch } from '../../test/support/elasticsearch/index.ts';
import { tokenOf, until, type RunningSystem } from '../../test/support/index.ts';
import type { Disaster } from './disaster.ts';

const user = 'agent3';
const foundMs = 60_000;
const hangsMs = 2_500;

/** A real Elasticsearch for both regions, harmed while everybody works. Good when searches said so, and find everything again by themselves. */
function searchDisaster(harm: (server: TestElasticsearch) => Promise<void>, mend: (server: TestElasticsearch) => Promise<void>): Disaster {
  let server: TestElasticsearch | undefined;
  let token = '';
  const running = (): TestElasticsearch => {
    if (server === undefined) throw new Error('there is no Elasticsearch');
    return server;
  };
  const search = (system: RunningSystem): Promise<Response> =>
    fetch(`${system.url}/configuration/v3/objects/agents?search_term=${user}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    });
  const untilFound = (system: RunningSystem): Promise<unknown> =>
    until('a search that finds', foundMs, async () => (await (await search(system)).text()).includes(`"${user}"`));
  return {
    nodes: 1,
    netns: false,
    async surround() {
      server = await startElasticsearch({ own: true });
      return { elasticsearchUrl: server.url };
    },
    async prepare(system) {
      token = await tokenOf(system.url, user);
      await untilFound(system);
    },
    async strike(system, struck) {
      struck(Date.now());
      await harm(running());
      const answer = await search(system);
      if (answer.status !== 503) throw new Error(`a search without its index: ${answer.status} ${await answer.text()}`);
    },
    async heal(system) {
      await mend(running());
      await untilFound(system);
    },
    clean: async () => server?.stop(),
  };
}

/** Hangs, is killed, and comes back without its data. */
export const elasticsearch = searchDisaster(
  async server => {
    server.signal('SIGSTOP');
    await sleep(hangsMs);
    await server.kill();
  },
  server => server.restart({ empty: true }),
);

/** Somebody deletes what is searched, in every region; nobody does anything about it. */
export const indexDeleted = searchDisaster(
  async ({ url }) => {
    const indices = Object.keys((await (await fetch(`${url}/_alias/handover-*`)).json()) as object);
    if (indices.length === 0) throw new Error('there is no index to delete');
    const answer = await fetch(`${url}/${indices.join()}`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`the index was not deleted: ${answer.status}`);
  },
  () => Promise.resolve(),
);
