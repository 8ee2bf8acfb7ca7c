import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The value behind `--name`. */
export function argument(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

/** Listens as every measured server does, and says so. */
export function listen(server: Server): void {
  server.keepAliveTimeout = 65_000;
  server.listen(Number(argument('port', '0')), '127.0.0.1', 4_096, () => {
    console.log(`READY ${process.pid} ${(server.address() as AddressInfo).port}`);
  });
}
