/** Statuses and durable actions of agents and DNs, in rising priority: the status is the highest that goes on. */
export const statuses = [
  'NotMonitored',
  'Monitored',
  'LoggedIn',
  'OnHook',
  'WaitForNextCall',
  'OffHook',
  'CallDialing',
  'CallRinging',
  'NotReadyForNextCall',
  'AfterCallWork',
  'CallOnHold',
  'CallUnknown',
  'CallConsult',
  'CallInternal',
  'CallOutbound',
  'CallInbound',
  'LoggedOut',
] as const;
export type Status = (typeof statuses)[number];

/** Actions that are no status: calls waiting at a route point, and what is told when it is over. */
const otherActions = [
  'CallWait',
  'CallEntered',
  'CallDistributed',
  'CallAbandoned',
  'CallAnswered',
  'InteractionWait',
  'InteractionEntered',
  'InteractionDistributed',
  'InteractionAbandoned',
  'InteractionCleared',
  'InteractionDelivering',
  'InteractionHandlingInbound',
  'InteractionHandlingOutbound',
  'InteractionHandlingInternal',
  'InteractionAccepted',
  'InteractionRejected',
  'InteractionRevoked',
  'InteractionStopped',
  ...(['Started', 'Completed'] as const).flatMap(end =>
    (['Inbound', 'Outbound', 'Internal', 'Consult', 'Unknown'] as const).map(type => `Call${type}${end}` as const),
  ),
] as const;

const known: ReadonlySet<string> = new Set([...statuses, ...otherActions]);

/** The highest of several; `NotMonitored` of none. */
export function highest(ongoing: Iterable<Status>): Status {
  let found = 0;
  for (const status of ongoing) found = Math.max(found, statuses.indexOf(status));
  return statuses[found] ?? 'NotMonitored';
}

/** A mask as a test, or the word in it that nobody knows. `*` is every action, `~X` takes X away; a mask of only `~X` begins with all. */
export function maskOf(words: readonly string[]): { test: (action: string) => boolean } | { unknown: string } {
  const added = new Set<string>();
  const taken = new Set<string>();
  let all = words.every(word => word.startsWith('~'));
  for (const word of words) {
    const takes = word.startsWith('~');
    const name = takes ? word.slice(1) : word;
    if (name === '*' && !takes) all = true;
    else if (!known.has(name)) return { unknown: word };
    else (takes ? taken : added).add(name);
  }
  return { test: action => (all || added.has(action)) && !taken.has(action) };
}
