/** Stat Server messages as JSON, in the manner of `tlib.ts`. A statistic = object × definition × notification. */
export type StatObjectType =
  'Agent' | 'AgentPlace' | 'GroupAgents' | 'GroupPlaces' | 'GroupQueues' | 'Queue' | 'RoutePoint' | 'StagingArea' | 'Workbin' | 'RegularDN';
export type StatCategory =
  | 'CurrentState'
  | 'CurrentStateReasons'
  | 'CurrentTargetState'
  | 'CurrentTime'
  | 'CurrentNumber'
  | 'CurrentMaxTime'
  | 'CurrentAverageTime'
  | 'TotalTime'
  | 'TotalNumber'
  | 'MaxTime'
  | 'AverageTime'
  | 'RelativeNumberPercentage'
  | 'RelativeTimePercentage'
  | 'TotalNumberInTimeRange'
  | 'TotalNumberInTimeRangePercentage'
  | 'CurrentNumberInTimeRange'
  | 'ServiceFactor1';
export type StatSubject = 'DNAction' | 'DNStatus' | 'AgentStatus' | 'PlaceStatus' | 'GroupStatus';
export type TimeProfile =
  | { kind: 'Growing'; /** Seconds after midnight UTC at which it starts from zero; default [0]. */ resetAtS?: number[] }
  | { kind: 'Sliding'; windowS: number; sampleS?: number }
  | { kind: 'Selection'; count: number }
  | { kind: 'SinceLogin' };
/** `~X` in a mask takes X away; `*` is every action. */
export interface StatDefinition {
  category: StatCategory;
  subject: StatSubject;
  mainMask: string[];
  relMask?: string[];
  mediaType?: 'voice' | 'chat' | 'email' | 'workitem';
  timeProfile?: TimeProfile;
  /** Seconds, for time-range categories and the service factor: [threshold] or [from, to]. */
  timeRangeS?: [number, number];
}
export type StatNotification =
  | { mode: 'Immediate'; insensitivity?: number }
  | { mode: 'Periodical'; frequencyS: number; insensitivity?: number }
  | { mode: 'Reset' }
  | { mode: 'NoNotification' };

/** A value: number (seconds for times, percent for ratios) or a state with its reasons. */
export interface StatValue {
  intValue?: number;
  stringValue?: string;
  /** CurrentState and CurrentTargetState: how long it has lasted, seconds. */
  lastedS?: number;
  reasons?: { key: string; value: string }[];
}

export type StatRequest =
  | { messageName: 'RequestRegisterClient'; referenceID: number; applicationName: string }
  /** By a named stat type of the server's application options, or with an inline definition. Answered by EventStatisticOpened, then EventInfo. */
  | {
      messageName: 'RequestOpenStatistic';
      referenceID: number;
      object: { objectId: string; objectType: StatObjectType; tenantName: string };
      statType?: string;
      definition?: StatDefinition;
      notification: StatNotification;
    }
  | { messageName: 'RequestPeekStatistic'; referenceID: number; statisticID: number }
  | { messageName: 'RequestCloseStatistic'; referenceID: number; statisticID: number }
  /** One value without opening. */
  | {
      messageName: 'RequestGetStatistic';
      referenceID: number;
      object: { objectId: string; objectType: StatObjectType; tenantName: string };
      statType?: string;
      definition?: StatDefinition;
    };

export type StatEvent =
  | { messageName: 'EventRegistered'; referenceID: number; serverName: string; serverRole: 'Primary' | 'Backup' }
  | { messageName: 'EventServerMode'; serverRole: 'Primary' | 'Backup' }
  | { messageName: 'EventStatisticOpened'; referenceID: number; statisticID: number }
  /** Carries the referenceID of the request that opened it, or of a peek. */
  | { messageName: 'EventInfo'; referenceID: number; statisticID: number; time: number; value: StatValue }
  | { messageName: 'EventStatisticClosed'; referenceID: number; statisticID: number }
  /** The source (a SIP or Interaction Server) is lost, or back. */
  | { messageName: 'EventStatisticInvalid'; statisticID: number }
  | { messageName: 'EventStatisticValid'; statisticID: number }
  | {
      messageName: 'EventError';
      referenceID: number;
      errorCode: 'NotRegistered' | 'ObjectNotFound' | 'UnknownStatType' | 'InvalidDefinition' | 'NoProfile' | 'TooMany' | 'NotPrimary';
      errorMessage: string;
    };
