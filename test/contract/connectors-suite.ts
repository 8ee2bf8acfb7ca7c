import type { CfgSkill, TlibEvent } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { systemClock } from '@handover/shared/time';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createConfiguration, type ConfigurationConnector } from '../../origin/connectors/configuration/index.ts';
import type { LinkDriver } from '../../origin/connectors/link/index.ts';
import { createReferee, createVoiceServers, type VoiceConnector } from '../../origin/connectors/sip/index.ts';
import { startSites, type SimulatedSites } from './simulated-sites.ts';

type RefereeWord = Parameters<ReturnType<typeof createReferee>['say']>[1];

/** Connectors of one node, as an origin builds them. */
interface TestNode {
  configuration: ConfigurationConnector;
  voice: VoiceConnector;
  stop(): void;
}

/** What the connectors of a node promise on the simulated sites, whatever driver carries their messages. */
export function connectorsSuite(makeDriver: () => Promise<LinkDriver>): void {
  let driver: LinkDriver;
  let sites: SimulatedSites;
  let east: TestNode;
  let west: TestNode;
  const patience = { timeout: 20_000, interval: 20 };

  async function startNode(site: string): Promise<TestNode> {
    const common = {
      application: `Handover_${site}`,
      location: `/${site}`,
      driver,
      clock: systemClock,
      random: Math.random,
      log: silentLogger,
    };
    const configuration = createConfiguration({ ...common, servers: sites.configurationServers(site) });
    const voice = createVoiceServers({ ...common, configuration, node: `${site}/1` });
    configuration.start();
    await voice.start();
    const stop = (): void => {
      voice.stop();
      configuration.stop();
    };
    return { configuration, voice, stop };
  }

  beforeAll(async () => {
    driver = await makeDriver();
    sites = await startSites(['us-east', 'eu-west']);
    [east, west] = await Promise.all([startNode('us-east'), startNode('eu-west')]);
    await vi.waitFor(
      () => expect([...east.voice.all(), ...west.voice.all()].map(server => server.state)).toEqual(['up', 'up', 'up', 'up']),
      patience,
    );
  });
  afterAll(async () => {
    east.stop();
    west.stop();
    await sites.stop();
  });

  function eastServer(node: TestNode = east) {
    const server = node.voice.bySwitch('SIP_us-east');
    if (server === undefined) throw new Error('no SIP Server of us-east');
    return server;
  }

  /** Everything a node hears on a DN. */
  function listening(node: TestNode, dn: string) {
    const events: TlibEvent[] = [];
    const off = eastServer(node).listen(dn, event => events.push(event));
    return {
      events,
      off,
      heard: (name: string) =>
        vi.waitFor(() => {
          const found = events.find(event => event.messageName === name);
          expect(found?.messageName).toBe(name);
          return found as TlibEvent;
        }, patience),
    };
  }

  const as = (epoch: number) => ({ deadlineMs: 5_000, admit: () => ok({ epoch }) });

  test('the configuration is complete at both sites, and the same', () => {
    expect([east.configuration.state, west.configuration.state]).toEqual(['current', 'current']);
    const person = east.configuration.personByUserName('agent1');
    expect(person?.employeeID).toBe('7001');
    expect(west.configuration.personByUserName('agent1')).toEqual(person);
    expect(east.configuration.agentLogin(person?.dbid ?? 0, 'SIP_eu-west')?.loginCode).toBe('7001');
    const place = east.configuration.placeByName('Place_7001');
    expect(east.configuration.placeDns(place?.dbid ?? 0).map(entry => entry.switch.name)).toEqual(['SIP_us-east', 'SIP_eu-west']);
  });

  test('each node prefers the SIP Server of its location and knows the other', () => {
    expect([east.voice.local()?.switchName, west.voice.local()?.switchName]).toEqual(['SIP_us-east', 'SIP_eu-west']);
    expect(west.voice.bySwitch('SIP_us-east')?.keepsAgentsOnDisconnect).toBe(true);
    expect(east.voice.status().map(server => [server.name, server.role, server.state])).toEqual([
      ['sip_us-east_primary', 'primary', 'up'],
      ['sip_us-east_backup', 'backup', 'up'],
      ['sip_eu-west_primary', 'primary', 'up'],
      ['sip_eu-west_backup', 'backup', 'up'],
    ]);
  });

  test('passwords are checked by the Configuration Server of the own site, replica or not', async () => {
    for (const { configuration } of [east, west]) {
      expect(await configuration.authenticate('agent1', 'agent1')).toEqual(ok(configuration.personByUserName('agent1')));
      expect(await configuration.authenticate('agent1', 'wrong')).toEqual(refuse('invalid'));
      expect(await configuration.authenticate('nobody', 'x')).toEqual(refuse('invalid'));
    }
  });

  test('an agent takes a call, and the site knows who asked under which epoch', async () => {
    const server = eastServer();
    const { events, heard, off } = listening(east, '7001');
    expect(await server.registered('7001')).toMatchObject({ ok: true });
    expect((await server.request({ messageName: 'RequestAgentLogin', thisDN: '7001', agentID: '7001' }, as(5))).ok).toBe(true);
    expect((await server.request({ messageName: 'RequestAgentReady', thisDN: '7001' }, as(5))).ok).toBe(true);
    const call = await sites.call('us-east', '+15550100', '7001');
    await heard('EventRinging');
    const answered = await server.request({ messageName: 'RequestAnswerCall', thisDN: '7001', connID: call }, as(5));
    expect(answered).toMatchObject({ ok: true, value: { messageName: 'EventEstablished', connID: call } });
    const wrong = await server.request({ messageName: 'RequestRetrieveCall', thisDN: '7001', connID: call }, as(5));
    expect(wrong).toMatchObject({ ok: false, reason: { kind: 'error', errorCode: 56 } });
    await sites.hangup('us-east', call);
    await heard('EventReleased');
    const calls = events.map(event => event.messageName).filter(name => /Ringing|Established|Released/.test(name));
    expect(calls).toEqual(['EventRinging', 'EventEstablished', 'EventReleased']);
    await vi.waitFor(async () => {
      const log = await sites.commands('us-east', '7001');
      expect(log.find(entry => entry.messageName === 'RequestAnswerCall')).toMatchObject({ node: 'us-east/1', epoch: 5, connId: call });
      expect(log.filter(entry => entry.messageName === 'RequestRegisterAddress').map(entry => entry.epoch)).toEqual([null]);
    }, patience);
    await server.request({ messageName: 'RequestAgentLogout', thisDN: '7001' }, as(5));
    off();
  });

  test('what is fenced never reaches the site', async () => {
    const { off } = listening(east, '7002');
    const server = eastServer();
    await server.registered('7002');
    const refused = await server.request(
      { messageName: 'RequestSetDNDOn', thisDN: '7002' },
      { deadlineMs: 5_000, admit: () => refuse('not the owner') },
    );
    expect(refused).toEqual(refuse({ kind: 'fenced', why: 'not the owner' }));
    await server.request({ messageName: 'RequestSetDNDOff', thisDN: '7002' }, as(1));
    await vi.waitFor(async () => {
      const names = (await sites.commands('us-east', '7002')).map(entry => entry.messageName);
      expect(names).toContain('RequestSetDNDOff');
      expect(names).not.toContain('RequestSetDNDOn');
    }, patience);
    off();
  });

  test('two nodes hear each other on a DN in one order, all of it before the answer to a query', async () => {
    const dn = '7003@SIP_us-east';
    const heard: string[][] = [[], []];
    const referees = [east, west].map(node => createReferee(node.voice));
    const offs = referees.map((referee, index) =>
      referee.on(dn, { heard: word => heard[index]?.push(`${word.kind} ${word.epoch}`), link: () => undefined }),
    );
    await Promise.all(referees.map(referee => referee.register(dn)));
    const word = (kind: RefereeWord['kind'], epoch: number): RefereeWord => ({ kind, session: 'acme:agent3', epoch, incarnation: 'x~1' });
    const [one, two] = referees;
    if (one === undefined || two === undefined) throw new Error('two referees');
    const epoch = Date.now() * 1024;
    await one.say(dn, word('announce', epoch));
    await one.query(dn);
    expect(heard[0]).toEqual([`announce ${epoch}`]);
    await Promise.all([one.say(dn, word('released', epoch + 1)), two.say(dn, word('announce', epoch + 2))]);
    await Promise.all([one.query(dn), two.query(dn)]);
    await vi.waitFor(() => expect([heard[0]?.length, heard[1]?.length]).toEqual([3, 3]), patience);
    expect(heard[1]).toEqual(heard[0]);
    for (const off of offs) off();
  });

  test('the primary SIP Server is killed: the backup is told, calls and agents are there, the next command works', async () => {
    const server = eastServer();
    const changes: string[] = [];
    const offChange = server.onChange(change => changes.push(change));
    const { heard, off } = listening(east, '7001');
    await server.registered('7001');
    await server.request({ messageName: 'RequestAgentLogin', thisDN: '7001', agentID: '7001' }, as(6));
    const call = await sites.call('us-east', '+15550101', '7001');
    await heard('EventRinging');
    await server.request({ messageName: 'RequestAnswerCall', thisDN: '7001', connID: call }, as(6));
    await sites.kill('sip_us-east_primary');
    await vi.waitFor(() => expect(changes).toEqual(['switched']), patience);
    const state = await server.request({ messageName: 'RequestQueryAddress', thisDN: '7001' }, { deadlineMs: 5_000 });
    expect(state).toMatchObject({ ok: true, value: { dn: { agentID: '7001', calls: [{ connID: call, legState: 'Established' }] } } });
    expect((await server.request({ messageName: 'RequestHoldCall', thisDN: '7001', connID: call }, as(7))).ok).toBe(true);
    await sites.start('sip_us-east_primary');
    await vi.waitFor(() => expect(server.status().map(each => each.role)).toEqual(['backup', 'primary']), patience);
    await server.request({ messageName: 'RequestAgentLogout', thisDN: '7001' }, as(7));
    expect(changes).toEqual(['switched']);
    off();
    offChange();
  });

  test('a frozen primary is left for its partner, and its thaw changes nothing', async () => {
    const server = eastServer();
    const changes: string[] = [];
    const offChange = server.onChange(change => changes.push(change));
    const { off } = listening(east, '7002');
    await server.registered('7002');
    sites.signal('sip_us-east_backup', 'SIGSTOP');
    const silent = server.request({ messageName: 'RequestSetDNDOn', thisDN: '7002' }, { ...as(8), deadlineMs: 10_000 });
    await vi.waitFor(() => expect(changes).toEqual(['switched']), patience);
    expect(await silent).toEqual(refuse({ kind: 'unknown' }));
    expect((await server.request({ messageName: 'RequestSetDNDOff', thisDN: '7002' }, as(8))).ok).toBe(true);
    sites.signal('sip_us-east_backup', 'SIGCONT');
    await vi.waitFor(() => expect(server.status().map(each => each.role)).toEqual(['primary', 'backup']), patience);
    expect((await server.request({ messageName: 'RequestSetDNDOn', thisDN: '7002' }, as(8))).ok).toBe(true);
    expect(changes).toEqual(['switched']);
    off();
    offChange();
  });

  test('a write of a node at the replica is made at the master and seen by both', async () => {
    const object = { type: 'CfgSkill', name: 'French', tenantDBID: 101, state: 'Enabled', userProperties: [] } as const;
    const created = await west.configuration.create<CfgSkill>({ ...object, userProperties: [] });
    expect(created).toMatchObject({ ok: true, value: { name: 'French' } });
    const dbid = created.ok ? created.value.dbid : 0;
    expect(west.configuration.get('CfgSkill', dbid)?.name).toBe('French');
    await vi.waitFor(() => expect(east.configuration.get('CfgSkill', dbid)?.name).toBe('French'), patience);
    expect(await west.configuration.create<CfgSkill>({ ...object, userProperties: [] })).toMatchObject({
      ok: false,
      reason: { kind: 'exists' },
    });
    expect(await east.configuration.update('CfgSkill', dbid, { name: 'Italian' })).toMatchObject({ ok: true, value: { name: 'Italian' } });
    expect(await east.configuration.delete('CfgSkill', dbid)).toEqual(ok(true));
    await vi.waitFor(() => expect(west.configuration.get('CfgSkill', dbid)).toBeUndefined(), patience);
  });

  test('a connection that is taken out of the configuration is closed, and opened when it is back', async () => {
    const own = west.configuration.all('CfgApplication').find(({ name }) => name === 'Handover_eu-west');
    if (own === undefined) throw new Error('no application');
    const withoutEast = own.appServers.filter(connection => connection.location !== '/us-east');
    await west.configuration.update('CfgApplication', own.dbid, { appServers: withoutEast });
    await vi.waitFor(() => expect(west.voice.all().map(server => server.switchName)).toEqual(['SIP_eu-west']), patience);
    await west.configuration.update('CfgApplication', own.dbid, { appServers: own.appServers });
    await vi.waitFor(() => expect(west.voice.bySwitch('SIP_us-east')?.state).toBe('up'), patience);
  });

  test('the Configuration Server is killed: reads go on, a sign-in meanwhile succeeds, changes follow from the backup', async () => {
    await sites.kill('config_us-east_primary');
    expect(east.configuration.personByUserName('agent2')?.employeeID).toBe('7002');
    expect(await east.configuration.authenticate('agent2', 'agent2')).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(east.configuration.state).toBe('current'), patience);
    const skill = { type: 'CfgSkill', name: 'Greek', tenantDBID: 101, state: 'Enabled', userProperties: [] } as const;
    await vi.waitFor(
      async () => expect((await east.configuration.create<CfgSkill>({ ...skill, userProperties: [] })).ok).toBe(true),
      patience,
    );
    expect(east.configuration.all('CfgSkill').map(({ name }) => name)).toContain('Greek');
    await sites.start('config_us-east_primary');
  });

  test('a frozen Configuration Server is left while a sign-in waits', async () => {
    const server = east.configuration.status().find(({ state }) => state === 'up')?.name ?? '';
    sites.signal(server, 'SIGSTOP');
    expect(await east.configuration.authenticate('agent2', 'agent2')).toMatchObject({ ok: true });
    sites.signal(server, 'SIGCONT');
    await vi.waitFor(() => expect(east.configuration.state).toBe('current'), patience);
  });

  test('a pair configured as warm standby has one connection, which moves to the backup when the primary is killed', async () => {
    const server = west.voice.bySwitch('SIP_eu-west');
    if (server === undefined) throw new Error('no SIP Server of eu-west');
    const application = west.configuration.all('CfgApplication').find(({ name }) => name === 'sip_eu-west_primary');
    await west.configuration.update('CfgApplication', application?.dbid ?? 0, { redundancyType: 'warm' });
    await vi.waitFor(() => expect(server.status().map(({ role, state }) => [role, state])).toEqual([['primary', 'up']]), patience);
    const changes: string[] = [];
    server.onChange(change => changes.push(change));
    const off = server.listen('7004', () => undefined);
    expect((await server.registered('7004')).ok).toBe(true);
    await sites.kill('sip_eu-west_primary');
    await vi.waitFor(() => expect(changes).toEqual(['lost', 'restored']), patience);
    expect((await server.registered('7004')).ok).toBe(true);
    off();
  });
}
