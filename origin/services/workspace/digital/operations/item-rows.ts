import {
  agentTargetData,
  commentData,
  contentData,
  createMediaData,
  deleteUserDataData,
  mediaPlainData,
  noData,
  placeInQueueData,
  pullData,
  userDataData,
} from '@handover/shared/api/workspace';
import { kvStr, kvText } from '@handover/shared/genesys';
import { commentKey } from '../email.ts';
import { ended, pulled } from '../reduce.ts';
import { createOwn } from './create.ts';
import { change, giveAway, split, userDataOf } from './item.ts';
import { clean, contains, employeeIdOf, noSuchAgent, perform, performThen, reasonOf, unexpected } from './perform.ts';
import { accepted, deskOperation, itemOperation } from './row.ts';
import type { DigitalAnswer, DigitalOperation, ItemAt } from './row.ts';

const path = (verb: string): string => `/media/{mediatype}/interactions/{id}/${verb}`;

async function accept(at: ItemAt): Promise<DigitalAnswer> {
  const { ticketId, properties } = at.interaction;
  if (ticketId === undefined) return unexpected();
  return performThen(at, { messageName: 'RequestAccept', ...at.seat, interactionID: at.id, ticketID: ticketId }, () => {
    const current = at.desk.state.interactions.get(at.id)?.properties ?? properties;
    at.desk.take(pulled(at.desk.state, [{ ...current, state: 'Handling' }]));
    return accepted;
  });
}

/** Accepts what is offered, whatever its medium. */
export const acceptRow = (name: string, rowPath: string, more: { mediaType?: 'email' } = {}): DigitalOperation =>
  itemOperation({
    ...more,
    name,
    path: rowPath,
    resend: 'repeat',
    data: mediaPlainData,
    states: ['Invited'],
    holds: at => at.interaction.phase === 'Handling',
    run: accept,
  });

/** Operations on interactions of any medium. */
export const itemRows: readonly DigitalOperation[] = [
  acceptRow('accept', path('accept')),
  itemOperation({
    name: 'reject',
    path: path('reject'),
    resend: 'once',
    data: mediaPlainData,
    states: ['Invited'],
    run: at => {
      const { ticketId } = at.interaction;
      if (ticketId === undefined) return unexpected();
      return performThen(at, { messageName: 'RequestReject', ...at.seat, interactionID: at.id, ticketID: ticketId }, () => {
        at.desk.take(ended(at.desk.state, at.id, 'Rejected'));
        return accepted;
      });
    },
  }),
  itemOperation({
    name: 'complete',
    path: path('complete'),
    resend: 'repeat',
    data: noData,
    run: at => giveAway(at, 'Completed', { messageName: 'RequestStopProcessing', ...at.seat, interactionID: at.id }),
  }),
  itemOperation({
    name: 'transferAgent',
    path: path('transfer-agent'),
    resend: 'once',
    data: agentTargetData,
    run: (at, data) => {
      const targetAgentID = employeeIdOf(at, data.agentId);
      if (targetAgentID === undefined || targetAgentID === at.seat.agentID) return noSuchAgent;
      // It stays here until the other agent takes it, and comes to an end by the server's event.
      return perform(at, { messageName: 'RequestTransfer', ...at.seat, interactionID: at.id, targetAgentID });
    },
  }),
  itemOperation({
    name: 'placeInQueue',
    path: path('place-in-queue'),
    resend: 'once',
    data: placeInQueueData,
    run: (at, data) =>
      giveAway(at, 'Transferred', {
        messageName: 'RequestPlaceInQueue',
        ...at.seat,
        interactionID: at.id,
        queue: data.queue,
        ...reasonOf(data),
        ...(data.addedProperties === undefined ? {} : { added: clean(data.addedProperties) }),
        ...(data.changedProperties === undefined ? {} : { changed: clean(data.changedProperties) }),
        ...(data.deletedProperties === undefined ? {} : { deletedKeys: data.deletedProperties.map(pair => pair.key) }),
      }),
  }),
  itemOperation({
    name: 'attachMediaUserData',
    path: path('attach-user-data'),
    resend: 'once',
    data: userDataData,
    run: (at, data) => change(at, split(at, clean(data.userData))),
  }),
  itemOperation({
    name: 'updateMediaUserData',
    path: path('update-user-data'),
    resend: 'repeat',
    data: userDataData,
    holds: (at, data) => contains(userDataOf(at), data.userData),
    run: (at, data) => change(at, split(at, clean(data.userData))),
  }),
  itemOperation({
    name: 'deleteMediaUserData',
    path: path('delete-user-data'),
    resend: 'once',
    data: deleteUserDataData,
    run: (at, data) => change(at, { deletedKeys: data.keys }),
  }),
  itemOperation({
    name: 'setComment',
    path: path('set-comment'),
    resend: 'once',
    data: commentData,
    holds: (at, data) => kvText(userDataOf(at), commentKey) === data.comment,
    run: (at, data) => change(at, split(at, [kvStr(commentKey, data.comment)])),
  }),
  itemOperation({
    name: 'addContent',
    path: path('add-content'),
    resend: 'once',
    data: contentData,
    run: (at, { comment, threadId, parentId, contactId }) => {
      const pairs: [string, string | undefined][] = [
        [commentKey, comment],
        ['ThreadId', threadId],
        ['ParentId', parentId],
        ['ContactId', contactId],
      ];
      const list = pairs.flatMap(([key, value]) => (value === undefined ? [] : [kvStr(key, value)]));
      return list.length === 0 ? accepted : change(at, split(at, list));
    },
  }),
  itemOperation({
    name: 'assignContact',
    path: path('assign-contact/{contactId}'),
    resend: 'once',
    data: noData,
    run: at => change(at, split(at, [kvStr('ContactId', at.params['contactId'] ?? '')])),
  }),
  deskOperation({
    name: 'pullInteractionFromWorkbin',
    path: path('pull'),
    resend: 'once',
    data: pullData,
    run: (at, data) => {
      const interactionID = at.params['id'] ?? '';
      const workbin = data.workbinId === undefined ? {} : { workbinType: data.workbinId, ownerID: data.ownerId ?? at.seat.agentID };
      return performThen(at, { messageName: 'RequestPull', ...at.seat, interactionID, ...workbin }, event =>
        event.messageName === 'EventPulledInteractions' ? accepted : unexpected(),
      );
    },
  }),
  deskOperation({
    name: 'createOpenMedia',
    path: '/media/{mediatype}/interactions/create',
    resend: 'once',
    data: createMediaData,
    run: (at, data) =>
      createOwn(at, {
        mediaType: at.mediaType,
        interactionType: 'Inbound',
        interactionSubtype: data.subtype,
        queue: data.queue,
        ...(data.parentId === undefined ? {} : { parentInteractionID: data.parentId }),
        ...(data.contactId === undefined ? {} : { contactID: data.contactId }),
        ...(data.subject === undefined ? {} : { subject: data.subject }),
        userData: clean(data.userData),
      }),
  }),
];
