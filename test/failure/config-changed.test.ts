import { createServer, connect as connectTo, type AddressInfo, type Server } from 'node:net';
import type { VoiceMessageWire } from '@handover/shared/api/workspace';
import type { CfgAgentLogin, CfgApplication, CfgDN, CfgPerson, CfgPlace, CfgSkill } from '@handover/shared/genesys';
import { kvNested, kvStr } from '@handover/shared/genesys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  customerCalls,
  holdAndRetrieve,
  openConfiguration,
  startAgent,
  startScene,
  startSystem,
  unharmed,
  until,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// Whatever an administrator changes reaches agents at work, through the Configuration Server's notifications alone.
const region = 'us-east';
let system: RunningSystem;
let scene: Scene;
let configuration: Awaited<ReturnType<typeof openConfiguration>>;
beforeAll(async () => {
  system = await startSystem({ regions: [region], agents: 4 });
  [scene, configuration] = await Promise.all([startScene(system), openConfiguration(system, region)]);
});
afterAll(async () => {
  configuration.stop();
  await scene.end();
  await system.stop();
});

/** The value of a write that must succeed. */
async function written<T>(write: Promise<{ ok: true; value: T } | { ok: false; reason: unknown }>): Promise<T> {
  const result = await write;
  if (!result.ok) throw new Error(JSON.stringify(result.reason));
  return result.value;
}

const person = (userName: string): CfgPerson => {
  const found = configuration.personByUserName(userName);
  if (found === undefined) throw new Error(`no ${userName}`);
  return found;
};
const application = (name: string): CfgApplication => {
  const found = configuration.all('CfgApplication').find(each => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

/** A person with a phone, made as an administrator makes one. */
async function hire(userName: string, number: string): Promise<void> {
  const { tenantDBID } = person('agent1');
  const common = { tenantDBID, state: 'Enabled', userProperties: [] } as const;
  const switchDBID = configuration.all('CfgSwitch')[0]?.dbid ?? 0;
  const dn = await written(
    configuration.create<CfgDN>({ type: 'CfgDN', ...common, userProperties: [], number, dnType: 'Extension', switchDBID }),
  );
  const place = await written(
    configuration.create<CfgPlace>({ type: 'CfgPlace', ...common, userProperties: [], name: `Place_${number}`, dnDBIDs: [dn.dbid] }),
  );
  const login = await written(
    configuration.create<CfgAgentLogin>({ type: 'CfgAgentLogin', ...common, userProperties: [], loginCode: number, switchDBID }),
  );
  const { dbid: _dbid, ...like } = person('agent1');
  const agentInfo = { placeDBID: place.dbid, skillLevels: [], agentLogins: [{ agentLoginDBID: login.dbid, wrapupTime: 0 }] };
  await written(
    configuration.create<CfgPerson>({ ...like, userName, employeeID: number, firstName: 'New', lastName: userName, agentInfo }),
  );
}

describe('an agent at work', () => {
  it('works with an agent who was created a moment ago', async () => {
    const { ann } = scene;
    await hire('newcomer', '7555');
    await until('found', 20_000, async () =>
      JSON.stringify((await ann.request('GET', '/targets?searchTerm=newcomer')).body).includes('7555'),
    );
    const newcomer = await startAgent(system.url, 'newcomer');
    await ann.voice.releaseCall(scene.callId);
    const call = await connect(newcomer, ann);
    await holdAndRetrieve(ann, call);
    await newcomer.voice.releaseCall(call);
    await newcomer.leave();
  });

  it('finds a skill that is new, under the name it has now', async () => {
    const { ann } = scene;
    const { tenantDBID } = person('agent1');
    const finds = async (name: string): Promise<boolean> =>
      JSON.stringify((await ann.request('GET', `/targets?searchTerm=${name}&types=skill`)).body).includes(name);
    const skill = await written(
      configuration.create<CfgSkill>({ type: 'CfgSkill', name: 'Esperanto', tenantDBID, state: 'Enabled', userProperties: [] }),
    );
    await until('the skill', 20_000, () => finds('Esperanto'));
    await written(configuration.update('CfgSkill', skill.dbid, { name: 'Volapük' }));
    await until('its new name', 20_000, async () => (await finds('Volap')) && !(await finds('Esperanto')));
  });

  it('does not find a colleague who was disabled, and who cannot sign in any more', async () => {
    const { ann } = scene;
    await written(configuration.update('CfgPerson', person('agent4').dbid, { state: 'Disabled' }));
    await until('gone', 20_000, async () => !JSON.stringify((await ann.request('GET', '/targets?types=agent')).body).includes('agent4'));
    await expect(startAgent(system.url, 'agent4')).rejects.toThrow(/HTTP 40/);
  });

  it('has a desktop option, and a SIP Server its own, as changed', async () => {
    const { ann } = scene;
    const cluster = application('CloudCluster');
    const options = [...cluster.options, kvNested('interaction-workspace', [kvStr('greeting', 'hello')])];
    await written(configuration.update('CfgApplication', cluster.dbid, { options: options.slice(-1) }));
    await until('the option', 20_000, async () =>
      JSON.stringify((await ann.request('GET', '/configuration/settings')).body).includes('greeting'),
    );
    const rings = async (seconds: string): Promise<void> => {
      for (const role of ['primary', 'backup'] as const) {
        const options = [kvNested('TServer', [kvStr('agent-no-answer-timeout', seconds)])];
        await written(configuration.update('CfgApplication', application(`sip_${region}_${role}`).dbid, { options }));
      }
    };
    await rings('1');
    // The switch may hear of it after the phone began to ring: then this call rings for ever, and the next one does not.
    await until('nobody answered for a second', 60_000, async () => {
      const from = ann.events.mark();
      const id = await customerCalls(system.url, ann.dn);
      await ann.callIn('Ringing', id, from);
      return ann.events.next('given up', message => message.messageType === 'CallStateChanged' && message.call.state === 'Released', {
        from,
        timeoutMs: 5_000,
      });
    });
    await rings('0');
  });

  it('keeps a call when the SIP Server is found at another address', async () => {
    const { ann, bob } = scene;
    const sip = application(`sip_${region}_primary`);
    const { serverInfo } = sip;
    if (serverInfo === undefined) throw new Error('no address');
    const call = await connect(bob, ann);
    const door = await openDoor(serverInfo.port);
    const move = async (to: typeof serverInfo): Promise<void> => {
      const from = ann.events.mark();
      await written(configuration.update('CfgApplication', sip.dbid, { serverInfo: to }));
      const isBack = (message: VoiceMessageWire): boolean =>
        message.messageType === 'ServiceStateChanged' && message.serviceState === 'AVAILABLE';
      await ann.events.next('voice is available again', isBack, { from });
    };
    await move({ ...serverInfo, port: door.port });
    expect(door.connections()).toBeGreaterThan(0);
    await holdAndRetrieve(ann, call);
    await move(serverInfo);
    await until('gone back', 20_000, () => door.connections() === 0);
    await holdAndRetrieve(ann, call);
    const { agentLogins, agentLogouts, handshakes } = await scene.harmTo(ann);
    expect({ agentLogins, agentLogouts, handshakes }).toEqual({ agentLogins: 0, agentLogouts: 0, handshakes: unharmed.handshakes });
    door.server.close();
  });
});

/** Another port that leads to a server. */
async function openDoor(to: number): Promise<{ port: number; connections(): number; server: Server }> {
  let connections = 0;
  const server = createServer(outside => {
    connections += 1;
    const inside = connectTo(to, '127.0.0.1');
    outside.pipe(inside).pipe(outside);
    for (const socket of [outside, inside]) socket.on('error', () => undefined);
    outside.on('close', () => {
      connections -= 1;
      inside.destroy();
    });
    inside.on('close', () => outside.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, connections: () => connections, server };
}
