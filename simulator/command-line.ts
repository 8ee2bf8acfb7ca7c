import { parseArgs } from 'node:util';

export const roles = ['world', 'config', 'sip', 'stat', 'interaction'] as const;
export type Role = (typeof roles)[number];
export interface Address {
  host: string;
  port: number;
}

/** What one simulated process is started with. Everything that concerns another role only is ignored there. */
export interface CommandLine {
  role: Role;
  site: string;
  sites: readonly string[];
  serverRole: 'primary' | 'backup';
  agents: number;
  host: string;
  port: number;
  controlPort: number;
  world: Address | undefined;
  /** `config`: the other Configuration Servers; all others: where to read the configuration, in order of preference. */
  config: readonly Address[];
  peers: readonly Address[];
  /** `stat`: the site's SIP Servers. */
  sip: readonly Address[];
  servers: string | undefined;
  redundancy: 'hot' | 'warm';
  logoutOnDisconnect: boolean | undefined;
  refuseStaleEpochs: boolean | undefined;
  agentNoAnswerTimeoutS: number | undefined;
  wrapUpTimeS: number | undefined;
  watchStdin: boolean;
}

const siteShape = /^[a-z0-9][a-z0-9-]{0,30}$/;

/** Reads the command line; throws an error that names the option at fault. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, strict: true, options: optionTypes });
  const role = roles.find(known => known === positionals[0]);
  if (role === undefined || positionals.length !== 1) throw new Error(`the first argument must be one of ${roles.join(', ')}`);
  const site = values.site ?? '';
  if (!siteShape.test(site)) throw new Error('--site: a name of lower-case letters, digits and hyphens');
  const sites = (values.sites ?? site).split(',');
  if (!sites.every(one => siteShape.test(one)) || !sites.includes(site)) throw new Error('--sites: names by commas, with that of --site');
  const line: CommandLine = {
    role,
    site,
    sites,
    serverRole: word('role', values.role ?? 'primary', ['primary', 'backup']),
    agents: whole('agents', values.agents ?? '20', 100_000),
    host: values.host ?? '127.0.0.1',
    port: whole('port', values.port ?? '0', 65_535),
    controlPort: whole('control-port', values['control-port'] ?? '0', 65_535),
    world: addresses('world', values.world)[0],
    config: addresses('config', values.config),
    peers: addresses('master', values.master),
    sip: addresses('sip', values.sip),
    servers: values.servers,
    redundancy: word('redundancy', values.redundancy ?? 'hot', ['hot', 'warm']),
    logoutOnDisconnect: flag('logout-on-disconnect', values['logout-on-disconnect']),
    refuseStaleEpochs: flag('refuse-stale-epochs', values['refuse-stale-epochs']),
    agentNoAnswerTimeoutS: optionalWhole('agent-no-answer-timeout', values['agent-no-answer-timeout']),
    wrapUpTimeS: optionalWhole('wrap-up-time', values['wrap-up-time']),
    watchStdin: values['watch-stdin'] ?? false,
  };
  if (role !== 'world' && line.world === undefined) throw new Error('--world: host:port');
  if (role !== 'world' && role !== 'config' && line.config.length === 0) throw new Error('--config: host:port, several by commas');
  if (role === 'stat' && line.sip.length === 0) throw new Error('--sip: host:port, several by commas');
  return line;
}

const text = { type: 'string' } as const;
const optionTypes = {
  site: text,
  sites: text,
  role: text,
  agents: text,
  host: text,
  port: text,
  'control-port': text,
  world: text,
  config: text,
  master: text,
  sip: text,
  servers: text,
  redundancy: text,
  'logout-on-disconnect': text,
  'refuse-stale-epochs': text,
  'agent-no-answer-timeout': text,
  'wrap-up-time': text,
  'watch-stdin': { type: 'boolean' },
} as const;

function whole(name: string, value: string, max: number): number {
  const number = Number(value);
  if (!/^[0-9]{1,6}$/.test(value) || number > max) throw new Error(`--${name}: a whole number up to ${max}`);
  return number;
}

const optionalWhole = (name: string, value: string | undefined): number | undefined =>
  value === undefined ? undefined : whole(name, value, 86_400);

function flag(name: string, value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : word(name, value, ['true', 'false']) === 'true';
}

function word<Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const found = words.find(known => known === value);
  if (found === undefined) throw new Error(`--${name}: one of ${words.join(', ')}`);
  return found;
}

function addresses(name: string, value: string | undefined): Address[] {
  if (value === undefined || value === '') return [];
  return value.split(',').map(one => {
    const match = /^(.+):([0-9]{1,5})$/.exec(one);
    if (match?.[1] === undefined || match[2] === undefined) throw new Error(`--${name}: host:port, several by commas`);
    return { host: match[1], port: whole(name, match[2], 65_535) };
  });
}
