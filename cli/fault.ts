import { argumentsFrom, NotApplicable, UsageError } from './options.ts';
import { print } from './print.ts';
import { isSameProcess, processTree, signalOne } from './process/index.ts';
import { runningState, stateDirFrom, type PartRecord } from './state/index.ts';
import { askControl } from './system/control.ts';
import { serversInService } from './system/service.ts';
import { describe, matching, partsOf, whatFrom } from './system/what.ts';

const acts = ['kill', 'freeze', 'cut', 'heal'] as const;

/** `fault kill|freeze|cut|heal WHAT`: does it at once, by process id, and tells nobody; `heal` asks the running `up`. */
export async function fault(args: readonly string[]): Promise<number> {
  const given = argumentsFrom(args, { json: 'boolean', state: 'string' });
  const [verb, ...words] = given.words;
  const act = acts.find(known => known === verb);
  if (act === undefined) throw new UsageError(`fault kill, freeze, cut or heal, not "${verb ?? ''}"`);
  const state = runningState(stateDirFrom(given.text('state')));
  const what = whatFrom(words, state);
  if (act === 'cut' && state.network === null)
    throw new NotApplicable(
      'not applicable: packets can be dropped only in a system started with --netns (as root): npm run up -- --netns',
    );
  const region = 'region' in what ? state.regions.find(known => known.name === what.region) : undefined;
  const inService = region !== undefined && 'role' in what ? await serversInService(region.simulator) : new Set<string>();
  const parts =
    act === 'heal' ? matching(what, state) : partsOf(what, state, part => part.process !== null && isSameProcess(part.process), inService);
  // Of a pair only the one in service is meant; `up` must not choose again.
  const named = act === 'cut' && 'role' in what && parts.length === 1 && parts[0] !== undefined ? parts[0].id.split(' ') : words;
  const atMs = Date.now();
  if (act === 'kill' || act === 'freeze') signalAll(parts, act === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  else await askControl(state, act, named);
  print(
    given.flag('json'),
    { fault: act, what: describe(what), atMs, parts: parts.map(part => part.id) },
    `${act} ${describe(what)}: ${parts.map(part => part.id).join(', ')}`,
  );
  return 0;
}

/** The processes themselves first, all at once, then their children: a data centre does not go dark process by process. */
function signalAll(parts: readonly PartRecord[], signal: 'SIGKILL' | 'SIGSTOP'): void {
  const ids = parts.flatMap(part => (part.process !== null && isSameProcess(part.process) ? [part.process.pid] : []));
  const children = ids.flatMap(pid => processTree(pid).slice(1));
  for (const pid of [...ids, ...children]) signalOne(pid, signal);
}
