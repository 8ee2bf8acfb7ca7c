import type { CfgApplication, CfgPerson, CfgScript, KvList, MediaType } from '@handover/shared/genesys';
import { kvFind, kvList, kvText } from '@handover/shared/genesys';

type Capacity = Record<MediaType, number>;

/** What the configuration says of an Interaction Server's work. */
export interface Settings {
  /** How long an invited agent may take to accept. */
  deliveringMs: number;
  /** How long an agent may keep an interaction without doing anything with it. */
  handlingMs: number;
  /** How long an interaction waits for the agent who is asked for, or whose client vanished. */
  reserveMs: number;
  /** How long a server that has taken over waits for the clients of its predecessor. */
  clientReturnMs: number;
  /** Interactions that an agent may have at once, by the default rule. */
  capacity: Capacity;
  /** The same of those who have a rule of their own, by employee id. */
  ownCapacity: Record<string, Capacity>;
  /** `route`: offered to agents; `hold`: only pulled from. */
  queues: Record<string, 'route' | 'hold'>;
  workbins: string[];
}

export const defaultSettings: Settings = {
  deliveringMs: 30_000,
  handlingMs: 180 * 60_000,
  reserveMs: 30_000,
  clientReturnMs: 5_000,
  capacity: { chat: 1, email: 1, workitem: 1, outboundpreview: 1 },
  ownCapacity: {},
  queues: {},
  workbins: [],
};

/** What becomes of what lies in a queue; undefined when there is none of this name. */
export const queueOf = ({ queues }: Settings, name: string): 'route' | 'hold' | undefined =>
  Object.hasOwn(queues, name) ? queues[name] : undefined;

/** How many interactions of a medium an agent may have at once. */
export const capacityOf = ({ capacity, ownCapacity }: Settings, agentID: string, mediaType: MediaType): number =>
  (Object.hasOwn(ownCapacity, agentID) ? ownCapacity[agentID] : capacity)?.[mediaType] ?? capacity[mediaType];

/** Options are in seconds; what is missing or no number is as by default. A rule that nobody knows is the default rule. */
export function settingsFrom(
  application: Pick<CfgApplication, 'options'>,
  scripts: readonly CfgScript[],
  persons: readonly Pick<CfgPerson, 'employeeID' | 'agentInfo'>[],
): Settings {
  const options = kvList(application.options, 'settings') ?? [];
  const seconds = (key: string, fallbackMs: number): number => (number(options, key, 86_400) ?? fallbackMs / 1_000) * 1_000;
  const of = (type: CfgScript['scriptType']): CfgScript[] => scripts.filter(each => each.scriptType === type && each.state === 'Enabled');
  const rules = new Map(of('CapacityRule').map(rule => [rule.name, capacityFrom(kvList(rule.userProperties, 'capacity') ?? [])]));
  const ownCapacity = persons.flatMap(({ employeeID, agentInfo }) => {
    const rule = rules.get(agentInfo?.capacityRule ?? '');
    return rule === undefined ? [] : [[employeeID, rule] as const];
  });
  const delivery = ({ userProperties }: CfgScript): 'route' | 'hold' =>
    kvText(kvList(userProperties, 'queue'), 'delivery') === 'hold' ? 'hold' : 'route';
  return {
    deliveringMs: seconds('delivering-timeout', defaultSettings.deliveringMs),
    handlingMs: seconds('handling-timeout', defaultSettings.handlingMs),
    reserveMs: seconds('reservation-timeout', defaultSettings.reserveMs),
    clientReturnMs: seconds('client-return-timeout', defaultSettings.clientReturnMs),
    capacity: rules.get(kvText(options, 'default-capacity-rule') ?? '') ?? defaultSettings.capacity,
    ownCapacity: Object.fromEntries(ownCapacity),
    queues: Object.fromEntries(of('InteractionQueue').map(queue => [queue.name, delivery(queue)])),
    workbins: of('InteractionWorkBin').map(workbin => workbin.name),
  };
}

function capacityFrom(list: KvList): Capacity {
  const capacity = { ...defaultSettings.capacity };
  for (const mediaType of Object.keys(capacity) as MediaType[]) capacity[mediaType] = number(list, mediaType, 100) ?? capacity[mediaType];
  return capacity;
}

function number(list: KvList, key: string, max: number): number | undefined {
  const pair = kvFind(list, key);
  if (pair === undefined || pair.type === 'kvlist') return undefined;
  const value = Number(pair.value);
  return Number.isInteger(value) && value >= 0 && value <= max ? value : undefined;
}
