import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { stateOf } from './sites.ts';

const run = promisify(execFile);
/** Nobody has it: what is sent there vanishes without a word. */
const nobody = '02:00:00:00:00:fe';

/**
 * Cuts one direction between a region's origin nodes and everything outside the region, in a system started with `--netns`. `in`: nothing reaches
 * the nodes, what they send arrives. `out`: the other way round. Sends to a hardware address that nobody has; resolves to what ends the cut.
 */
export async function cutOneWay(stateDir: string, region: string, direction: 'in' | 'out'): Promise<() => Promise<void>> {
  const state = stateOf(stateDir);
  const spaces = new Map<string, string>();
  for (const name of (await ip('netns', 'list')).split('\n').flatMap(line => line.split(' ')[0] ?? [])) {
    if (!new RegExp(`^${state.network?.prefix ?? 'none'}-u\\d+$`).test(name)) continue;
    const address = /inet (10[\d.]+)\//.exec(await ip('-n', name, 'addr', 'show', 'dev', 'eth0'))?.[1];
    if (address !== undefined) spaces.set(address, name);
  }
  const bridge = state.network?.prefix ?? '';
  const host = /inet (10[\d.]+)\//.exec(await ip('addr', 'show', 'dev', bridge))?.[1] ?? '';
  const nodes = state.parts.filter(part => part.kind === 'node' && part.region === region).map(part => part.host);
  const others = [...new Set(state.parts.filter(part => part.region !== region && spaces.has(part.host)).map(part => part.host)), host];
  const pairs = nodes.flatMap(node => others.map(other => (direction === 'in' ? { from: other, to: node } : { from: node, to: other })));
  const cuts = new Map<string, { cut: string[]; mend: string[] }>();
  for (const { from, to } of pairs) {
    const space = spaces.get(from) ?? '';
    const device = space === '' ? bridge : 'eth0';
    const now = /lladdr ([0-9a-f:]+)/.exec(await ip(...inSpace(space), 'neigh', 'show', to, 'dev', device))?.[1];
    if (now === undefined) continue;
    const set = (address: string): string => `neigh replace ${to} lladdr ${address} dev ${device} nud permanent`;
    const lines = cuts.get(space) ?? { cut: [], mend: [] };
    lines.cut.push(set(nobody));
    lines.mend.push(set(now));
    cuts.set(space, lines);
  }
  if (cuts.size === 0) throw new Error('there is nothing to cut: not a system with network namespaces');
  const all = (what: 'cut' | 'mend'): Promise<unknown> => Promise.all([...cuts].map(([space, lines]) => batch(space, lines[what])));
  // All at once: a cut that creeps through the network for half a second is another disaster.
  await all('cut');
  return async () => void (await all('mend'));
}

const inSpace = (space: string): string[] => (space === '' ? [] : ['-n', space]);

function batch(space: string, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('ip', [...inSpace(space), '-batch', '-'], error =>
      error === null ? resolve() : reject(new Error(error.message)),
    );
    child.stdin?.end(`${lines.join('\n')}\n`);
  });
}

const ip = async (...words: string[]): Promise<string> => (await run('ip', words)).stdout;
