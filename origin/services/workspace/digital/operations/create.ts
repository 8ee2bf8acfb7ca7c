import { kvList, kvText } from '@handover/shared/genesys';
import type { MediaType } from '@handover/shared/genesys';
import type { InteractionCommand } from '../../../../contracts/interaction.ts';
import { settingsOf } from '../../directory/configuration.ts';
import { answerOf, performThen, unexpected } from './perform.ts';
import { send } from '../send.ts';
import { accepted } from './row.ts';
import type { At, DigitalAnswer } from './row.ts';

type Submission = Extract<InteractionCommand, { messageName: 'RequestSubmit' }>['interaction'];
type Draft = Omit<Submission, 'queue'> & { queue?: string | undefined };

/** Brings a new interaction into the queue and from there into the agent's hands, where the clients hear of it. */
export async function createOwn(at: At, { queue: asked, ...draft }: Draft): Promise<DigitalAnswer> {
  const queue = asked ?? defaultQueue(at, draft.mediaType);
  if (queue === undefined)
    return { kind: 'field', field: 'data.queue', message: 'must name a queue, as the options name none for the medium' };
  const interaction = { ...draft, queue };
  return performThen(at, { messageName: 'RequestSubmit', interaction }, async event => {
    if (event.messageName !== 'EventInteractionSubmitted') return unexpected();
    at.desk.underWay = { operationId: at.operationId, id: event.interactionID };
    const outcome = await send(at.desk, { messageName: 'RequestPull', ...at.seat, interactionID: event.interactionID }, at.stampMs);
    // Submitted it is: not being able to take it must not make the client submit it once more.
    return outcome.kind === 'refused' ? answerOf(at, { kind: 'unknown' }) : outcome.kind === 'done' ? accepted : answerOf(at, outcome);
  });
}

/** `<medium>.default-queue` of the desktop's options. */
function defaultQueue({ desk }: At, mediaType: MediaType): string | undefined {
  const { person, parts } = desk.host;
  const options = person === undefined ? undefined : kvList(settingsOf(person, parts.configuration), 'interaction-workspace');
  const queue = kvText(options, `${mediaType}.default-queue`);
  return queue === '' ? undefined : queue;
}
