import type { KvList, MediaType } from '@handover/shared/genesys';

/**
 * What is known to have happened to a target. `begin` and `end` bound an activity (a status, a call's leg); `happened` is known only when it is
 * over and tells how long it took. A status target has one activity at a time. Without a medium it is one of voice.
 */
export type Fact =
  | { kind: 'begin'; at: number; target: string; key: string; action: string; reasons?: KvList; mediaType?: MediaType }
  | { kind: 'end'; at: number; target: string; key: string; action: string; mediaType?: MediaType }
  | { kind: 'happened'; at: number; target: string; action: string; durationMs: number; mediaType?: MediaType };

/** An activity that still goes on. */
export interface Ongoing {
  action: string;
  since: number;
  reasons: KvList;
  mediaType?: MediaType;
}

type Owner = 'agent' | 'dn' | 'queue' | 'workbin';

/** Names of the two targets of an agent or a DN: its status, and its actions. Queues and workbins have actions only. */
export const statusTarget = (owner: Owner, id: string): string => `${owner}:${id}#status`;
export const actionTarget = (owner: Owner, id: string): string => `${owner}:${id}#action`;
export const statusKey = 'status';
