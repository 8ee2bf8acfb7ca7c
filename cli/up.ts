import { setMaxListeners } from 'node:events';
import { argumentsFrom, CommandFailure, UsageError, wholeNumber } from './options.ts';
import { isSameProcess } from './process/index.ts';
import { readState, removeState, stateDirFrom } from './state/index.ts';
import { openControl, type Control } from './system/control.ts';
import { startEdge } from './system/edge.ts';
import { clearLeftovers, createSystem, type System, type SystemOptions } from './system/index.ts';
import { freePorts, isFree } from './system/ports.ts';
import { createProgress } from './system/progress.ts';
import { welcome } from './system/welcome.ts';
import { serveControl } from './system/serve-control.ts';

const regionShape = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** `npm run up`: starts a whole system, prints where it is, and stops it on Ctrl-C, SIGTERM or hang-up. */
export async function up(args: readonly string[]): Promise<number> {
  const options = await upOptions(args);
  const before = readState(options.stateDir);
  if (before !== undefined && isSameProcess(before.process))
    throw new CommandFailure(`a system is running in ${options.stateDir} already: ${before.url} (process ${before.process.pid})`);
  if (!(await isFree('127.0.0.1', options.port)))
    throw new CommandFailure(`port ${options.port} is taken; choose another one: npm run up -- --port ${options.port + 1}`);
  const progress = createProgress(process.stdout);
  if (before !== undefined) {
    const left = await clearLeftovers(before);
    if (left > 0) progress.note(`ended ${left} processes that an earlier run had left over`);
  }
  surviveReaders();
  const stopped = stopRequest();
  const control = await openControl();
  const system = await createSystem(options, startEdge, { url: control.url, token: control.token }, progress);
  try {
    return await run(system, control, stopped, progress);
  } finally {
    progress.end();
    await system.stop();
    control.close();
    removeState(options.stateDir);
  }
}

async function run(
  system: System,
  control: Control,
  stopped: Promise<NodeJS.Signals>,
  progress: { end(): void; note(text: string): void },
): Promise<number> {
  const starting = system.start();
  const early = await Promise.race([starting.then(() => undefined), stopped]);
  if (early !== undefined) {
    starting.catch(() => undefined);
    return 1;
  }
  progress.end();
  control.serve(serveControl(system));
  process.stdout.write(welcome(system.context, system.state));
  await stopped;
  process.stdout.write('stopping ...\n');
  return 0;
}

/** Who reads what is printed may go away, as `head` or a closed terminal does: nobody hears the rest, and the stop is still a whole one. */
function surviveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Resolves with the first signal that asks for the end; later ones change nothing, the stop has limits of its own. */
function stopRequest(): Promise<NodeJS.Signals> {
  setMaxListeners(20, process);
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
}

async function upOptions(args: readonly string[]): Promise<SystemOptions> {
  const given = argumentsFrom(args, {
    port: 'string',
    regions: 'string',
    nodes: 'string',
    agents: 'string',
    'no-ui': 'boolean',
    netns: 'boolean',
    sync: 'boolean',
    'sync-stall-s': 'string',
    state: 'string',
  });
  if (given.words.length > 0) throw new UsageError(`up takes options only, not "${given.words.join(' ')}"`);
  const regions = (given.text('regions') ?? 'us-east,eu-west').split(',');
  const odd = regions.find((name, index) => !regionShape.test(name) || regions.indexOf(name) !== index);
  if (odd !== undefined) throw new UsageError(`--regions: "${odd}" is not a name, or stands twice`);
  if (regions.length > 16) throw new UsageError('--regions: at most 16');
  const stallS = given.text('sync-stall-s');
  if (stallS !== undefined && !given.flag('sync')) throw new UsageError('--sync-stall-s needs --sync');
  if (given.flag('sync') && regions.length < 2) throw new UsageError('--sync needs a second region, whose standby commits wait for');
  const elasticsearchUrl = process.env['ELASTICSEARCH_URL'];
  const port = wholeNumber('port', given.text('port'), { min: 0, max: 65_535, otherwise: 8787 });
  return {
    port: port === 0 ? ((await freePorts(1))[0] ?? 0) : port,
    regions,
    nodes: wholeNumber('nodes', given.text('nodes'), { min: 1, max: 16, otherwise: 1 }),
    agents: wholeNumber('agents', given.text('agents'), { min: 1, max: 20_000, otherwise: 20 }),
    ui: !given.flag('no-ui'),
    netns: given.flag('netns'),
    stateDir: stateDirFrom(given.text('state')),
    ...(elasticsearchUrl === undefined ? {} : { elasticsearchUrl }),
    ...(given.flag('sync') ? { sync: { stallS: wholeNumber('sync-stall-s', stallS, { min: 0, max: 86_400, otherwise: 0 }) } } : {}),
  };
}
