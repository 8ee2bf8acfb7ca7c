/** An ordered key-value list: keys may repeat, values are strings, 32-bit integers or nested lists. The API uses the same shape. */
export type KvPair =
  | { key: string; type: 'str'; value: string }
  | { key: string; type: 'int'; value: number }
  | { key: string; type: 'kvlist'; value: KvPair[] };
export type KvList = KvPair[];

export const kvStr = (key: string, value: string): KvPair => ({ key, type: 'str', value });
export const kvInt = (key: string, value: number): KvPair => ({ key, type: 'int', value });
export const kvNested = (key: string, value: KvList): KvPair => ({ key, type: 'kvlist', value });

/** The first pair with this key. */
export const kvFind = (list: KvList | undefined, key: string): KvPair | undefined => list?.find(pair => pair.key === key);

/** The first string under this key, else undefined. */
export function kvText(list: KvList | undefined, key: string): string | undefined {
  const pair = kvFind(list, key);
  return pair?.type === 'str' ? pair.value : undefined;
}

/** The first integer under this key, else undefined. */
export function kvNumber(list: KvList | undefined, key: string): number | undefined {
  const pair = kvFind(list, key);
  return pair?.type === 'int' ? pair.value : undefined;
}

/** The nested list under this key, else undefined. */
export function kvList(list: KvList | undefined, key: string): KvList | undefined {
  const pair = kvFind(list, key);
  return pair?.type === 'kvlist' ? pair.value : undefined;
}

/** Replaces the first pair of each given key, dropping repeats of it, and appends what was not there. */
export function kvUpdate(list: KvList, changes: KvList): KvList {
  const result: KvList = [];
  const pending = new Map(changes.map(pair => [pair.key, pair]));
  const done = new Set<string>();
  for (const pair of list) {
    const change = pending.get(pair.key);
    if (change !== undefined) {
      result.push(change);
      pending.delete(pair.key);
      done.add(pair.key);
    } else if (!done.has(pair.key)) result.push(pair);
  }
  result.push(...pending.values());
  return result;
}
