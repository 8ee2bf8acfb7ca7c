import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { budgetMs, faults, loseOften, type Fault, type Loss } from './losses.ts';

// node test/soak/region-loss.ts [--faults region,node,freeze,site] [--runs 20] [--site-runs 3] [--out FILE.md]
const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: faults.join(',') },
    runs: { type: 'string', default: '20' },
    'site-runs': { type: 'string', default: '3' },
    out: { type: 'string' },
  },
});
const wanted = faults.filter(fault => values.faults.split(',').includes(fault));

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? 0;
const worst = (list: readonly number[]): number => Math.max(...list);
const cell = (losses: readonly Loss[], field: keyof Loss): string => {
  const list = losses.map(loss => loss[field]);
  return `${Math.round(median(list))} / ${Math.round(worst(list))}`;
};

const rows: string[] = [];
for (const fault of wanted) rows.push(rowOf(fault, await measured(fault)));
const text = `# Losing the region behind a call

An agent talks to a colleague; what serves her is lost; she acts at once. Measured with the vendor's client through the edge on one machine
(${cpus().length} processors, load average ${loadavg()
  .map(load => load.toFixed(1))
  .join(', ')} at the end), by \`node test/soak/region-loss.ts\`. Times in ms: median / worst.

| fault | runs | total | budget | found out | of it in the edge | waited | adopted | told |
|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

- *found out*: from the fault until the taker says its first word at the switch: evidence at the edge, then the take in the registry.
- *of it in the edge*: how long the edge kept the agent's own command before it went to the taker.
- *waited*: until the taker asks the switch what there is: 300 ms after its announcement, and not before the lease of its predecessor is over
  (1,500 ms from the last renewal, when it was killed; already over when it was silent).
- *adopted*: from that question until the agent's command is written. *told*: until the agent sees its effect.
- site: total is the time until the agent is logged in, not ready, at the other site's switch; 3,000 ms of it are \`site-switch-after-s\`.

No run had a handshake, a login, an older epoch after a newer one, or a command executed twice; a run that has is an error here.
`;
console.log(text);
if (values.out !== undefined) writeFileSync(values.out, text);

function measured(fault: Fault): Promise<Loss[]> {
  const runs = Number(fault === 'site' ? values['site-runs'] : values.runs);
  return loseOften(fault, runs, (loss, run) => console.log(`${fault} ${run}: ${JSON.stringify(loss)}`));
}

function rowOf(fault: Fault, losses: readonly Loss[]): string {
  const fields = ['foundMs', 'edgeMs', 'waitedMs', 'adoptedMs', 'toldMs'] as const;
  const steps = fields.map(field => cell(losses, field));
  return `| ${[fault, losses.length, cell(losses, 'totalMs'), budgetMs[fault], ...steps].join(' | ')} |`;
}
