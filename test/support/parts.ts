import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { RunningSystem } from './system.ts';

interface StateFile {
  registry: { url: string; token: string };
  parts: { id: string; host: string; port: number }[];
}

const stateOf = (system: RunningSystem): StateFile => JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as StateFile;

/** Empties a region's cache. */
export async function flushRedis(system: RunningSystem, region: string): Promise<void> {
  const part = stateOf(system).parts.find(each => each.id === `redis ${region}`);
  if (part === undefined) throw new Error(`no redis in ${region}`);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(part.port, part.host, () => socket.write('*1\r\n$8\r\nFLUSHALL\r\n'));
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', data => {
      socket.destroy();
      resolve(data.toString());
    });
  });
  if (!answer.startsWith('+OK')) throw new Error(`FLUSHALL: ${answer}`);
}

/** Empties the registry, as if it had come back without its data; answers when. */
export async function wipeRegistry(system: RunningSystem): Promise<void> {
  const { url, token } = stateOf(system).registry;
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(['FLUSHALL']) });
  if (!response.ok) throw new Error(`FLUSHALL: HTTP ${response.status} ${await response.text()}`);
}
