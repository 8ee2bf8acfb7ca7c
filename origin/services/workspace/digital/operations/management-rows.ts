import {
  digitalChannels,
  manyData,
  manyToQueueData,
  manyToWorkbinData,
  manyUserDataData,
  noData,
  snapshotContentData,
  snapshotData,
} from '@handover/shared/api/workspace';
import type { SnapshotMessageWire } from '@handover/shared/api/workspace';
import type { InteractionCommand } from '../../../../contracts/interaction.ts';
import { send } from '../send.ts';
import { lookedAtWire } from '../wire.ts';
import { isOurs, mayLookAt } from './looking.ts';
import { answerOf, askThen, clean, performThen, unexpected } from './perform.ts';
import { accepted, deskOperation } from './row.ts';
import type { At, DigitalAnswer, DigitalOperation } from './row.ts';

const path = (verb: string): string => `/media-management/${verb}`;
const supervise = { resend: 'once', supervisor: true } as const;

type Body<T = SnapshotMessageWire> = T extends unknown ? Omit<T, 'messageType' | 'operationId'> : never;

function tell(at: At, body: Body): DigitalAnswer {
  const { host } = at.desk;
  const message = { messageType: 'SnapshotMessage', operationId: at.operationId, ...body };
  host.parts.hub.deliver([...host.attachments.clients()], digitalChannels.management, message);
  return accepted;
}

const unknown: DigitalAnswer = { kind: 'error', code: 'interaction.unknown' };
const noSnapshot: DigitalAnswer = { kind: 'error', code: 'request.not-found', field: 'snapshotId' };

/** The server counts its snapshots; undefined when the path names none of them. */
function snapshotOf(at: At): number | undefined {
  const text = at.params['snapshotId'] ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function page(at: At, snapshotID: number, data: { startIndex: number; size: number }, total?: number): Promise<DigitalAnswer> {
  return askThen(at, { messageName: 'RequestGetSnapshotInteractions', snapshotID, ...data }, event =>
    event.messageName !== 'EventSnapshotInteractions'
      ? unexpected()
      : tell(at, {
          notificationType: 'SnapshotContent',
          snapshotId: String(snapshotID),
          ...(total === undefined ? {} : { numberOfInteractions: total }),
          startIndex: data.startIndex,
          interactions: event.interactions.filter(each => isOurs(at, each)).map(each => lookedAtWire(each, at.desk.context)),
        }),
  );
}

/** Does the same to each interaction and tells how each went; ends early only when nothing more can be sent. */
async function toEach(
  at: At,
  ids: readonly string[],
  notificationType: 'ManageUserData' | 'MoveToWorkbin' | 'MoveToQueue' | 'Complete' | 'Cancel',
  commandFor: (interactionID: string) => InteractionCommand,
): Promise<DigitalAnswer> {
  const interactions: { id: string; done: boolean; errorCode?: string }[] = [];
  for (const id of ids) {
    const outcome = await send(at.desk, commandFor(id), at.stampMs);
    if (outcome.kind === 'refused' && interactions.length === 0) return answerOf(at, outcome);
    if (outcome.kind === 'done') interactions.push({ id, done: true });
    else interactions.push({ id, done: false, errorCode: outcome.kind === 'error' ? outcome.errorCode : 'unknown' });
  }
  return tell(at, { notificationType, interactions });
}

/** Operations of supervisors on interactions in queues and workbins, through the Interaction Server. */
export const managementRows: readonly DigitalOperation[] = [
  deskOperation({
    ...supervise,
    name: 'getDetails',
    path: path('interactions/{id}/get-details'),
    data: noData,
    run: at =>
      askThen(at, { messageName: 'RequestGetInteractionProperties', interactionID: at.params['id'] ?? '' }, event =>
        event.messageName === 'EventInteractionProperties' && mayLookAt(at, event.interaction)
          ? tell(at, { notificationType: 'InteractionDetails', interaction: lookedAtWire(event.interaction, at.desk.context) })
          : unknown,
      ),
  }),
  deskOperation({
    ...supervise,
    name: 'getSnapshot',
    path: path('get-snapshot'),
    data: snapshotData,
    run: (at, { condition, order, startIndex, size }) =>
      performThen(at, { messageName: 'RequestTakeSnapshot', condition, ...(order === undefined ? {} : { order }) }, event =>
        event.messageName === 'EventSnapshotTaken'
          ? page(at, event.snapshotID, { startIndex, size }, event.numberOfInteractions)
          : unexpected(),
      ),
  }),
  deskOperation({
    ...supervise,
    name: 'getSnapshotContent',
    path: path('{snapshotId}/get-snapshot-content'),
    data: snapshotContentData,
    run: (at, data) => {
      const snapshotID = snapshotOf(at);
      return snapshotID === undefined ? noSnapshot : page(at, snapshotID, data);
    },
  }),
  deskOperation({
    ...supervise,
    name: 'releaseSnapshot',
    path: path('{snapshotId}/release-snapshot'),
    data: noData,
    run: at => {
      const snapshotID = snapshotOf(at);
      if (snapshotID === undefined) return noSnapshot;
      return performThen(at, { messageName: 'RequestReleaseSnapshot', snapshotID }, () =>
        tell(at, { notificationType: 'SnapshotReleased', snapshotId: String(snapshotID) }),
      );
    },
  }),
  deskOperation({
    ...supervise,
    name: 'mgtComplete',
    path: path('complete'),
    data: manyData,
    run: (at, { interactions }) =>
      toEach(at, interactions, 'Complete', interactionID => ({ messageName: 'RequestStopProcessing', ...at.seat, interactionID })),
  }),
  deskOperation({
    ...supervise,
    name: 'mgtCancel',
    path: path('cancel'),
    data: manyData,
    run: (at, { interactions }) =>
      toEach(at, interactions, 'Cancel', interactionID => ({
        messageName: 'RequestStopProcessing',
        ...at.seat,
        interactionID,
        reason: 'Canceled',
      })),
  }),
  deskOperation({
    ...supervise,
    name: 'mgtManageUserData',
    path: path('manage-user-data'),
    data: manyUserDataData,
    run: (at, data) => {
      if (data.interactions === undefined) return { kind: 'field', field: 'data.interactions', message: 'must name the interactions' };
      return toEach(at, data.interactions, 'ManageUserData', interactionID => ({
        messageName: 'RequestChangeProperties',
        ...at.seat,
        interactionID,
        added: clean(data.addedUserData),
        changed: clean(data.updatedUserData),
        deletedKeys: data.deletedUserData,
      }));
    },
  }),
  deskOperation({
    ...supervise,
    name: 'mgtMoveToQueue',
    path: path('move-to-queue'),
    data: manyToQueueData,
    run: (at, { queue, interactions }) =>
      toEach(at, interactions, 'MoveToQueue', interactionID => ({ messageName: 'RequestPlaceInQueue', ...at.seat, interactionID, queue })),
  }),
  deskOperation({
    ...supervise,
    name: 'mgtMoveToWorkbin',
    path: path('move-to-workbin'),
    data: manyToWorkbinData,
    run: (at, { workbinId, ownerId, interactions }) =>
      toEach(at, interactions, 'MoveToWorkbin', interactionID => ({
        messageName: 'RequestPlaceInWorkbin',
        ...at.seat,
        interactionID,
        workbinType: workbinId,
        ownerID: ownerId,
      })),
  }),
];
