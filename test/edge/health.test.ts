import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, createFakeOrigin, createStage, healthOf, nodeOf, pinOf, until, type FakeOrigin, type Stage } from './stage.ts';

let us1: FakeOrigin;
let eu1: FakeOrigin;
let stage: Stage;

beforeEach(async () => {
  [us1, eu1] = await Promise.all([createFakeOrigin('us-east/1'), createFakeOrigin('eu-west/1')]);
});
afterEach(async () => {
  await stage.stop();
  await Promise.all([us1, eu1].map(origin => origin.down().catch(() => undefined)));
});

const session = '/workspace/v3/current-session';
const operator = { authorization: `Basic ${btoa('ops:secret')}` };
const state = async (region: string): Promise<string> => (await healthOf(stage, region)).state;

describe('routine health', () => {
  it('finds a silent origin without any request, says why, and takes it back after two good probes', async () => {
    stage = await createStage([us1, eu1]);
    await stage.ask('/health');
    us1.health = 'silent';
    await until('down', async () => (await state('us-east')) === 'down');
    expect((await healthOf(stage, 'us-east')).nodes[0]).toMatchObject({
      id: 'us-east/1',
      state: 'down',
      reason: '3 probes failed, the last: no answer in time',
    });
    expect(nodeOf(await stage.ask(session))).toBe('eu-west/1');
    us1.health = 'up';
    await until('up', async () => (await state('us-east')) === 'up');
  });

  it('probes once a second, and origins are not probed in step from one second to the next', async () => {
    stage = await createStage([us1, eu1]);
    await stage.ask('/health');
    await until('six probes', () => us1.probes.length >= 6);
    const gaps = us1.probes.slice(1).map((atMs, index) => atMs - (us1.probes[index] ?? 0));
    for (const gap of gaps) {
      expect(gap).toBeGreaterThan(700);
      expect(gap).toBeLessThan(1_700);
    }
    expect(new Set(gaps.map(gap => Math.round(gap / 10))).size).toBeGreaterThan(1);
  });

  it('remembers its verdicts over a restart of the edge', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'handover-edge-state-'));
    stage = await createStage([us1, eu1], { stateDir });
    await stage.ask('/health');
    us1.health = 'silent';
    await until('down', async () => (await state('us-east')) === 'down');
    await stage.stop();
    stage = await createStage([us1, eu1], { stateDir });
    expect(await state('us-east')).toBe('down');
    await rm(stateDir, { recursive: true, force: true });
  });

  it('never names an address', async () => {
    stage = await createStage([us1, eu1]);
    await us1.down();
    await stage.ask(session);
    expect((await stage.ask('/health')).text).not.toMatch(/127\.0\.0\.1|http:/);
  });
});

describe('what never counts against a region', () => {
  it('is what the edge itself refuses', async () => {
    stage = await createStage([us1, eu1]);
    for (let n = 0; n < 12; n += 1) {
      const tooLarge = await stage.ask(session, { method: 'POST', headers: { 'content-length': '99999999' } });
      const foreign = await stage.ask(session, { method: 'POST', headers: { origin: 'https://evil.test', cookie: 'a=1' } });
      expect([tooLarge.status, foreign.status]).toEqual([413, 403]);
    }
    expect([await state('us-east'), nodeOf(await stage.ask(session))]).toEqual(['up', 'us-east/1']);
  });
});

describe('a pin', () => {
  it('needs nothing but the key: an edge that was started later follows it', async () => {
    stage = await createStage([us1, eu1]);
    await us1.down();
    const pinned = await pinOf(await stage.ask(session));
    await us1.up();
    await stage.stop();
    stage = await createStage([us1, eu1]);
    expect(nodeOf(await stage.ask(session, { headers: { cookie: pinned?.cookie ?? '' } }))).toBe('eu-west/1');
    expect(nodeOf(await stage.ask(session))).toBe('us-east/1');
  });

  it('that names a region which no longer exists, or was forged, is replaced in the same answer', async () => {
    stage = await createStage([us1, eu1]);
    const answer = await stage.ask(session, { headers: { cookie: `HANDOVER_PIN=v1.k1.mars.1.9999999999.1.${'A'.repeat(43)}` } });
    expect([answer.status, (await pinOf(answer))?.pin.region]).toEqual([200, 'us-east']);
  });
});

describe('panic', () => {
  it('never ejects the last region: it serves all the same and says so', async () => {
    stage = await createStage([us1, eu1]);
    await stage.ask('/health');
    us1.health = 'silent';
    eu1.health = 'silent';
    await until('both down', async () => (await state('us-east')) === 'down' && (await state('eu-west')) === 'down');
    const answer = await stage.ask(session);
    expect([answer.status, nodeOf(answer), answer.headers['x-handover-degraded']]).toEqual([200, 'us-east/1', 'panic']);
  });

  it('can be told to fail closed', async () => {
    stage = await createStage([us1, eu1], { panic: 'fail-closed' });
    await stage.ask('/health');
    us1.health = 'silent';
    eu1.health = 'silent';
    await until('both down', async () => (await state('us-east')) === 'down' && (await state('eu-west')) === 'down');
    const answer = await stage.ask(session);
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'region.none', '1']);
  });
});

describe('draining', () => {
  it('a node that says so keeps the sessions pinned to it and gets no new ones', async () => {
    const us2 = await createFakeOrigin('us-east/2');
    stage = await createStage([us1, us2, eu1]);
    const pinned = await until('a pin to node 1', async () => {
      const found = await pinOf(await stage.ask(session));
      return found?.pin.node === '1' ? found : undefined;
    });
    us1.health = 'draining';
    await until('draining', async () => (await healthOf(stage, 'us-east')).nodes[0]?.state === 'draining');
    for (let n = 0; n < 8; n += 1) expect(nodeOf(await stage.ask(session))).toBe('us-east/2');
    expect(nodeOf(await stage.ask(session, { headers: { cookie: pinned.cookie } }))).toBe('us-east/1');
    await us2.down();
  });

  it('a region keeps pinned sessions until its deadline, after which the pin is void', async () => {
    stage = await createStage([us1, eu1]);
    const pinned = await pinOf(await stage.ask(session));
    const cookie = pinned?.cookie ?? '';
    const drained = await stage.ask('/admin/regions/us-east/drain', { method: 'POST', headers: operator, body: '{"deadlineS":2}' });
    expect(drained.status).toBe(200);
    expect(await state('us-east')).toBe('draining');
    expect(nodeOf(await stage.ask(session))).toBe('eu-west/1');
    expect(nodeOf(await stage.ask(session, { headers: { cookie } }))).toBe('us-east/1');
    const moved = await until('the deadline', async () => {
      const answer = await stage.ask(session, { headers: { cookie } });
      return nodeOf(answer) === 'eu-west/1' && answer;
    });
    expect((await pinOf(moved))?.pin.region).toBe('eu-west');
    await stage.ask('/admin/regions/us-east/undrain', { method: 'POST', headers: operator });
    expect(nodeOf(await stage.ask(session))).toBe('us-east/1');
  });
});

describe('the operator endpoint', () => {
  it('wants the operator, a known region, a verb and a sane deadline', async () => {
    stage = await createStage([us1, eu1]);
    const post = { method: 'POST', headers: operator };
    expect((await stage.ask('/admin/regions')).status).toBe(401);
    expect((await stage.ask('/admin/regions', { headers: { authorization: `Basic ${btoa('ops:wrong')}` } })).status).toBe(401);
    expect((await stage.ask('/admin/regions', { headers: operator })).status).toBe(200);
    expect((await stage.ask('/admin/regions/mars/drain', post)).status).toBe(404);
    expect((await stage.ask('/admin/regions/us-east/explode', post)).status).toBe(404);
    expect((await stage.ask('/admin/regions/us-east/drain', { headers: operator })).status).toBe(405);
    for (const body of ['{"deadlineS":-1}', '{"deadlineS":"x"}', '[', '{"deadline":1}']) {
      const answer = await stage.ask('/admin/regions/us-east/drain', { ...post, body });
      expect([answer.status, answer.text.includes('deadlineS')]).toEqual([400, true]);
    }
  });
});
