import { argumentsFrom, CommandFailure, UsageError } from './options.ts';
import { print } from './print.ts';
import { runningState, stateDirFrom } from './state/index.ts';

const requestTimeoutMs = 5_000;

/** `drain REGION` and `undrain REGION`: the edge moves the region's sessions away one by one, or gives it new ones again. */
export async function drain(verb: 'drain' | 'undrain', args: readonly string[]): Promise<number> {
  const given = argumentsFrom(args, { json: 'boolean', state: 'string' });
  const [region, ...more] = given.words;
  if (region === undefined || more.length > 0) throw new UsageError(`${verb} one region: handover ${verb} us-east`);
  const state = runningState(stateDirFrom(given.text('state')));
  if (!state.regions.some(known => known.name === region)) throw new UsageError(`there is no region "${region}"`);
  const authorization = `Basic ${Buffer.from(`${state.ops.user}:${state.ops.password}`).toString('base64')}`;
  const atMs = Date.now();
  const response = await fetch(`${state.url}/admin/regions/${region}/${verb}`, {
    method: 'POST',
    headers: { authorization },
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((error: unknown) => {
    throw new CommandFailure(`the edge does not answer: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!response.ok) throw new CommandFailure(`the edge refused to ${verb} ${region}: HTTP ${response.status}`);
  print(given.flag('json'), { [verb]: region, atMs }, verb === 'drain' ? `${region} is draining` : `${region} takes sessions again`);
  return 0;
}
