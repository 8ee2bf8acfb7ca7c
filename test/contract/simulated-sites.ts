import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serverAddresses, simulatorMain, siteProcesses, type SiteProcess, type SiteWish } from '@handover/simulator';

export interface LoggedCommand {
  atMs: number;
  server: string;
  node: string | null;
  epoch: number | null;
  messageName: string;
  dn: string | null;
  connId: string | null;
}

/** Simulated Genesys sites of one environment, each server a process of its own. */
export interface SimulatedSites {
  /** Configuration Servers of a site, the primary first. */
  configurationServers(site: string): { host: string; port: number }[];
  kill(server: string): Promise<void>;
  signal(server: string, name: 'SIGSTOP' | 'SIGCONT'): void;
  start(server: string): Promise<void>;
  /** Rings `to` at the site; answers the call's ConnID. */
  call(site: string, from: string, to: string): Promise<string>;
  hangup(site: string, call: string): Promise<void>;
  /** A customer asks for a chat; answers the interaction's id. */
  chat(site: string, wish: { text: string; agent?: string }): Promise<string>;
  /** The customer of a chat says something. */
  say(site: string, interactionId: string, text: string): Promise<void>;
  /** Commands the site's servers received for a DN, or for an agent of that number. */
  commands(site: string, dn: string): Promise<LoggedCommand[]>;
  stop(): Promise<void>;
}

/** `interactions`: with Interaction Servers too. */
export async function startSites(names: readonly string[], agents = 4, interactions = false): Promise<SimulatedSites> {
  const folder = await mkdtemp(join(tmpdir(), 'handover-sites-'));
  const ports = await freePorts(names.length * 8);
  const wish: SiteWish = {
    sites: names.map((name, index) => {
      const [world = 0, worldControl = 0, configPrimary = 0, configBackup = 0, sipPrimary = 0, sipBackup = 0, ...more] = ports.slice(
        index * 8,
      );
      const [interactionPrimary = 0, interactionBackup = 0] = more;
      return {
        name,
        host: '127.0.0.1',
        ports: {
          world,
          worldControl,
          config: { primary: configPrimary, backup: configBackup },
          sip: { primary: sipPrimary, backup: sipBackup },
          ...(interactions ? { interaction: { primary: interactionPrimary, backup: interactionBackup } } : {}),
        },
      };
    }),
    agents,
    serversFile: join(folder, 'servers.json'),
  };
  await writeFile(wish.serversFile, JSON.stringify(serverAddresses(wish)));
  const described = new Map(names.flatMap(name => siteProcesses(name, wish)).map(one => [one.name, one]));
  const children = new Map<string, ChildProcess>();

  const start = async (server: string): Promise<void> => {
    const one = described.get(server);
    if (one === undefined) throw new Error(`no server ${server}`);
    children.set(server, await startProcess(one));
  };
  const child = (server: string): ChildProcess => {
    const found = children.get(server);
    if (found === undefined) throw new Error(`${server} was not started`);
    return found;
  };
  const site = (name: string) => {
    const found = wish.sites.find(one => one.name === name);
    if (found === undefined) throw new Error(`no site ${name}`);
    return found;
  };
  const control = async (name: string, path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${site(name).ports.worldControl}${path}`, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...children.values()].map(end));
    await rm(folder, { recursive: true, force: true });
  };

  try {
    for (const server of described.keys()) await start(server);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return {
    configurationServers: name => {
      const { config } = site(name).ports;
      return [config.primary, config.backup].map(port => ({ host: '127.0.0.1', port }));
    },
    kill: server => end(child(server)),
    signal: (server, name) => void child(server).kill(name),
    start,
    call: async (name, from, to) => ((await control(name, '/calls', { from, to })) as { call: string }).call,
    hangup: async (name, call) => void (await control(name, '/hangup', { call })),
    chat: async (name, wish) =>
      ((await control(name, '/chats', { queue: 'chat-inbound', ...wish })) as { interactionId: string }).interactionId,
    say: async (name, interactionId, text) => void (await control(name, '/chats/say', { interactionId, text })),
    commands: async (name, dn) => (await control(name, `/log?dn=${dn}`)) as LoggedCommand[],
    stop,
  };
}

function startProcess(described: SiteProcess): Promise<ChildProcess> {
  const child = spawn(process.execPath, [simulatorMain, ...described.args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  return new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', line => {
      if (line.startsWith('READY')) resolve(child);
      else reject(new Error(`${described.name}: ${line}`));
    });
    child.once('exit', code => reject(new Error(`${described.name} ended with ${code}: ${said}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  return ended;
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map(server => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map(server => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}
