/**
 * Builds an index of one person and finds it: `node search-tls-client.ts <url> [api key]`. The certificate's authority comes as an operator
 * gives it: NODE_EXTRA_CA_CERTS. Prints what came of it; everything that could ever be logged goes to standard error.
 */
import { inspect } from 'node:util';
import { createLogger } from '@handover/shared/log';
import { createSearch } from '../../origin/stores/search/index.ts';

const [url, apiKey] = process.argv.slice(2);
const log = createLogger({ sink: line => console.error(line), area: 'client', level: 'debug' });
const index = createSearch({ url, apiKey, region: 'tls', log });
const person = {
  kind: 'person',
  dbid: 1,
  tenantDbid: 101,
  enabled: true,
  name: 'Ann Other',
  texts: ['ann'],
  related: [],
  agent: true,
} as const;
const outcome = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await work();
  } catch (error) {
    console.error(inspect(error, { depth: 20 }));
    return error instanceof Error ? error.message : 'unknown';
  }
};
const health = await index.check();
const built = await outcome(() => index.rebuild([{ ...person, skillDbids: [], groupDbids: [] }], () => undefined));
const query = { tenantDbid: 101, kinds: ['person'], term: 'ann', match: 'words', offset: 0, limit: 5 } as const;
let found: unknown = 'TimeoutError';
// On a busy machine the first answer may take longer than an agent would be kept waiting.
for (const end = Date.now() + 20_000; found === 'TimeoutError' && Date.now() < end; await index.check())
  found = await outcome(async () => (await index.search(query)).total);
console.log(JSON.stringify({ health, built, found }));
await index.close();
process.exit(0);
