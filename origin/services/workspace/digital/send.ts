import { assertNever } from '@handover/shared/result';
import type { ErrorCode } from '@handover/shared/errors';
import type { IxnAgentSnapshot, IxnEvent } from '@handover/shared/genesys';
import type { InteractionCommand, InteractionRefusal } from '../../../contracts/interaction.ts';
import type { Desk } from './desk.ts';

/** What became of a command. */
export type Outcome =
  | { kind: 'done'; event: IxnEvent }
  /** The server said no. */
  | { kind: 'error'; errorCode: string; errorMessage: string }
  /** Nothing was sent; the same request may be tried elsewhere. */
  | { kind: 'refused'; code: ErrorCode }
  /** Sent, and no answer. */
  | { kind: 'unknown' };

/** Writes one command behind the ownership fence and waits for its answer; the answer's effect is in the desk's state when this resolves. */
export async function send(
  desk: Desk,
  command: InteractionCommand,
  stampMs: number,
  deadlineMs = desk.host.parts.times.commandMs,
): Promise<Outcome> {
  const { server, host } = desk;
  if (server === undefined || !desk.alive) return { kind: 'refused', code: 'media.unavailable' };
  const admission = await host.owned.admission(stampMs);
  if (!admission.ok) return { kind: 'refused', code: 'ownership.unsure' };
  const answer = await server.request(command, { deadlineMs, admit: admission.value });
  return answer.ok ? done(desk, answer.value) : outcomeOf(desk, command, answer.reason);
}

/** Asks; a question changes nothing and needs no fence. */
export async function ask(desk: Desk, command: InteractionCommand, deadlineMs = desk.host.parts.times.commandMs): Promise<Outcome> {
  const { server } = desk;
  if (server === undefined || !desk.alive) return { kind: 'refused', code: 'media.unavailable' };
  const answer = await server.request(command, { deadlineMs });
  return answer.ok ? { kind: 'done', event: answer.value } : outcomeOf(desk, command, answer.reason);
}

function done(desk: Desk, event: IxnEvent): Outcome {
  desk.apply(event);
  return { kind: 'done', event };
}

function outcomeOf(desk: Desk, command: InteractionCommand, reason: InteractionRefusal): Outcome {
  switch (reason.kind) {
    case 'error':
      return { kind: 'error', errorCode: reason.errorCode, errorMessage: reason.errorMessage };
    case 'fenced':
      desk.host.parts.log.info('command fenced', { session: desk.host.key.person, command: command.messageName, why: reason.why });
      return { kind: 'refused', code: 'ownership.busy' };
    case 'unavailable':
      return { kind: 'refused', code: 'media.unavailable' };
    case 'unknown':
      return { kind: 'unknown' };
    default:
      return assertNever(reason);
  }
}

/** How the server sees the agent; undefined when it does not answer in time. */
export async function queryAgent(desk: Desk): Promise<IxnAgentSnapshot | undefined> {
  if (desk.seat === undefined) return undefined;
  const outcome = await ask(desk, { messageName: 'RequestQueryAgent', ...desk.seat }, desk.host.parts.times.queryMs);
  return outcome.kind === 'done' && outcome.event.messageName === 'EventCurrentAgentStatus' ? outcome.event.snapshot : undefined;
}
