import { argumentsFrom, UsageError } from './options.ts';
import { print } from './print.ts';
import { runningState, stateDirFrom } from './state/index.ts';
import { askControl } from './system/control.ts';

/** `promote REGION`: makes the region's PostgreSQL standby the primary. */
export async function promote(args: readonly string[]): Promise<number> {
  const given = argumentsFrom(args, { json: 'boolean', state: 'string' });
  const [region, ...more] = given.words;
  if (region === undefined || more.length > 0) throw new UsageError('promote one region: handover promote eu-west');
  const state = runningState(stateDirFrom(given.text('state')));
  if (!state.regions.some(known => known.name === region)) throw new UsageError(`there is no region "${region}"`);
  const atMs = Date.now();
  const answer = await askControl(state, 'promote', [region]);
  print(given.flag('json'), { promoted: region, atMs, ...answer }, `the primary is in ${region} now`);
  return 0;
}
