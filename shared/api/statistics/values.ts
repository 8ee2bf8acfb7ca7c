import type { StatValue } from '../../genesys/index.ts';

/** What `value` holds: a number (seconds, percent) or a state with how long it has lasted and its reasons. */
export interface StatisticContentWire extends StatValue {
  timestamp: number;
}

/** A statistic of a subscription. */
export interface StatisticValueWire {
  statisticId: string;
  subscriptionId: string;
  objectId: string;
  objectType: string;
  /** Absent for one that was given by its definition. */
  name?: string;
  timestamp: number;
  value: StatisticContentWire;
  /** False while the server has lost what it counts from: the value is the last one it knew. Absent otherwise. */
  valid?: false;
}

export type PeekedStatisticWire = Omit<StatisticValueWire, 'statisticId' | 'subscriptionId'>;

export interface SubscriptionWire {
  operationId: string;
  subscriptionId: string;
  statistics: StatisticValueWire[];
}

export const statisticsChannels = { updates: '/statistics/v3/updates', service: '/statistics/v3/service' } as const;
export interface UpdatesWire {
  data: { statistics: StatisticValueWire[] };
}
export interface ServiceStateWire {
  data: { serviceState: 'Available' | 'Unavailable' };
}
