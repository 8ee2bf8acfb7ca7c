import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoElasticsearch } from '../support/elasticsearch/index.ts';
import { startSearchScene, type SearchScene } from '../support/elasticsearch/scene.ts';
import { holdAndRetrieve, unharmed, until } from '../support/index.ts';

const missing = whyNoElasticsearch({ own: true });
if (missing !== undefined) console.log(`skipped: a deleted search index, because ${missing}`);

// F6: somebody deletes the index, or empties it.
describe.skipIf(missing !== undefined)('a search index', () => {
  let stage: SearchScene;
  beforeAll(async () => {
    stage = await startSearchScene();
  });
  afterAll(() => stage?.end());

  const indices = async (): Promise<string[]> => {
    const response = await fetch(`${stage.server.url}/_alias/handover-us-east-objects-v1`);
    return response.ok ? Object.keys((await response.json()) as object) : [];
  };
  const ask = async (method: string, path: string, body?: object): Promise<void> => {
    const response = await fetch(`${stage.server.url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  };

  it('that was deleted is built anew by itself, while calls go on', async () => {
    const { scene } = stage;
    const before = await indices();
    expect(before).toHaveLength(1);
    await ask('DELETE', before.join());
    expect((await stage.search('agent3')).status).toBe(503);
    expect(await stage.targets('agent3')).toMatchObject({ status: 200, found: ['agent3'] });
    await holdAndRetrieve(scene.ann, scene.callId);
    await stage.untilFound('agent3', ['agent3']);
    const after = await indices();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });

  it('whose alias was taken away is built anew, and never less than complete', async () => {
    const before = await indices();
    await ask('POST', '_aliases', { actions: [{ remove: { index: before.join(), alias: 'handover-us-east-objects-v1' } }] });
    for (let answer = await stage.search('agent'); answer.status !== 200; answer = await stage.search('agent'))
      expect(answer.code).toBe('search.unavailable');
    expect((await stage.search('agent')).found).toHaveLength(20);
  });

  it('is built anew by one command, while searches find everything', async () => {
    const before = await indices();
    const { ops, parts } = JSON.parse(readFileSync(join(stage.system.stateDir, 'state.json'), 'utf8')) as {
      ops: { user: string; password: string };
      parts: { kind: string; host: string; port: number }[];
    };
    const node = parts.find(part => part.kind === 'node');
    const authorization = `Basic ${Buffer.from(`${ops.user}:${ops.password}`).toString('base64')}`;
    const rebuild = (headers: Record<string, string>): Promise<Response> =>
      fetch(`http://${node?.host}:${node?.port}/admin/search/rebuild`, { method: 'POST', headers });
    expect((await rebuild({})).status).toBe(401);
    expect((await rebuild({ authorization })).status).toBe(202);
    do expect((await stage.search('agent')).found).toHaveLength(20);
    while ((await indices()).join() === before.join());
    expect((await stage.search('agent')).found).toHaveLength(20);
    expect(await indices()).toHaveLength(1);
    await until('the old index is removed', 10_000, async () => (await fetch(`${stage.server.url}/${before.join()}`)).status === 404);
  });
});
