import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { CommandFailure } from '../options.ts';

const lowest = 15_000;

/** First port that outgoing connections may get; a part that is restarted later must find its port free, so we stay below it. */
function ephemeralStart(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 32_768;
  }
}

/** Whether nobody listens there now. */
export async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `count` different free ports outside the range of outgoing connections, from a random start so that systems beside us rarely collide. */
export async function freePorts(count: number, random: () => number = Math.random): Promise<number[]> {
  const range = Math.max(ephemeralStart() - lowest, 2_000);
  const start = Math.floor(random() * range);
  const ports: number[] = [];
  for (let i = 0; i < range && ports.length < count; i += 1) {
    const port = lowest + ((start + i) % range);
    if (await isFree('127.0.0.1', port)) ports.push(port);
  }
  if (ports.length < count) throw new CommandFailure(`there are no ${count} free ports from ${lowest} to ${lowest + range}`);
  return ports;
}
