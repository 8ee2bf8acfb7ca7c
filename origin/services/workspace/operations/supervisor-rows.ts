import { scopeData, startMonitoringData, stopMonitoringData } from '@handover/shared/api/workspace';
import { kvStr } from '@handover/shared/genesys';
import type { KvList } from '@handover/shared/genesys';
import { agentOperation, callOperation, command } from './row.ts';
import type { Operation } from './row.ts';

/** T-Library carries the manner of monitoring in extensions. */
function monitoring(options: { mode?: string | undefined; next?: string | undefined; scope?: string | undefined }): KvList {
  const pairs: [string, string | undefined][] = [
    ['MonitorMode', options.mode],
    ['MonitorNextCallType', options.next],
    ['MonitorScope', options.scope],
  ];
  return pairs.flatMap(([key, value]) => (value === undefined ? [] : [kvStr(key, value)]));
}

const switchTo = (name: string, verb: string, mode: 'Mute' | 'Coach' | 'Connect'): Operation =>
  callOperation({
    name,
    path: `/voice/calls/{id}/${verb}`,
    resend: 'once',
    supervisor: true,
    data: scopeData,
    states: ['Established', 'Held'],
    deed: (at, data) =>
      command({
        messageName: 'RequestStartCallMonitoring',
        thisDN: at.channel.dn,
        connID: at.call.connId,
        extensions: monitoring({ mode, scope: data.monitoringScope }),
      }),
  });

/** Operations of supervisors on other agents' calls, through the switch. */
export const supervisorRows: readonly Operation[] = [
  agentOperation({
    name: 'startMonitoring',
    path: '/voice/start-monitoring',
    resend: 'once',
    supervisor: true,
    data: startMonitoringData,
    deed: ({ channel, ownPhone }, data) => {
      // The switch serves several contact centres, and lets any supervisor hear any of its phones.
      if (!ownPhone(data.phoneNumberToMonitor, data.location))
        return { kind: 'field', field: 'data.phoneNumberToMonitor', message: 'there is no such phone' };
      return command({
        messageName: 'RequestStartCallMonitoring',
        thisDN: channel.dn,
        targetDN: data.phoneNumberToMonitor,
        ...(data.location === undefined ? {} : { location: data.location }),
        extensions: monitoring({
          mode: data.monitoringMode ?? 'Mute',
          next: data.monitoringNextCallType ?? 'AllCalls',
          scope: data.monitoringScope ?? 'Call',
        }),
      });
    },
  }),
  agentOperation({
    name: 'stopMonitoring',
    path: '/voice/stop-monitoring',
    resend: 'once',
    supervisor: true,
    data: stopMonitoringData,
    deed: ({ channel }, data) => command({ messageName: 'RequestStopCallMonitoring', thisDN: channel.dn, targetDN: data.phoneNumber }),
  }),
  switchTo('switchToListenIn', 'switch-to-listen-in', 'Mute'),
  switchTo('switchToCoaching', 'switch-to-coaching', 'Coach'),
  switchTo('switchToBargeIn', 'switch-to-barge-in', 'Connect'),
];
