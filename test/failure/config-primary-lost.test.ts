import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  endByFarEnd,
  holdAndRetrieve,
  openConfiguration,
  startAgent,
  startScene,
  startSystem,
  statusOf,
  unharmed,
  until,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F4: the Configuration Server in service is killed, later frozen, while two agents talk. Configuration Servers are pairs in warm standby.
const region = 'us-east';
/** One token and one initialisation, of the agent who comes late. */
const onlyTheLateCame = { ...unharmed, clientLogins: 2 };

let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem({ regions: [region] });
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

/** Names of the region's Configuration Servers that serve, as `status` shows them. */
const serving = async (): Promise<string[]> =>
  (await statusOf(system)).regions.flatMap(each =>
    each.servers.filter(({ type, role, state }) => type === 'config' && role === 'primary' && state === 'up').map(({ name }) => name),
  );

/** An agent's numbers are as the configuration has them now: changed by an administrator, seen by the agent. */
async function changeIsSeen(firstName: string): Promise<void> {
  const configuration = await openConfiguration(system, region);
  try {
    const bob = configuration.personByUserName('agent2');
    await until('written at the server in service', 20_000, async () => {
      const changed = await configuration.update('CfgPerson', bob?.dbid ?? 0, { firstName });
      return changed.ok;
    });
  } finally {
    configuration.stop();
  }
  await until('seen by an agent', 20_000, async () => {
    const found = await scene.ann.request('GET', `/targets?searchTerm=${firstName}`);
    return JSON.stringify(found.body).includes(firstName);
  });
}

describe('the loss of the Configuration Server', () => {
  it('is not noticed by those who work, lets others sign in, and status shows who serves', async () => {
    const { ann, bob, callId } = scene;
    expect(await serving()).toEqual([`config_${region}_primary`]);
    await system.handover('fault', 'kill', 'config', region);
    const [late] = await Promise.all([startAgent(system.url, 'agent3'), holdAndRetrieve(ann, callId)]);
    await late.leave();
    await endByFarEnd(scene);
    expect(await serving()).toEqual([`config_${region}_backup`]);
    await changeIsSeen('Killed');
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(onlyTheLateCame);
  });

  it('is the same when it only falls silent, after the first has returned', async () => {
    const { ann, bob } = scene;
    await system.handover('fault', 'heal', 'config', region);
    scene.begin();
    await system.handover('fault', 'freeze', 'config', region);
    const late = await startAgent(system.url, 'agent4');
    await late.leave();
    await changeIsSeen('Frozen');
    expect(await serving()).toEqual([`config_${region}_primary`]);
    await system.handover('fault', 'heal', 'config', region);
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(onlyTheLateCame);
  });
});
