import type { IxnRequest } from '@handover/shared/genesys';
import { conditionFrom, orderFrom } from './condition.ts';
import { inOneMessage, type Work } from './work.ts';
import type { Refused } from './refusals.ts';
import { limits } from './state.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;

const maxInPage = 1_000;

/** A supervisor's list: which interactions it has stays, what they are like is as of each reading. */
export function takeSnapshot(work: Work, request: Request<'RequestTakeSnapshot'>): Refused {
  const { state } = work;
  const condition = conditionFrom(request.condition);
  const order = orderFrom(request.order);
  if (condition === undefined || order === undefined) return 'invalid-condition';
  if ([...state.snapshots.values()].filter(each => each.client === work.client).length >= limits.snapshotsPerClient) return 'too-many';
  const found = [...state.items.values()].map(item => item.properties);
  const interactionIDs = found
    .filter(properties => properties.state !== 'Stopped' && condition(properties))
    .sort(order)
    .map(properties => properties.interactionID);
  const snapshotID = work.next();
  state.snapshots.set(snapshotID, { client: work.client, interactionIDs });
  return work.reply({ messageName: 'EventSnapshotTaken', snapshotID, numberOfInteractions: interactionIDs.length });
}

/** Interactions that are over meanwhile are left out. */
export function readSnapshot(work: Work, request: Request<'RequestGetSnapshotInteractions'>): Refused {
  const { snapshotID, startIndex, size } = request;
  const snapshot = work.state.snapshots.get(snapshotID);
  if (snapshot === undefined) return 'unknown-snapshot';
  const page = snapshot.interactionIDs.slice(startIndex, startIndex + Math.min(size, maxInPage));
  const interactions = inOneMessage(page.flatMap(id => work.item(id)?.properties ?? []));
  return work.reply({ messageName: 'EventSnapshotInteractions', snapshotID, interactions });
}

export function releaseSnapshot(work: Work, { snapshotID }: Request<'RequestReleaseSnapshot'>): Refused {
  return work.state.snapshots.delete(snapshotID) ? work.ack() : 'unknown-snapshot';
}
