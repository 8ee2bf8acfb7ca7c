import type { KvList } from '@handover/shared/genesys';

/** A key-value list as a plain object; of repeated keys the last counts. */
export function flatFrom(list: KvList): Record<string, unknown> {
  return Object.fromEntries(list.map(pair => [pair.key, pair.type === 'kvlist' ? flatFrom(pair.value) : pair.value]));
}

/** The list as clients asked for it at initialise. */
export const shaped = (list: KvList, flat: boolean): KvList | Record<string, unknown> => (flat ? flatFrom(list) : list);
