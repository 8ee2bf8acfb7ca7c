import { dialData, forwardData, noData, notReadyData, plainData, userEventData } from '@handover/shared/api/workspace';
import type { KvList } from '@handover/shared/genesys';
import { kvStr } from '@handover/shared/genesys';
import { loginCommand } from '../voice/login.ts';
import { agentOperation, attributes, command } from './row.ts';
import type { Operation } from './row.ts';

/** A reason code and reasons as one list. */
export const reasonsOf = (data: { reasonCode?: string | undefined; reasons?: KvList | undefined }): KvList => [
  ...(data.reasonCode === undefined || data.reasonCode === '' ? [] : [kvStr('ReasonCode', data.reasonCode)]),
  ...(data.reasons ?? []),
];
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Operations on the agent's state and on no call in particular. */
export const agentRows: readonly Operation[] = [
  agentOperation({
    name: 'setAgentStateReady',
    path: '/voice/ready',
    resend: 'repeat',
    data: plainData,
    holds: ({ channel }, data) => channel.agentState === 'Ready' && (data.reasons === undefined || same(data.reasons, channel.reasons)),
    deed: ({ channel }, data) => command({ messageName: 'RequestAgentReady', thisDN: channel.dn, ...attributes(data) }),
  }),
  agentOperation({
    name: 'setAgentStateNotReady',
    path: '/voice/not-ready',
    resend: 'repeat',
    data: notReadyData,
    outside: ['reasonCode', 'agentWorkMode', 'reasons', 'extensions'],
    holds: ({ channel }, data) =>
      channel.agentState === 'NotReady' && channel.workMode === (data.agentWorkMode ?? 'Unknown') && same(channel.reasons, reasonsOf(data)),
    deed: ({ channel }, data) => {
      const { extensions } = attributes(data);
      const reasons = reasonsOf(data);
      return command({
        messageName: 'RequestAgentNotReady',
        thisDN: channel.dn,
        ...(data.agentWorkMode === undefined ? {} : { agentWorkMode: data.agentWorkMode }),
        ...(reasons.length === 0 ? {} : { reasons }),
        ...(extensions === undefined ? {} : { extensions }),
      });
    },
  }),
  agentOperation({
    name: 'loginVoice',
    path: '/voice/login',
    resend: 'repeat',
    data: noData,
    holds: ({ channel }) => channel.agentState !== 'LoggedOut',
    deed: ({ channel }) => command(loginCommand(channel, 'ManualIn')),
  }),
  agentOperation({
    name: 'logoutVoice',
    path: '/voice/logout',
    resend: 'repeat',
    data: noData,
    holds: ({ channel }) => channel.agentState === 'LoggedOut',
    deed: ({ channel }) => command({ messageName: 'RequestAgentLogout', thisDN: channel.dn }),
  }),
  agentOperation({
    name: 'setDNDOn',
    path: '/voice/dnd-on',
    resend: 'repeat',
    data: noData,
    holds: ({ channel }) => channel.dnd,
    deed: ({ channel }) => command({ messageName: 'RequestSetDNDOn', thisDN: channel.dn }),
  }),
  agentOperation({
    name: 'setDNDOff',
    path: '/voice/dnd-off',
    resend: 'repeat',
    data: noData,
    holds: ({ channel }) => !channel.dnd,
    deed: ({ channel }) => command({ messageName: 'RequestSetDNDOff', thisDN: channel.dn }),
  }),
  agentOperation({
    name: 'forward',
    path: '/voice/set-forward',
    resend: 'once',
    data: forwardData,
    deed: ({ channel }, data) => command({ messageName: 'RequestCallForwardSet', thisDN: channel.dn, otherDN: data.forwardTo }),
  }),
  agentOperation({
    name: 'cancelForward',
    path: '/voice/cancel-forward',
    resend: 'once',
    data: noData,
    deed: ({ channel }) => command({ messageName: 'RequestCallForwardCancel', thisDN: channel.dn }),
  }),
  agentOperation({
    name: 'makeCall',
    path: '/voice/make-call',
    resend: 'once',
    data: dialData,
    deed: ({ channel }, data) => command({ messageName: 'RequestMakeCall', thisDN: channel.dn, ...dialAttributes(data) }),
  }),
  agentOperation({
    name: 'sendUserEvent',
    path: '/voice/send-user-event',
    resend: 'once',
    data: userEventData,
    deed: ({ channel }, data) => {
      // Owners speak to each other by user events; nobody may speak in their name.
      if (data.userData.some(pair => pair.key.startsWith('handover')))
        return { kind: 'field', field: 'data.userData', message: 'keys that begin with "handover" are reserved' };
      return command({
        messageName: 'RequestDistributeUserEvent',
        thisDN: channel.dn,
        userData: data.userData,
        ...(data.callUuid === undefined ? {} : { callUuid: data.callUuid }),
        ...(data.connId === undefined ? {} : { connID: data.connId }),
      });
    },
  }),
];

/** Destination, location, user data and caller id as T-Library attributes. */
export function dialAttributes(data: {
  destination: string;
  location?: string | undefined;
  userData?: KvList | undefined;
  outboundCallerId?: string | undefined;
  reasons?: KvList | undefined;
  extensions?: KvList | undefined;
}): { otherDN: string; location?: string; userData?: KvList; reasons?: KvList; extensions?: KvList } {
  const { reasons, extensions } = attributes(data);
  const callerId = data.outboundCallerId === undefined ? [] : [kvStr('CPNDigits', data.outboundCallerId)];
  const allExtensions = [...(extensions ?? []), ...callerId];
  return {
    otherDN: data.destination,
    ...(data.location === undefined ? {} : { location: data.location }),
    ...(data.userData === undefined ? {} : { userData: data.userData }),
    ...(reasons === undefined ? {} : { reasons }),
    ...(allExtensions.length === 0 ? {} : { extensions: allExtensions }),
  };
}
