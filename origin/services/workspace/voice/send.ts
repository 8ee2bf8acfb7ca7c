import { assertNever } from '@handover/shared/result';
import type { ErrorCode } from '@handover/shared/errors';
import type { TlibEvent } from '@handover/shared/genesys';
import type { VoiceCommand, VoiceServer } from '../../../contracts/voice.ts';
import type { AgentSession } from '../session/agent-session.ts';

/** What became of a command. */
export type Outcome =
  | { kind: 'done'; event: TlibEvent }
  /** The switch said no. */
  | { kind: 'error'; errorCode: number; errorMessage: string }
  /** Nothing was sent; the same request may be tried elsewhere. */
  | { kind: 'refused'; code: ErrorCode }
  /** Sent, and no answer. */
  | { kind: 'unknown' };

export interface SendOptions {
  /** When the request that wants it was sent, wall clock ms. */
  stampMs: number;
  deadlineMs?: number;
  /** Echoed on the events that show the effect. */
  operationId?: string;
  server?: VoiceServer;
}

/** Writes one command behind the ownership fence and waits for its answer; the answer's effect is in the session's state when this resolves. */
export async function send(session: AgentSession, command: VoiceCommand, options: SendOptions): Promise<Outcome> {
  const server = options.server ?? session.server;
  if (server === undefined || !session.alive) return { kind: 'refused', code: 'voice.unavailable' };
  const admission = await session.owned.admission(options.stampMs);
  if (!admission.ok) return { kind: 'refused', code: 'ownership.unsure' };
  const end = options.operationId === undefined ? undefined : session.echo.begin(command, options.operationId);
  try {
    const deadlineMs = options.deadlineMs ?? session.parts.times.commandMs;
    const answer = await server.request(command, { deadlineMs, admit: admission.value });
    if (answer.ok && server === session.server) session.apply(answer.value);
    return outcomeOf(answer, session, command);
  } finally {
    end?.();
  }
}

/** The answer of the link in the words of operations. */
export function outcomeOf(answer: Awaited<ReturnType<VoiceServer['request']>>, session: AgentSession, command: VoiceCommand): Outcome {
  if (answer.ok) return { kind: 'done', event: answer.value };
  const { reason } = answer;
  switch (reason.kind) {
    case 'error':
      return { kind: 'error', errorCode: reason.errorCode, errorMessage: reason.errorMessage };
    case 'fenced':
      session.parts.log.info('command fenced', { session: session.key.person, command: command.messageName, why: reason.why });
      return { kind: 'refused', code: 'ownership.busy' };
    case 'unavailable':
      return { kind: 'refused', code: 'voice.unavailable' };
    case 'unknown':
      return { kind: 'unknown' };
    default:
      return assertNever(reason);
  }
}

/** Asks the switch what it knows of the DN. A question needs no fence. */
export async function queryDn(server: VoiceServer, dn: string, deadlineMs: number): Promise<TlibEvent | undefined> {
  const answer = await server.request({ messageName: 'RequestQueryAddress', thisDN: dn }, { deadlineMs });
  return answer.ok && answer.value.dn !== undefined ? answer.value : undefined;
}
