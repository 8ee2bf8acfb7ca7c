import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  holdAndRetrieve,
  startScene,
  startSystem,
  unharmed,
  until,
  untilReplicated,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F7: the PostgreSQL primary is lost. Running sessions do not notice, changes have to wait, signing in goes on.
let system: RunningSystem;
let scene: Scene;
let refreshToken = '';
beforeAll(async () => {
  system = await startSystem();
  scene = await startScene(system);
  refreshToken = (await grant({ grant_type: 'password', username: 'agent1', password: 'agent1', scope: '*' })).body.refresh_token ?? '';
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

interface Granted {
  access_token?: string;
  refresh_token?: string;
  error?: string;
}
const client = { authorization: `Basic ${Buffer.from('external_api_client:secret').toString('base64')}` };
const operator = { authorization: `Basic ${Buffer.from('ops:ops').toString('base64')}`, 'content-type': 'application/json' };

async function grant(form: Record<string, string>): Promise<{ status: number; body: Granted }> {
  const response = await fetch(`${system.url}/auth/v3/oauth/token`, { method: 'POST', headers: client, body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Granted };
}
const refresh = (): ReturnType<typeof grant> => grant({ grant_type: 'refresh_token', refresh_token: refreshToken, scope: '*' });
const createClient = (id: string): Promise<Response> =>
  fetch(`${system.url}/auth/v3/ops/clients`, {
    method: 'POST',
    headers: operator,
    body: JSON.stringify({ data: { client_id: id, client_secret: 'long-secret', authorizedGrantTypes: ['client_credentials'] } }),
  });

describe('without a primary', () => {
  it('a refresh token is answered, and stays as it is', async () => {
    const rotated = await refresh();
    expect(rotated.status).toBe(200);
    refreshToken = rotated.body.refresh_token ?? '';
    await untilReplicated(system);
    await system.handover('fault', 'kill', 'postgres', 'us-east');
    for (let round = 0; round < 2; round += 1) {
      const { status, body } = await refresh();
      expect([status, body.error]).toEqual([200, undefined]);
      expect(body.access_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(body.refresh_token ?? refreshToken).toBe(refreshToken);
    }
  });

  it('a change is refused, and says when to come back', async () => {
    const response = await createClient('later');
    expect([response.status, ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code]).toEqual([
      503,
      'store.read-only',
    ]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('people sign in, and those at work do not notice', async () => {
    expect((await grant({ grant_type: 'password', username: 'agent3', password: 'agent3', scope: '*' })).status).toBe(200);
    await holdAndRetrieve(scene.ann, scene.callId);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });

  it('a promoted standby takes changes again, and rotates the token', async () => {
    await system.handover('promote', 'eu-west');
    await until('a change is taken', 60_000, async () => (await createClient('now')).ok);
    const { status, body } = await refresh();
    expect(status).toBe(200);
    expect(body.refresh_token).not.toBe(refreshToken);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });
});
