import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faults, isGood, runFloor, works, type Fault, type Transport, type Work } from './index.ts';

// A floor of working agents, and what a fault does to them: npm run bench:floor -- --agents 200 --transport long-polling|websocket
//   --fault region|freeze|cut|site|drain|roll|sip|sip-warm|config|stat|interaction|none
//   --work voice|digital|both --quick --json
// Prints one JSON line; exit 1 when an agent lost something, 2 when misused. `cut` needs root; --state DIR keeps the logs.
const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '200' },
    transport: { type: 'string', default: 'long-polling' },
    fault: { type: 'string', default: 'none' },
    work: { type: 'string' },
    quick: { type: 'boolean', default: false },
    state: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const agents = Number(values.agents);
const transport = (['long-polling', 'websocket'] as const).find((known): known is Transport => known === values.transport);
const fault = faults.find((known): known is Fault => known === values.fault);
const work = works.find((known): known is Work => known === values.work);
const isWork = values.work === undefined || work !== undefined;
if (!Number.isInteger(agents) || agents < 2 || agents > 10_000 || transport === undefined || fault === undefined || !isWork) {
  console.error(`--agents 2..10000 --transport long-polling|websocket --fault ${faults.join('|')} --work ${works.join('|')}`);
  process.exit(2);
}
const startedMs = Date.now();
const progress = (text: string): void => console.error(`${((Date.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
const { verdict, details } = await runFloor({
  agents,
  transport,
  fault,
  pace: values.quick ? 'quick' : 'long',
  ...(work === undefined ? {} : { work }),
  progress,
  ...(values.state === undefined ? {} : { stateDir: values.state }),
});
for (const example of details.examples) console.error(example);
console.error(`requests failed by kind: ${JSON.stringify(details.failedByKind)}`);
// Not console.log: the process ends before a pipe has taken what it is given.
writeSync(1, `${JSON.stringify(verdict, undefined, values.json ? undefined : 2)}\n`);
process.exit(isGood(verdict, fault) ? 0 : 1);
