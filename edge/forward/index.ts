import { headers } from '@handover/shared/headers';
import type { Exchange } from '../exchange.ts';
import { edgeLogger } from '../log.ts';
import { canMove, choose, type Choice } from '../route.ts';
import { failed, nobody, pass } from './answer.ts';
import { decide, movingMs, type Action, type Outcome } from './decide.ts';
import { excludedNodes, follow, leave, note, prepare, wantOf, type Passage } from './passage.ts';
import { outcomeOf, watch, type Ended, type Sent } from './watch.ts';

/** Sends after a failure, in all. */
const maxResends = 3;
const suspicionTickMs = 25;
const maxSuspicionMs = 1_000;

/** Sends the request to a region and, by its resend class, elsewhere; answers with what the client gets. */
export async function forward(incoming: Exchange): Promise<Response> {
  incoming.health.refresh(incoming.ctx);
  const passage = await prepare(incoming);
  const { exchange } = passage;
  for (;;) {
    const now = choiceNow(passage);
    const choice = now === 'wait' ? await choiceLater(passage) : now;
    if (choice === undefined) return nobody(passage, 'region.none');
    const sentMs = Date.now();
    const ended = await attempt(passage, choice, sentMs);
    const tookMs = Date.now() - sentMs;
    const outcome = meaning(ended, tookMs);
    note(passage, choice, outcome);
    const action = decide(outcome, {
      resend: exchange.route.resend,
      replayable: passage.body.kind !== 'stream',
      replayed: passage.replayed,
      sendsLeft: maxResends - passage.resends,
      spentMs: Date.now() - exchange.startedMs,
      patienceMs: passage.parked ? movingMs.parked : movingMs.short,
      unsureBefore: passage.unsure.has(choice.origin.node),
      elsewhere: outcome.kind === 'refused' && someoneElse(passage, choice),
    });
    if (action.kind === 'answer' && ended.kind === 'headers') return pass(passage, choice, ended.response, tookMs);
    if (ended.kind === 'headers') exchange.ctx.waitUntil(ended.response.body?.cancel() ?? Promise.resolve());
    if (action.kind !== 'answer') tell(exchange, choice, outcome, action);
    switch (action.kind) {
      case 'elsewhere':
        leave(passage, choice);
        break;
      case 'replay':
        follow(passage, choice, action.region);
        break;
      case 'again':
        if (outcome.kind === 'refused' && outcome.code === 'ownership.unsure') passage.unsure.add(choice.origin.node);
        await pause(action.afterMs);
        break;
      case 'fail':
        return action.code === 'upstream.broken' ? nobody(passage, action.code) : failed(passage, choice, action.code, outcome);
      case 'answer':
        return nobody(passage, 'upstream.broken');
    }
  }
}

/** The choice when nothing speaks for waiting: what may not be sent twice waits for the verdict on an origin that just lost a connection. */
function choiceNow(passage: Passage, patient = true): Choice | 'wait' | undefined {
  const { config, health, route } = passage.exchange;
  const nowMs = Date.now();
  const choice = choose(config.registry, health.view.outlook(nowMs), wantOf(passage), config.panic);
  const uncertain = choice !== undefined && route.resend === 'once' && health.view.suspected(choice.origin.url, nowMs);
  return patient && uncertain ? 'wait' : choice;
}

async function choiceLater(passage: Passage): Promise<Choice | undefined> {
  for (const untilMs = Date.now() + maxSuspicionMs; ;) {
    await pause(suspicionTickMs);
    const choice = choiceNow(passage, Date.now() < untilMs);
    if (choice !== 'wait') return choice;
  }
}

async function attempt(passage: Passage, choice: Choice, sentMs: number): Promise<Ended> {
  const { exchange, body } = passage;
  const { method, url } = exchange;
  const stamp = exchange.config.stamper(excludedNodes(passage, choice), sentMs);
  passage.headers.set(headers.attempt, typeof stamp === 'string' ? stamp : await stamp);
  const init: RequestInit = { method, headers: passage.headers, redirect: 'manual' };
  // A poll left behind would swallow events at an origin that lives after all. What is short ends with the answer to the client.
  const controller = exchange.route.timeout === 'api' ? undefined : new AbortController();
  if (controller !== undefined) init.signal = controller.signal;
  if (body.kind === 'bytes') init.body = body.bytes;
  if (body.kind === 'stream') init.body = body.stream;
  const pending = exchange.slots.run(() => send(choice.origin.url + url.pathname + url.search, init));
  const elsewhere = (): boolean => someoneElse(passage, choice);
  const ended = await watch(pending, { exchange, origin: choice.origin, parked: passage.parked, sentMs, elsewhere });
  if (ended.kind !== 'headers') controller?.abort();
  return ended;
}

/** A lost connection is an outcome, not an error. */
async function send(url: string, init: RequestInit): Promise<Sent> {
  try {
    return { kind: 'headers', response: await fetch(url, init) };
  } catch {
    return { kind: 'broken' };
  }
}

function someoneElse(passage: Passage, choice: Choice): boolean {
  const { config, health } = passage.exchange;
  return canMove(config.registry, health.view.outlook(Date.now()), wantOf(passage), choice.origin.node);
}

function meaning(ended: Ended, tookMs: number): Outcome {
  switch (ended.kind) {
    case 'headers':
      return outcomeOf(ended.response, tookMs);
    case 'broken':
      return { kind: 'lost' };
    case 'silent':
    case 'down':
    case 'overdue':
      return { kind: ended.kind };
  }
}

/** One line for each attempt that did not end in an answer: why a request moved, waited or failed. */
function tell({ config, requestId, route }: Exchange, { origin, why }: Choice, outcome: Outcome, action: Action): void {
  const fields = { requestId, service: route.service, node: origin.node, chosen: why, outcome: outcome.kind, action: action.kind };
  edgeLogger(config.logLevel).info('attempt', fields);
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
