import { assertNever } from '@handover/shared/result';
import type { IxnEvent, KvList } from '@handover/shared/genesys';
import type { InteractionCommand } from '../../../../contracts/interaction.ts';
import { ask, send } from '../send.ts';
import type { Outcome } from '../send.ts';
import { accepted } from './row.ts';
import type { At, DigitalAnswer } from './row.ts';

/** The answer for what became of a command. */
export function answerOf(at: Pick<At, 'resend'>, outcome: Outcome): DigitalAnswer {
  switch (outcome.kind) {
    case 'done':
      return accepted;
    case 'error':
      return { kind: 'accepted', failed: { errorCode: outcome.errorCode, errorMessage: outcome.errorMessage } };
    case 'refused':
      return { kind: 'error', code: outcome.code, refused: true };
    case 'unknown':
      // Executed or not: what may be repeated is worth another try, what may not is for its user to look at.
      return { kind: 'error', code: at.resend === 'once' ? 'outcome.unknown' : 'media.timeout' };
    default:
      return assertNever(outcome);
  }
}

export type Done = { kind: 'done'; event: IxnEvent };

/** Sends commands one after the other; the first that fails is the answer. A later one that was not even sent leaves the outcome unknown. */
export async function perform(at: At, ...commands: InteractionCommand[]): Promise<DigitalAnswer> {
  for (const [index, command] of commands.entries()) {
    const outcome = await send(at.desk, command, at.stampMs);
    if (outcome.kind === 'done') continue;
    return index > 0 && outcome.kind === 'refused' ? answerOf(at, { kind: 'unknown' }) : answerOf(at, outcome);
  }
  return accepted;
}

/** Sends one command, and gives its answer to `then`. */
export async function performThen(
  at: At,
  command: InteractionCommand,
  then: (event: IxnEvent) => DigitalAnswer | Promise<DigitalAnswer>,
): Promise<DigitalAnswer> {
  const outcome = await send(at.desk, command, at.stampMs);
  return outcome.kind === 'done' ? then(outcome.event) : answerOf(at, outcome);
}

/** Asks one question, and gives its answer to `then`. */
export async function askThen(
  at: At,
  command: InteractionCommand,
  then: (event: IxnEvent) => DigitalAnswer | Promise<DigitalAnswer>,
): Promise<DigitalAnswer> {
  const outcome = await ask(at.desk, command);
  return outcome.kind === 'done' ? then(outcome.event) : answerOf(at, outcome);
}

/** What this system does not do, in the words of a server that does not. */
export const unsupported = (): DigitalAnswer => ({
  kind: 'accepted',
  failed: { errorCode: 'unsupported', errorMessage: 'The operation is not supported.' },
});

/** The server answered something that fits nothing. */
export const unexpected = (): DigitalAnswer => ({
  kind: 'accepted',
  failed: { errorCode: 'unexpected-answer', errorMessage: 'The interaction service answered something else.' },
});

export const reasonOf = (data: { reason?: string | undefined; reasonCode?: string | undefined }): { reason?: string } => {
  const reason = data.reasonCode ?? data.reason;
  return reason === undefined || reason === '' ? {} : { reason };
};

/** Clients' lists without the keys that we speak by. */
export const clean = (list: KvList): KvList => list.filter(pair => !pair.key.startsWith('handover'));

export const contains = (list: KvList, pairs: KvList): boolean =>
  pairs.every(pair => list.some(each => JSON.stringify(each) === JSON.stringify(pair)));

/** The employee id of an agent that a client names by it or by user name; undefined when nobody is called so in the same tenant. */
export function employeeIdOf(at: At, name: string): string | undefined {
  const { configuration } = at.desk.host.parts;
  const person = configuration.personByEmployeeId(name) ?? configuration.personByUserName(name);
  return person?.tenantDBID === at.desk.host.person?.tenantDBID ? person?.employeeID : undefined;
}

export const noSuchAgent: DigitalAnswer = { kind: 'field', field: 'data.agentId', message: 'there is no such agent' };
