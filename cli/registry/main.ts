import type { AddressInfo } from 'node:net';
import { argumentsFrom, UsageError, wholeNumber } from '../options.ts';
import { createMemoryEngine } from '../redis/memory-engine.ts';
import { createServerEngine } from './engine.ts';
import { createRegistryServer } from './server.ts';

// The registry endpoint: REGISTRY_TOKEN=… node cli/registry/main.ts --host 127.0.0.1 --port 0 [--redis redis://host:port]
const options = argumentsFrom(process.argv.slice(2), { host: 'string', port: 'string', redis: 'string' });
const token = process.env['REGISTRY_TOKEN'];
if (token === undefined || token === '') throw new UsageError('REGISTRY_TOKEN is missing');
const redis = options.text('redis');
const server = createRegistryServer(redis === undefined ? createMemoryEngine() : createServerEngine(redis), token);
server.listen(wholeNumber('port', options.text('port'), { min: 0, max: 65_535, otherwise: 0 }), options.text('host') ?? '127.0.0.1', () => {
  console.log(`READY ${(server.address() as AddressInfo).port}`);
});
process.once('SIGTERM', () => process.exit(0));
