import { setTimeout as sleep } from 'node:timers/promises';
import {
  siteLog,
  startScene,
  startSystem,
  statusOf,
  unharmed,
  type RunningSystem,
  type Scene,
  type SiteCommand,
} from '../support/index.ts';

export const faults = ['region', 'node', 'freeze', 'site'] as const;
export type Fault = (typeof faults)[number];

/** What an agent must get back, at most: D-day in the design's table of failure classes. */
export const budgetMs: Record<Fault, number> = { region: 2_000, node: 2_000, freeze: 3_000, site: 6_000 };

/** One loss under a call; times in ms. The steps add up to `totalMs`. */
export interface Loss {
  totalMs: number;
  /** From the fault until the taker says its first word at the switch: the edge's evidence, and the take. */
  foundMs: number;
  /** Until it asks what there is: the announcement has been heard, the predecessor is over. */
  waitedMs: number;
  /** Until the agent's command is written. */
  adoptedMs: number;
  /** Until the agent sees the effect. */
  toldMs: number;
  /** Of `foundMs`: how long the edge kept the agent's own command before it went to the taker. */
  edgeMs: number;
}

const retryMs = 20;
const actionTimeoutMs = 30_000;

/** Runs the fault so many times under an agent's call, each with clients of its own. Rejects when an agent was harmed. */
export async function loseOften(fault: Fault, runs: number, tell: (loss: Loss, run: number) => void): Promise<Loss[]> {
  const system = await startSystem({ nodes: fault === 'node' ? 2 : 1 });
  const losses: Loss[] = [];
  try {
    for (let run = 1; run <= runs; run += 1) {
      const loss = await loseOnce(system, fault);
      losses.push(loss);
      tell(loss, run);
    }
  } finally {
    await system.stop();
  }
  return losses;
}

async function loseOnce(system: RunningSystem, fault: Fault): Promise<Loss> {
  const scene = await startScene(system);
  const what = fault === 'node' || fault === 'freeze' ? ['node', scene.before.node] : [fault, scene.before.region];
  try {
    return fault === 'site' ? await loseSite(system, scene) : await loseNodes(system, scene, fault);
  } finally {
    await system.handover('fault', 'heal', ...what);
    await scene.end();
  }
}

async function loseNodes(system: RunningSystem, scene: Scene, fault: 'region' | 'node' | 'freeze'): Promise<Loss> {
  const { ann, before, callId } = scene;
  const region = (await statusOf(system)).regions.find(each => each.name === before.region);
  const nodes = (region?.nodes ?? []).filter(node => fault === 'region' || node.id === before.node);
  const from = ann.events.mark();
  const lostMs = Date.now();
  // By process id, as fast as it gets: a command of its own would cost its start.
  for (const { pid } of nodes) if (pid !== null) process.kill(pid, fault === 'freeze' ? 'SIGSTOP' : 'SIGKILL');
  const edgeMs = await act(() => ann.request('POST', `/voice/calls/${callId}/hold`, { data: {} }));
  await ann.callIn('Held', callId, from);
  const seenMs = Date.now();
  const harm = await scene.harmTo(ann);
  if (JSON.stringify(harm) !== JSON.stringify(unharmed)) throw new Error(`harmed: ${JSON.stringify(harm)}`);
  return stepsOf({ lostMs, seenMs, edgeMs, log: await siteLog(system.url, ann.dn, lostMs), command: 'HoldCall', oldNode: before.node });
}

/** The call goes down with its site; what counts is that the agent is at work at the other one. */
async function loseSite(system: RunningSystem, scene: Scene): Promise<Loss> {
  const { ann, before, callId } = scene;
  const home = ann.voice.dn?.switchName;
  const from = ann.events.mark();
  const { atMs: lostMs } = await system.handover<{ atMs: number }>('fault', 'kill', 'site', before.region);
  const edgeMs = await act(() => ann.request('POST', '/voice/not-ready', { data: {} }));
  await ann.callIn('Released', callId, from);
  await ann.events.next(
    'not ready at the other switch',
    message => message.messageType === 'DnStateChanged' && message.dn.agentState === 'NotReady' && message.dn.switchName !== home,
    { from },
  );
  const seenMs = Date.now();
  if (ann.handshakes() > 0) throw new Error('a handshake was needed');
  return stepsOf({
    lostMs,
    seenMs,
    edgeMs,
    log: await siteLog(system.url, ann.dn, lostMs),
    command: 'AgentNotReady',
    oldNode: before.node,
  });
}

/** Sends until it is done; answers for how long the edge kept the last attempt, beside what the origin took. */
async function act(send: () => Promise<{ status: number; headers: Headers }>): Promise<number> {
  for (const endMs = Date.now() + actionTimeoutMs; ;) {
    const { status, headers } = await send();
    if (status === 200) return Number(/edge;dur=([\d.]+)/.exec(headers.get('server-timing') ?? '')?.[1] ?? 0);
    if (Date.now() > endMs) throw new Error(`not done within ${actionTimeoutMs} ms: HTTP ${status}`);
    await sleep(retryMs);
  }
}

function stepsOf(seen: {
  lostMs: number;
  seenMs: number;
  edgeMs: number;
  log: readonly SiteCommand[];
  command: string;
  oldNode: string;
}): Loss {
  const { lostMs, seenMs, edgeMs } = seen;
  const log = seen.log.filter(entry => entry.node !== seen.oldNode);
  const first = log[0]?.atMs ?? seenMs;
  const written = log.findLast(entry => entry.messageName.includes(seen.command))?.atMs ?? seenMs;
  const asked = log.findLast(entry => entry.messageName === 'RequestQueryAddress' && entry.atMs <= written)?.atMs ?? written;
  return {
    totalMs: seenMs - lostMs,
    foundMs: first - lostMs,
    waitedMs: asked - first,
    adoptedMs: written - asked,
    toldMs: seenMs - written,
    edgeMs,
  };
}
