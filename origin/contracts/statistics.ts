import type { StatDefinition, StatObjectType, StatValue } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';

/** What is asked of a Stat Server: a named statistic or a definition, on one object of a tenant. */
export interface WantedStatistic {
  tenantName: string;
  objectId: string;
  objectType: StatObjectType;
  /** Name of a stat type of the server's configuration; without it, `definition` says what is meant. */
  statType?: string;
  definition?: StatDefinition;
}

export interface StatReading {
  value: StatValue;
  /** Of the server, epoch ms. */
  timestamp: number;
  /** False while the server has lost what it counts from (its SIP or Interaction Server): the value is the last one it knew. */
  valid?: false;
}

export type StatisticRefusal =
  /** `attribute` names what is at fault: the object, the name, or a part of the definition. */
  | { kind: 'invalid'; attribute: 'objectId' | 'name' | 'definition'; text: string }
  /** As many are open as may be. */
  | { kind: 'too-many' }
  /** No Stat Server answers. */
  | { kind: 'unavailable' };

/** A statistic that is kept open. */
export interface OpenedStatistic {
  /** The last value that was told; it stays while no server answers. */
  readonly last: StatReading;
  /** The value now; the last one when no server answers. */
  peek(): Promise<StatReading>;
  close(): void;
}

/** The Stat Servers known from the configuration, as one: the nearest that serves. */
export interface Statistics {
  readonly state: 'up' | 'down';
  onChange(listener: (state: 'up' | 'down') => void): () => void;
  /** Equal statistics are opened once at the server. After a switch to another server they are opened there; `listener` hears the new values. */
  open(wanted: WantedStatistic, listener: (reading: StatReading) => void): Promise<Result<OpenedStatistic, StatisticRefusal>>;
  /** One value, without keeping it open. */
  get(wanted: WantedStatistic): Promise<Result<StatReading, StatisticRefusal>>;
}
