import { agentTargetData, mediaMonitoringData, noData } from '@handover/shared/api/workspace';
import type { IxnMonitoringMode } from '@handover/shared/genesys';
import { ended } from '../reduce.ts';
import { employeeIdOf, noSuchAgent, perform, performThen } from './perform.ts';
import { accepted, deskOperation, itemOperation } from './row.ts';
import type { DigitalAnswer, DigitalOperation, ItemAt } from './row.ts';

/** The supervisor has no part in the interaction any more; those that follow are monitored all the same. */
export function leaveMonitored(at: ItemAt): Promise<DigitalAnswer> {
  at.desk.underWay = { operationId: at.operationId, id: at.id, as: 'Completed' };
  return performThen(at, { messageName: 'RequestLeaveInteraction', ...at.seat, interactionID: at.id }, () => {
    at.desk.take(ended(at.desk.state, at.id, 'Completed'));
    return accepted;
  });
}

const switchTo = (name: string, verb: string, mode: IxnMonitoringMode): DigitalOperation =>
  itemOperation({
    name,
    path: `/media/{mediatype}/interactions/{id}/${verb}`,
    resend: 'once',
    supervisor: true,
    monitored: true,
    data: noData,
    holds: at => at.interaction.monitored?.mode === mode,
    run: at => perform(at, { messageName: 'RequestIntrude', ...at.seat, interactionID: at.id, mode }),
  });

/** Operations of supervisors on what other agents handle. */
export const monitoringRows: readonly DigitalOperation[] = [
  deskOperation({
    name: 'mediaStartMonitoring',
    path: '/media/{mediatype}/start-monitoring',
    resend: 'once',
    supervisor: true,
    data: mediaMonitoringData,
    run: (at, { agentId, monitoringMode: mode, monitoringNextInteractionType: next }) => {
      const targetAgentID = employeeIdOf(at, agentId);
      if (targetAgentID === undefined || targetAgentID === at.seat.agentID) return noSuchAgent;
      return perform(at, { messageName: 'RequestStartMonitoring', ...at.seat, targetAgentID, mediaType: at.mediaType, mode, next });
    },
  }),
  deskOperation({
    name: 'mediaStopMonitoring',
    path: '/media/{mediatype}/stop-monitoring',
    resend: 'once',
    supervisor: true,
    data: agentTargetData,
    run: (at, { agentId }) => {
      const targetAgentID = employeeIdOf(at, agentId);
      if (targetAgentID === undefined) return noSuchAgent;
      return perform(at, { messageName: 'RequestStopMonitoring', ...at.seat, targetAgentID, mediaType: at.mediaType });
    },
  }),
  switchTo('mediaSwicthToBargeIn', 'switch-to-barge-in', 'Bargein'),
  switchTo('mediaSwicthToCoach', 'switch-to-coach', 'Coach'),
  switchTo('mediaSwicthToMonitor', 'switch-to-monitor', 'Monitor'),
];
