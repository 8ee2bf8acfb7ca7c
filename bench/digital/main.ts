import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { KeyringWire } from '@handover/shared/pin';
import { createSealer } from '@handover/shared/seal';
import { startSystem } from '../../test/support/index.ts';
import { stateOf } from '../floor/sites.ts';
import { createWritingAgent, type LineTimes, type WritingAgent } from './agent.ts';
import { carry, customerSays, openChat, tenth, type Step } from './chats.ts';
import { keptBy } from './heap.ts';
import { cellsOf, loadNow, save, type Row } from './report.ts';
import { change, Watchers, type StatisticsStep } from './statistics.ts';

// What digital work costs one origin: chats and lines per second, statistics, memory of an open chat. No edge in between.
//   npm run bench:digital -- [--agents 200,1000] [--seconds 8] [--json] [--save]
const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const chatRates = [5, 10, 20, 30, 40, 60, 80, 100, 130, 160, 200];
const changeRates = [10, 25, 50, 100, 150, 200];
const warmUpRate = 10;
const lanes = 32;
const busyAgents = 200;
const watchers = 20;
const linesPerChat = 10;
const settleMs = 2_000;

for (const agents of values.agents.split(',').map(Number)) {
  const loadBefore = loadNow();
  const row = await measure(agents);
  console.log(values.json ? JSON.stringify(row) : `| ${cellsOf(row).join(' | ')} |`);
  if (values.save) save(row, loadBefore);
}

async function measure(count: number): Promise<Row> {
  const system = await startSystem({ agents: count, regions: ['us-east'] });
  try {
    const state = stateOf(system.stateDir);
    const node = state.parts.find(each => each.kind === 'node');
    const pid = node?.process?.pid ?? 0;
    const url = `http://${node?.host ?? ''}:${node?.port ?? 0}`;
    const site = state.regions[0]?.simulator ?? '';
    const secrets = JSON.parse(readFileSync(join(system.stateDir, 'secrets.json'), 'utf8')) as { keyring: KeyringWire };
    const sealer = createSealer(secrets.keyring);
    const times: LineTimes = { lines: 0, latencyMs: [] };
    const people = Array.from({ length: count }, (_, index) => createWritingAgent(index + 1, url, times));
    await inLanes(people, agent => agent.begin(sealer));
    progress(`${count} agents`);
    await sleep(settleMs);
    const busy = people.slice(0, busyAgents);
    const steps = await chatSteps(busy, { times, pid, site });
    const kept = await openChats(people, site, pid);
    const statistics = await statisticsSteps(busy, people.slice(-watchers), url);
    for (const agent of people) agent.end();
    return { agents: count, steps, statistics, watchers, openChat: kept };
  } finally {
    await system.stop();
  }
}

async function chatSteps(busy: readonly WritingAgent[], where: { times: LineTimes; pid: number; site: string }): Promise<Step[]> {
  await carry(busy, { ...where, rate: warmUpRate, seconds });
  const steps: Step[] = [];
  for (const rate of chatRates) {
    const step = await carry(busy, { ...where, rate, seconds });
    steps.push(step);
    progress(JSON.stringify(step));
    if (!step.carried) break;
  }
  return steps;
}

async function statisticsSteps(busy: readonly WritingAgent[], watching: readonly WritingAgent[], url: string): Promise<StatisticsStep[]> {
  const all = new Watchers(url);
  for (const { user } of watching) await all.add(user, busy);
  const steps: StatisticsStep[] = [];
  await change(busy, all, { rate: warmUpRate, seconds: 2 });
  for (const rate of changeRates) {
    const step = await change(busy, all, { rate, seconds });
    steps.push(step);
    progress(JSON.stringify(step));
    if (!step.carried) break;
  }
  all.end();
  return steps;
}

/** One chat for each agent, all open at once; what each of them keeps. */
async function openChats(people: readonly WritingAgent[], site: string, pid: number): Promise<Row['openChat']> {
  const before = await keptBy(pid);
  let chats = 0;
  await inLanes(people, async agent => {
    const id = await openChat(agent, site);
    for (let line = 0; line < linesPerChat; line += 1) await customerSays(site, id, `line ${line} of what a customer may say`);
    chats += 1;
  });
  await sleep(settleMs);
  const after = await keptBy(pid);
  const each = (kib: number): number => tenth(kib / Math.max(1, chats));
  return { chats, heapKib: each(after.heapKib - before.heapKib), rssKib: each(after.rssKib - before.rssKib) };
}

async function inLanes(people: readonly WritingAgent[], work: (agent: WritingAgent) => Promise<void>): Promise<void> {
  const waiting = [...people];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift()) await work(agent);
    }),
  );
}

function progress(text: string): void {
  if (!values.json) console.error(text);
}
