import type { InteractionCommand } from '../../../../contracts/interaction.ts';
import { answerOf, performThen, unexpected } from './perform.ts';
import { send } from '../send.ts';
import { accepted } from './row.ts';
import type { At, DigitalAnswer } from './row.ts';

type Submission = Extract<InteractionCommand, { messageName: 'RequestSubmit' }>['interaction'];

/** Brings a new interaction into the queue and from there into the agent's hands, where the clients hear of it. */
export function createOwn(at: At, interaction: Submission): Promise<DigitalAnswer> {
  return performThen(at, { messageName: 'RequestSubmit', interaction }, async event => {
    if (event.messageName !== 'EventInteractionSubmitted') return unexpected();
    at.desk.underWay = { operationId: at.operationId, id: event.interactionID };
    const outcome = await send(at.desk, { messageName: 'RequestPull', ...at.seat, interactionID: event.interactionID }, at.stampMs);
    // Submitted it is: not being able to take it must not make the client submit it once more.
    return outcome.kind === 'refused' ? answerOf(at, { kind: 'unknown' }) : outcome.kind === 'done' ? accepted : answerOf(at, outcome);
  });
}
