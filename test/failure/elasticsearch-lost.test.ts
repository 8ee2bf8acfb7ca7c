import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoElasticsearch } from '../support/elasticsearch/index.ts';
import { startSearchScene, type SearchScene } from '../support/elasticsearch/scene.ts';
import { holdAndRetrieve, unharmed, until } from '../support/index.ts';

const missing = whyNoElasticsearch({ own: true });
if (missing !== undefined) console.log(`skipped: a region without its search, because ${missing}`);

// F6: the Elasticsearch of a region hangs, is killed, and comes back without its data.
describe.skipIf(missing !== undefined)('a region without its search', () => {
  let stage: SearchScene;
  beforeAll(async () => {
    stage = await startSearchScene();
  });
  afterAll(() => stage?.end());

  const saysSo = async (): Promise<void> => {
    const answer = await stage.search('agent3');
    expect([answer.status, answer.code]).toEqual([503, 'search.unavailable']);
    expect(answer.tookMs).toBeLessThan(2_000);
  };
  const worksOtherwise = async (): Promise<void> => {
    const { scene } = stage;
    await holdAndRetrieve(scene.ann, scene.callId);
    expect(await stage.targets('agent3')).toMatchObject({ status: 200, found: ['agent3'] });
    expect(await scene.now()).toEqual(scene.before);
    for (const agent of [scene.ann, scene.bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  };

  it('says so for searches while it hangs, and everything else works', async () => {
    stage.server.signal('SIGSTOP');
    await saysSo();
    await until('status shows it', 10_000, async () => (await stage.status()).state === 'down');
    await saysSo();
    await worksOtherwise();
    stage.server.signal('SIGCONT');
    await stage.untilFound('agent3', ['agent3']);
    expect(await stage.status()).toMatchObject({ kind: 'server', state: 'up' });
  });

  it('says so when it is killed, and searches again when it is back, even without its data', async () => {
    await stage.server.kill();
    await saysSo();
    await worksOtherwise();
    await stage.server.restart({ empty: true });
    await stage.untilFound('agent3', ['agent3']);
    await worksOtherwise();
  });

  it('has no fault to put to a server that is not of this system', async () => {
    await expect(stage.system.handover('fault', 'kill', 'search', 'us-east')).rejects.toThrow(/exit code 3[^]*not applicable/);
  });
});
