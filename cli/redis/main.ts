import type { AddressInfo } from 'node:net';
import { argumentsFrom, wholeNumber } from '../options.ts';
import { createMemoryEngine } from './memory-engine.ts';
import { createMemoryServer } from './memory-server.ts';

// The in-memory Redis of one region, when there is no redis-server on PATH: node cli/redis/main.ts --host 127.0.0.1 --port 0
const options = argumentsFrom(process.argv.slice(2), { host: 'string', port: 'string' });
const server = createMemoryServer(createMemoryEngine());
server.listen(wholeNumber('port', options.text('port'), { min: 0, max: 65_535, otherwise: 0 }), options.text('host') ?? '127.0.0.1', () => {
  console.log(`READY ${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => process.exit(0));
