import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openConfiguration,
  serversOfNode,
  setRedundancy,
  startAgent,
  startSystem,
  statusOf,
  until,
  type Agent,
  type RunningSystem,
} from '../support/index.ts';

// F4: the Configuration Server in service is killed, later frozen, in hot standby, while an administrator changes things without a pause.
const region = 'us-east';
type Connector = Awaited<ReturnType<typeof openConfiguration>>;

let system: RunningSystem;
let ann: Agent;
let writer: Connector;
let reader: Connector;
/** What the reader was told of agent 2, in order. */
const told: string[] = [];
beforeAll(async () => {
  system = await startSystem({ regions: [region], agents: 4 });
  await setRedundancy(system, 'config', 'hot');
  [ann, writer, reader] = await Promise.all([
    startAgent(system.url, 'agent1'),
    openConfiguration(system, region),
    openConfiguration(system, region),
  ]);
  reader.onChange(({ object }) => {
    if (object?.type === 'CfgPerson' && object.userName === 'agent2') told.push(object.firstName);
  });
  await until('connected to both', 20_000, async () => (await roles()).length === 2 && reader.state === 'current');
});
afterAll(async () => {
  writer.stop();
  reader.stop();
  await ann.leave();
  await system.stop();
});

/** The Configuration Servers that the node is connected to, with the roles they have for it. */
const roles = async (): Promise<string[]> =>
  (await serversOfNode(system)).filter(({ type, state }) => type === 'config' && state === 'up').map(({ name, role }) => `${name} ${role}`);

/** Those that serve, as `status` shows them. */
const serving = async (): Promise<string[]> =>
  (await statusOf(system)).regions.flatMap(each =>
    each.servers.filter(({ type, role, state }) => type === 'config' && role === 'primary' && state === 'up').map(({ name }) => name),
  );

/** Changes agent 2's name again and again; `stop` answers the names that were confirmed, and those nobody knows of. */
function startChanging(word: string): { confirmed: string[]; unknown: string[]; stop(): Promise<void> } {
  const dbid = writer.personByUserName('agent2')?.dbid ?? 0;
  const confirmed: string[] = [];
  const unknown: string[] = [];
  let on = true;
  const run = async (): Promise<void> => {
    for (let n = 1; on; n += 1) {
      const firstName = `${word}${n}`;
      const changed = await writer.update('CfgPerson', dbid, { firstName });
      if (changed.ok) confirmed.push(firstName);
      else if (changed.reason.kind === 'unknown') unknown.push(firstName);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  const running = run();
  return {
    confirmed,
    unknown,
    stop() {
      on = false;
      return running;
    },
  };
}

const firstNameOf = (configuration: Connector): string | undefined => configuration.personByUserName('agent2')?.firstName;

/** Everything as a connection that has just read it has it, in an order of its own. */
const picture = (configuration: Connector): unknown =>
  (['CfgPerson', 'CfgApplication', 'CfgSkill', 'CfgAgentGroup'] as const).flatMap(type =>
    [...configuration.all(type)].sort((a, b) => a.dbid - b.dbid),
  );

/** The server in service is lost while changes flow: what does everybody know afterwards? */
async function changesFlowThrough(word: string, fault: 'kill' | 'freeze'): Promise<void> {
  const from = told.length;
  const changing = startChanging(word);
  await until('changes flow', 20_000, () => changing.confirmed.length > 5);
  await system.handover('fault', fault, 'config', region);
  const before = changing.confirmed.length;
  await until('changes flow again', 20_000, () => changing.confirmed.length > before + 5);
  await changing.stop();
  const last = changing.confirmed.at(-1);
  await until('the last change is told', 20_000, () => told.at(-1) === last);
  const heard = told.slice(from);
  // Each once, in order, none missing; what nobody confirmed may have been made or not.
  expect(heard.filter(name => !changing.unknown.includes(name))).toEqual(changing.confirmed);
  expect(new Set(heard).size).toBe(heard.length);
  await until('seen by an agent', 20_000, async () =>
    JSON.stringify((await ann.request('GET', `/targets?searchTerm=${last}`)).body).includes(`${last}`),
  );
  const fresh = await openConfiguration(system, region);
  expect(picture(reader)).toEqual(picture(fresh));
  fresh.stop();
}

describe('Configuration Servers in hot standby', () => {
  it('lose and repeat no change when the primary is killed, and status shows who serves', async () => {
    expect(await roles()).toEqual([`config_${region}_primary primary`, `config_${region}_backup backup`]);
    await changesFlowThrough('Killed', 'kill');
    expect(await serving()).toEqual([`config_${region}_backup`]);
    expect(await roles()).toEqual([`config_${region}_backup primary`]);
  });

  it('nor when the one that took over falls silent, and returns with a past of its own', async () => {
    await system.handover('fault', 'heal', 'config', region);
    await until(
      'both again',
      20_000,
      async () => (await roles()).join() === `config_${region}_primary backup,config_${region}_backup primary`,
    );
    await changesFlowThrough('Frozen', 'freeze');
    await system.handover('fault', 'heal', 'config', region);
    await until(
      'changed places',
      20_000,
      async () => (await roles()).join() === `config_${region}_primary primary,config_${region}_backup backup`,
    );
    const late = await startAgent(system.url, 'agent3');
    await late.leave();
    expect([ann.handshakes(), reader.state]).toEqual([0, 'current']);
  });

  it('that come back both at once, with another past, are read completely, and the differences are told', async () => {
    expect(firstNameOf(reader)).not.toBe('Agent');
    const from = told.length;
    for (const role of ['primary', 'backup']) await system.handover('fault', 'kill', 'config', `${region}/${role}`);
    await until('the last state is all there is', 20_000, () => reader.state === 'stale');
    await system.handover('fault', 'heal', 'config', region);
    await until('current again', 30_000, () => reader.state === 'current' && firstNameOf(reader) === 'Agent');
    expect(told.slice(from)).toEqual(['Agent']);
    const fresh = await openConfiguration(system, region);
    expect(picture(reader)).toEqual(picture(fresh));
    fresh.stop();
    const late = await startAgent(system.url, 'agent4');
    await late.leave();
    expect(ann.handshakes()).toBe(0);
  });
});
