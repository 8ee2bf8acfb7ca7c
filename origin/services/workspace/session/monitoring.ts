import type { MonitoringWire, TlibEvent } from '@handover/shared/genesys';

/** What clients hear of a supervisor's wish to hear calls. */
export interface MonitoringTold {
  kind: 'monitoring';
  state: 'MonitoringNextCall' | 'MonitoringCancelled';
  phoneNumber: string | undefined;
  monitoring?: MonitoringWire;
}

type Wishes = readonly MonitoringWire[];
interface Change {
  now: Wishes;
  told: MonitoringTold[];
}

const asked = (monitoring: MonitoringWire): MonitoringTold => ({
  kind: 'monitoring',
  state: 'MonitoringNextCall',
  phoneNumber: monitoring.targetDN,
  monitoring,
});

/** The wish is over. */
export const stopped = (monitoring: Pick<MonitoringWire, 'targetDN'>): MonitoringTold => ({
  kind: 'monitoring',
  state: 'MonitoringCancelled',
  phoneNumber: monitoring.targetDN,
});

/** The standing wishes of a supervisor, for whoever subscribes. */
export const monitoringTold = (wishes: Wishes): MonitoringTold[] => wishes.map(asked);

/** After EventMonitoringNextCall or EventMonitoringCancelled. A switch that does not say the manner means the usual one. */
export function monitoringAfter(before: Wishes, event: TlibEvent): Change {
  const targetDN = event.otherDN ?? event.monitoring?.targetDN;
  if (targetDN === undefined) return { now: before, told: [] };
  const others = before.filter(each => each.targetDN !== targetDN);
  if (event.messageName === 'EventMonitoringCancelled') return { now: others, told: [stopped({ targetDN })] };
  const monitoring: MonitoringWire = event.monitoring ?? { targetDN, mode: 'Mute', next: 'AllCalls', scope: 'Call' };
  return { now: [...others, monitoring], told: [asked(monitoring)] };
}

/** What the switch says of the DN now; told are wishes that are gone, then those that are new or differ, or all. */
export function monitoringFromSnapshot(before: Wishes, now: Wishes, everything: boolean): Change {
  const gone = before.filter(each => !now.some(other => other.targetDN === each.targetDN));
  const told = now.filter(each => everything || !before.some(other => JSON.stringify(other) === JSON.stringify(each)));
  return { now, told: [...gone.map(stopped), ...told.map(asked)] };
}
