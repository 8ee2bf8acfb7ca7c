import type { AgentSession } from '../../session/agent-session.ts';
import { mediaTypes, stateOf } from '../interaction.ts';
import type { DigitalTold } from '../interaction.ts';
import type { MediaType } from '@handover/shared/genesys';
import { accepted } from './row.ts';
import type { At, DigitalAnswer, DigitalJudge, DigitalOperation } from './row.ts';

export interface DigitalExecution {
  params: Readonly<Record<string, string>>;
  stampMs: number;
  operationId: string;
}

const busy: DigitalAnswer = { kind: 'error', code: 'ownership.busy', refused: true };
const wrongState: DigitalAnswer = {
  kind: 'accepted',
  failed: { errorCode: 'invalid-state', errorMessage: 'The interaction is not in a state that allows it.' },
};

/** Executes one operation in the desk's turn. */
export async function executeDigital(
  session: AgentSession,
  operation: DigitalOperation,
  judge: DigitalJudge,
  execution: DigitalExecution,
): Promise<DigitalAnswer> {
  if (operation.supervisor && !session.supervisor) return { kind: 'error', code: 'auth.forbidden' };
  const mediaType = mediaTypeOf(operation, execution);
  if (mediaType === undefined) return { kind: 'error', code: 'request.not-found' };
  const early = unavailable(session);
  if (early !== undefined) return early;
  const turn = session.desk.run(() => inTurn(session, operation, judge, execution, mediaType));
  return turn ?? busy;
}

function mediaTypeOf(operation: DigitalOperation, { params }: DigitalExecution): MediaType | undefined {
  if (operation.mediaType !== undefined) return operation.mediaType;
  const named = params['mediatype'];
  // Operations on no medium in particular.
  return named === undefined ? 'workitem' : mediaTypes.find(each => each === named);
}

/** Nothing was sent: the session is between two servers, or without one. */
function unavailable(session: AgentSession): DigitalAnswer | undefined {
  const { desk } = session;
  if (session.parts.interactions === undefined) return { kind: 'error', code: 'media.unavailable' };
  return desk.server !== undefined && desk.serviceState === 'UNAVAILABLE'
    ? { kind: 'error', code: 'media.unavailable', refused: true }
    : undefined;
}

async function inTurn(
  session: AgentSession,
  operation: DigitalOperation,
  judge: DigitalJudge,
  execution: DigitalExecution,
  mediaType: MediaType,
): Promise<DigitalAnswer> {
  const { desk } = session;
  if (!desk.alive || !session.owned.current) return busy;
  const late = unavailable(session);
  if (late !== undefined) return late;
  const { server, seat } = desk;
  if (server === undefined || seat === undefined) return { kind: 'error', code: 'media.inactive' };
  const at: At = { desk, server, seat, mediaType, resend: operation.resend, ...execution };
  if (operation.scope === 'desk') return done(at, undefined, judge.desk(at));
  const id = execution.params['id'] ?? '';
  const interaction = desk.state.interactions.get(id);
  if (interaction?.properties.mediaType !== mediaType) {
    const ended = desk.state.ended.some(each => each.id === id);
    // Done before, perhaps at another node that did not live to tell.
    return operation.name === 'complete' && ended ? accepted : { kind: 'error', code: 'interaction.unknown' };
  }
  if (interaction.phase === 'Monitoring' && !operation.monitored) return wrongState;
  const verdict = judge.item({ ...at, id, interaction });
  if (verdict !== true && !operation.states.includes(stateOf(interaction))) return wrongState;
  return done(at, id, verdict);
}

async function done(
  at: At,
  id: string | undefined,
  verdict: true | (() => Promise<DigitalAnswer> | DigitalAnswer),
): Promise<DigitalAnswer> {
  const { desk } = at;
  desk.underWay = { operationId: at.operationId, ...(id === undefined ? {} : { id }) };
  try {
    if (verdict !== true) return await verdict();
    desk.tell(stateNow(at, id));
    return accepted;
  } finally {
    desk.underWay = undefined;
  }
}

/** The effect holds already: whoever asked learns the state all the same. */
function stateNow({ desk }: At, id: string | undefined): DigitalTold[] {
  const interaction = desk.state.interactions.get(id ?? '');
  return interaction === undefined
    ? [{ kind: 'media', state: desk.state }]
    : [{ kind: 'interaction', interaction, notification: 'StatusChange' }];
}
