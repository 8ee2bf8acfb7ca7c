import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, until, type RunningSystem } from '../support/index.ts';

interface Region {
  state: string;
  nodes: { state: string }[];
  stores: { postgres: { state: string }; redis: { state: string } };
  servers: { name: string; state: string }[];
}

const canUseNamespaces = (): boolean => {
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
};

describe.skipIf(!canUseNamespaces())('a system with networks of its own', () => {
  let system: RunningSystem;
  const regions = async (): Promise<Region[]> => (await system.handover<{ regions: Region[] }>('status')).regions;
  const links = (): string => execFileSync('ip', ['-br', 'link'], { encoding: 'utf8' });
  const before = links();
  beforeAll(async () => void (system = await startSystem({ netns: true })));
  afterAll(async () => {
    await system.stop();
    expect(links()).toBe(before);
  });

  it('cuts off the nodes of a region, while its servers and stores stay reachable', async () => {
    await system.handover('fault', 'cut', 'region', 'us-east');
    await until('the edge finds it down', 60_000, async () => (await regions())[0]?.state === 'down');
    const [cut, other] = await regions();
    expect(cut?.nodes.map(node => node.state)).toEqual(['cut']);
    expect([cut?.stores.postgres.state, cut?.stores.redis.state, ...(cut?.servers ?? []).map(server => server.state)]).not.toContain('cut');
    expect(other?.state).toBe('up');
    await system.handover('fault', 'heal', 'region', 'us-east');
    expect((await regions())[0]?.nodes.map(node => node.state)).toEqual(['up']);
  });

  it('cuts off a whole data centre, without delaying its status', async () => {
    await system.handover('fault', 'cut', 'site', 'eu-west');
    const from = Date.now();
    const [, cut] = await regions();
    expect(Date.now() - from).toBeLessThan(4_000);
    expect([cut?.stores.postgres.state, cut?.stores.redis.state, ...(cut?.nodes ?? []).map(node => node.state)]).toEqual([
      'cut',
      'cut',
      'cut',
    ]);
    await system.handover('fault', 'heal', 'site', 'eu-west');
    await until('the store is back', 60_000, async () => (await regions())[1]?.stores.postgres.state === 'up');
  });

  it('cuts off one server of a pair', async () => {
    await system.handover('fault', 'cut', 'sip', 'us-east');
    const cut = async (): Promise<string[]> =>
      ((await regions())[0]?.servers ?? []).flatMap(server => (server.state === 'up' ? [] : [`${server.name} ${server.state}`]));
    expect(await cut()).toEqual(['sip_us-east_primary cut']);
    await system.handover('fault', 'heal', 'sip', 'us-east');
    await until('it is back', 60_000, async () => (await cut()).length === 0);
  });
});
