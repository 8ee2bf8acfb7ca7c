import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  databaseOf,
  holdAndRetrieve,
  startScene,
  startSystem,
  startWriteLedger,
  unharmed,
  until,
  untilReplicated,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';
import { startPostgresUnasked } from '../support/unasked-postgres.ts';

// The replaced primary comes back by itself and takes itself for the primary: nobody writes to it, not even a node that has just started.
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

const countIn = async (region: string): Promise<number> => {
  const sql = databaseOf(system, region);
  try {
    return Number((await sql<{ count: string }[]>`select count(*) from environments`)[0]?.count);
  } finally {
    await sql.end({ timeout: 1 });
  }
};
const write = (): Promise<Response> =>
  fetch(`${system.url}/environment/v3/environments`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('ops:ops')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data: {} }),
  });

describe('a primary that was replaced', () => {
  it('gets nothing written when it comes back', async () => {
    await untilReplicated(system);
    await system.handover('fault', 'kill', 'postgres', 'us-east');
    await system.handover('promote', 'eu-west');
    await startPostgresUnasked(system, 'us-east');
    const before = await countIn('us-east');
    const ledger = startWriteLedger(system);
    await ledger.until(200);
    await ledger.stop();
    expect(await ledger.missingIn('eu-west')).toEqual([]);
    expect(await countIn('us-east')).toBe(before);
    await until('the alarm', 20_000, async () =>
      (await system.handover<{ alarms: string[] }>('status')).alarms.join().includes('two servers take themselves for the primary'),
    );
  });

  it('gets nothing written by nodes that start while the new one is gone', async () => {
    await system.handover('fault', 'kill', 'postgres', 'eu-west');
    await system.handover('fault', 'kill', 'region', 'us-east');
    await system.handover('fault', 'heal', 'region', 'us-east');
    const before = await countIn('us-east');
    // Asked again and again: a node that chose the wrong primary would do so within its first seconds.
    for (let round = 0; round < 10; round += 1) expect((await write()).status).toBe(503);
    expect(await countIn('us-east')).toBe(before);
    expect(await scene.ann.calls()).toHaveLength(1);
  });

  it('becomes a standby of the new one when it is healed', async () => {
    await system.handover('fault', 'heal', 'postgres', 'eu-west');
    await system.handover('fault', 'heal', 'postgres', 'us-east');
    await until('a change is taken', 20_000, async () => (await write()).status === 200);
    await until('it follows', 20_000, async () => (await countIn('us-east')) === (await countIn('eu-west')));
    await holdAndRetrieve(scene.ann, scene.callId);
    const { handshakes: _, ...harm } = await scene.harmTo(scene.ann);
    const { handshakes: __, ...none } = unharmed;
    expect(harm).toEqual(none);
  });
});
