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
  const post = async (url: string): Promise<void> => {
    const response = await fetch(url, { method: 'POST', headers: { authorization }, signal: AbortSignal.timeout(requestTimeoutMs) });
    if (!response.ok) throw new CommandFailure(`refused with HTTP ${response.status}`);
  };
  // The edge first: nobody new comes while the nodes give away whom they have.
  await post(`${state.url}/admin/regions/${region}/${verb}`).catch((error: unknown) => {
    throw new CommandFailure(`the edge does not ${verb} ${region}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const nodes = state.parts.filter(part => part.kind === 'node' && part.region === region);
  const answers = await Promise.allSettled(nodes.map(node => post(`http://${node.host}:${node.port}/admin/${verb}`)));
  const unreached = nodes.filter((_, index) => answers[index]?.status === 'rejected').map(node => node.id);
  print(
    given.flag('json'),
    { [verb]: region, atMs, unreached },
    verb === 'drain' ? `${region} is draining` : `${region} takes sessions again`,
  );
  return 0;
}
