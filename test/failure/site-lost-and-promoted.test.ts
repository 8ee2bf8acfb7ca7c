import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerCalls, startScene, startSystem, until, untilReplicated, type RunningSystem, type Scene } from '../support/index.ts';

// F3: a whole data centre is lost, PostgreSQL primary included; the other one is promoted, and the lost one comes back as its standby.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem();
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

const operator = { authorization: `Basic ${Buffer.from('ops:ops').toString('base64')}`, 'content-type': 'application/json' };
const clients = (path = '', init: RequestInit = {}): Promise<Response> =>
  fetch(`${system.url}/auth/v3/ops/clients${path}`, { ...init, headers: operator });
const create = (id: string): Promise<Response> =>
  clients('', {
    method: 'POST',
    body: JSON.stringify({ data: { client_id: id, client_secret: 'long-secret', authorizedGrantTypes: ['client_credentials'] } }),
  });
const rolesOf = async (): Promise<[string, string][]> =>
  (await scene.status()).regions.map(region => [region.name, region.stores.postgres.role]);

describe('a lost data centre', () => {
  it('takes its call along, and the agent takes the next one at the other', async () => {
    const { ann, before, callId } = scene;
    expect((await create('before')).status).toBe(200);
    await untilReplicated(system);
    const from = ann.events.mark();
    await system.handover('fault', 'kill', 'site', 'us-east');
    expect(before.region).toBe('us-east');
    await ann.callIn('Released', callId, from);
    await ann.dnIn('NotReady', from);
    await until('ready', 60_000, async () => (await ann.request('POST', '/voice/ready', { data: {} })).status === 200);
    await ann.dnIn('Ready', from);
    const next = await customerCalls(system.url, ann.dn);
    await ann.callIn('Ringing', next, from);
    await ann.voice.answerCall(next);
    await ann.callIn('Established', next, from);
    expect(await scene.now()).toMatchObject({ sessionId: before.sessionId, region: 'eu-west' });
    const { clientLogins, handshakes, outdated } = await scene.harmTo(ann);
    expect([clientLogins, handshakes, outdated]).toEqual([0, 0, []]);
  });

  it('leaves the rest read-only until it is promoted', async () => {
    expect((await create('refused')).status).toBe(503);
    expect((await clients('/before')).status).toBe(200);
    await system.handover('promote', 'eu-west');
    const promotedMs = Date.now();
    await until('a change is taken', 60_000, async () => (await create('after')).ok);
    expect(Date.now() - promotedMs).toBeLessThan(5_000);
    const read = (await (await clients('/after')).json()) as { data: { client_id: string } };
    expect(read.data.client_id).toBe('after');
  });

  it('comes back as a standby that has what was written meanwhile', async () => {
    await system.handover('fault', 'heal', 'site', 'us-east');
    await until('it follows', 60_000, async () => (await rolesOf()).join() === 'us-east,standby,eu-west,primary');
    expect((await clients('/after')).status).toBe(200);
    expect((await create('both')).status).toBe(200);
    const { ann } = scene;
    const from = ann.events.mark();
    for (const call of await ann.calls()) await ann.voice.releaseCall(call.id).catch(() => undefined);
    await ann.voice.notReady();
    await ann.dnIn('NotReady', from);
    expect((await scene.harmTo(ann)).outdated).toEqual([]);
  });
});
