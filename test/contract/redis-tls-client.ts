/** Sets and reads one key: `node redis-tls-client.ts <url>`. The certificate's authority comes as an operator gives it: NODE_EXTRA_CA_CERTS. */
import { createLogger } from '@handover/shared/log';
import { createRedisCache } from '../../origin/stores/redis/index.ts';

const cache = createRedisCache({ url: process.argv[2] ?? '', log: createLogger({ sink: line => console.error(line), area: 'client' }) });
cache.start();
for (const end = Date.now() + 5_000; !cache.connected && Date.now() < end; await new Promise(resolve => setTimeout(resolve, 20)));
const outcome = async (work: Promise<unknown>): Promise<string> => {
  try {
    return String(await work);
  } catch {
    return 'refused';
  }
};
await outcome(cache.set('auth:test', 'kept', 10_000));
console.log(JSON.stringify([await outcome(cache.get('auth:test')), await outcome(cache.set('other:test', 'x', 10_000))]));
await cache.stop();
process.exit(0);
