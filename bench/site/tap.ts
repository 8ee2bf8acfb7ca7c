import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Event {
  readonly messageName: string;
  readonly connID?: string;
}

/** A client of the SIP Server beside the origin: knows when the server told that a call rings, to the microsecond. */
export interface Tap {
  /** By `performance.now`; undefined while it was not told. */
  rang(call: string): number | undefined;
  end(): void;
}

/** Registers for these numbers at a simulated SIP Server. */
export async function tapServer(host: string, port: number, dns: readonly string[]): Promise<Tap> {
  const socket: Socket = connect({ host, port, noDelay: true });
  const rang = new Map<string, number>();
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', resolve);
  });
  let referenceID = 0;
  const write = (message: Record<string, unknown>): void => {
    referenceID += 1;
    socket.write(`${JSON.stringify({ ...message, referenceID })}\n`);
  };
  const registered = new Promise<void>(resolve => {
    let left = dns.length;
    createInterface({ input: socket }).on('line', line => {
      const event = JSON.parse(line) as Event;
      if (event.messageName === 'EventRinging') rang.set((event.connID ?? '').toLowerCase(), performance.now());
      if (event.messageName === 'EventRegistered' && (left -= 1) === 0) resolve();
    });
  });
  write({ messageName: 'RequestRegisterClient', applicationName: 'bench' });
  for (const thisDN of dns) write({ messageName: 'RequestRegisterAddress', thisDN });
  await registered;
  return { rang: call => rang.get(call.toLowerCase()), end: () => socket.destroy() };
}
