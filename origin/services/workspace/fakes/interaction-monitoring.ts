import type { IxnRequest } from '@handover/shared/genesys';
import type { FakeItem, InteractionBoard } from './interaction-board.ts';
import { IxnError } from './interaction-board.ts';

type Start = Pick<
  Extract<IxnRequest, { messageName: 'RequestStartMonitoring' }>,
  'agentID' | 'targetAgentID' | 'mediaType' | 'mode' | 'next'
>;
type Intrude = Pick<Extract<IxnRequest, { messageName: 'RequestIntrude' }>, 'agentID' | 'mode'>;

export function startMonitoring(board: InteractionBoard, { agentID, targetAgentID, mediaType, mode, next }: Start): void {
  const monitoring = { targetAgentID, mediaType, mode, next };
  board.wishes.push({ ...monitoring, agentID });
  board.emit({ messageName: 'EventMonitoringNextInteraction', agentID, monitoring });
  for (const item of board.items.values())
    if (item.agentID === targetAgentID && item.ticketID === undefined && item.properties.mediaType === mediaType) {
      item.observers.set(agentID, { targetAgentID, mode });
      observe(board, item, { agentID, mode });
    }
}

/** Takes part in this manner. */
export function observe(board: InteractionBoard, item: FakeItem, { agentID, mode }: Intrude): void {
  const before = item.observers.get(agentID);
  if (before === undefined) throw new IxnError('not-monitored');
  const now = { ...before, mode };
  item.observers.set(agentID, now);
  board.emit({ messageName: 'EventInteractionMonitored', agentID, ...now, interaction: item.properties });
}

export function unobserve(board: InteractionBoard, item: FakeItem, agentID: string): void {
  if (!item.observers.delete(agentID)) throw new IxnError('not-yours');
  board.emit({ messageName: 'EventRevoked', agentID, interactionID: item.properties.interactionID, operation: 12 });
}

export function stopMonitoring(board: InteractionBoard, { agentID, targetAgentID, mediaType }: Omit<Start, 'mode' | 'next'>): void {
  const at = board.wishes.findIndex(
    wish => wish.agentID === agentID && wish.targetAgentID === targetAgentID && wish.mediaType === mediaType,
  );
  if (at < 0) throw new IxnError('not-monitored');
  board.wishes.splice(at, 1);
  for (const item of board.items.values())
    if (item.observers.get(agentID)?.targetAgentID === targetAgentID) unobserve(board, item, agentID);
  board.emit({ messageName: 'EventMonitoringCancelled', agentID, targetAgentID, mediaType });
}
