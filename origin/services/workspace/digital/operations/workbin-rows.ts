import { addToWorkbinData, digitalChannels, noData, workbinData, workbinsData, workbinSubscribeData } from '@handover/shared/api/workspace';
import type { WorkbinContentWire, WorkbinsMessageWire } from '@handover/shared/api/workspace';
import { lookedAtWire } from '../wire.ts';
import { ask } from '../send.ts';
import { giveAway } from './item.ts';
import { isOurs, mayLookAt, mayRead } from './looking.ts';
import { answerOf, askThen, reasonOf, unexpected } from './perform.ts';
import { accepted, deskOperation } from './row.ts';
import type { At, DigitalAnswer, DigitalOperation } from './row.ts';
import { workbinsOf } from './workbins.ts';

const owner = (at: At, data: { ownerId?: string | undefined }): string =>
  data.ownerId === undefined || data.ownerId === '' ? at.seat.agentID : data.ownerId;

const forbidden: DigitalAnswer = { kind: 'error', code: 'auth.forbidden' };
const unknown: DigitalAnswer = { kind: 'error', code: 'interaction.unknown' };

type Body<T = WorkbinsMessageWire> = T extends unknown ? Omit<T, 'messageType' | 'operationId'> : never;

function tell(at: At, body: Body): DigitalAnswer {
  const { host } = at.desk;
  const message = { messageType: 'WorkbinsMessage', operationId: at.operationId, ...body };
  host.parts.hub.deliver([...host.attachments.clients()], digitalChannels.workbins, message);
  return accepted;
}

async function contentOf(at: At, workbinId: string, ownerId: string): Promise<WorkbinContentWire | DigitalAnswer> {
  if (!mayRead(at, ownerId)) return forbidden;
  const outcome = await ask(at.desk, { messageName: 'RequestGetWorkbinContent', workbinType: workbinId, ownerID: ownerId });
  if (outcome.kind !== 'done') return answerOf(at, outcome);
  if (outcome.event.messageName !== 'EventWorkbinContent') return unexpected();
  const interactions = outcome.event.interactions.filter(each => isOurs(at, each));
  return { workbinId, ownerId, interactions: interactions.map(each => lookedAtWire(each, at.desk.context)) };
}

async function contents(at: At, workbinIds: readonly string[], ownerId: string): Promise<DigitalAnswer> {
  const workbins: WorkbinContentWire[] = [];
  for (const workbinId of workbinIds) {
    const content = await contentOf(at, workbinId, ownerId);
    if ('kind' in content) return content;
    workbins.push(content);
  }
  return tell(at, { notificationType: 'WorkbinContents', workbins });
}

function subscribe(at: At, workbinIds: readonly string[], ownerID: string, notifyPropertyChanges: boolean): DigitalAnswer {
  if (!mayRead(at, ownerID)) return forbidden;
  for (const workbinType of workbinIds)
    if (!at.desk.workbins.watch(at.server, { workbinType, ownerID, notifyPropertyChanges }))
      return { kind: 'field', field: 'data.workbinIds', message: 'too many workbins are subscribed to' };
  return accepted;
}

function unsubscribe(at: At, workbinIds: readonly string[], ownerID: string): DigitalAnswer {
  for (const workbinType of workbinIds) at.desk.workbins.unwatch({ workbinType, ownerID });
  return accepted;
}

const named = (at: At): string[] => [at.params['workbinId'] ?? ''];
const once = { resend: 'once' } as const;

/** Operations on workbins; the agent's own unless an owner is named. */
export const workbinRows: readonly DigitalOperation[] = [
  deskOperation({
    ...once,
    name: 'getWorkbins',
    path: '/workbins/get-workbins',
    data: noData,
    run: at => tell(at, { notificationType: 'Workbins', workbins: workbinsOf(at) }),
  }),
  deskOperation({
    ...once,
    name: 'getWorkbinsContent',
    path: '/workbins/get-contents',
    data: workbinsData,
    run: (at, data) => contents(at, data.workbinIds, owner(at, data)),
  }),
  deskOperation({
    ...once,
    name: 'subscribeToWorkbinsNotifications',
    path: '/workbins/subscribe',
    data: workbinsData,
    run: (at, data) => subscribe(at, data.workbinIds, owner(at, data), true),
  }),
  deskOperation({
    ...once,
    name: 'unsubscribeToWorkbinsNotifications',
    path: '/workbins/unsubscribe',
    data: workbinsData,
    run: (at, data) => unsubscribe(at, data.workbinIds, owner(at, data)),
  }),
  deskOperation({
    ...once,
    name: 'getInteractionDetailsFromWorkbin',
    path: '/workbins/interactions/{interactionId}/get-details',
    data: noData,
    run: at =>
      askThen(at, { messageName: 'RequestGetInteractionProperties', interactionID: at.params['interactionId'] ?? '' }, event =>
        event.messageName === 'EventInteractionProperties' && mayLookAt(at, event.interaction)
          ? tell(at, { notificationType: 'InteractionDetails', interaction: lookedAtWire(event.interaction, at.desk.context) })
          : unknown,
      ),
  }),
  deskOperation({
    ...once,
    name: 'getWorkbinContent',
    path: '/workbins/{workbinId}/get-content',
    data: workbinData,
    run: async (at, data) => {
      const content = await contentOf(at, named(at)[0] ?? '', owner(at, data));
      return 'kind' in content ? content : tell(at, { notificationType: 'WorkbinContent', ...content });
    },
  }),
  deskOperation({
    ...once,
    name: 'subscribeToWorkbinNotifications',
    path: '/workbins/{workbinId}/subscribe',
    data: workbinSubscribeData,
    run: (at, data) => subscribe(at, named(at), owner(at, data), data.notifyPropertyChanges !== false),
  }),
  deskOperation({
    ...once,
    name: 'unsubscribeToWorkbinNotifications',
    path: '/workbins/{workbinId}/unsubscribe',
    data: workbinData,
    run: (at, data) => unsubscribe(at, named(at), owner(at, data)),
  }),
  deskOperation({
    ...once,
    name: 'addInteractionToWorkbin',
    path: '/workbins/{workbinId}/add-interaction',
    data: addToWorkbinData,
    run: (at, data) => {
      const interaction = at.desk.state.interactions.get(data.interactionId);
      if (interaction?.phase !== 'Handling') return { kind: 'error', code: 'interaction.unknown', field: 'data.interactionId' };
      const item = { ...at, id: data.interactionId, interaction };
      return giveAway(item, 'InWorkbin', {
        messageName: 'RequestPlaceInWorkbin',
        ...at.seat,
        interactionID: data.interactionId,
        workbinType: named(at)[0] ?? '',
        ownerID: owner(at, data),
        ...reasonOf(data),
      });
    },
  }),
];
