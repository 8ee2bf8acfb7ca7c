import type { TlibEventName } from '@handover/shared/genesys';
import type { CallStateWire } from '@handover/shared/api/workspace';

/** Where a call of the agent's own leg stands; `None`: not known here. */
export type CallStanding = CallStateWire | 'None';

/** `ignore`: nothing happens. `keep`: the state stays, attributes are taken from the event. A state: the call goes there. */
export type Transition = 'ignore' | 'keep' | CallStateWire;

/** Every event of the switch, by what of a session it concerns. The compiler keeps it complete. */
export const eventArea = {
  EventServerInfo: 'link',
  EventLinkConnected: 'link',
  EventLinkDisconnected: 'link',
  EventPrimaryChanged: 'link',
  EventError: 'error',
  EventACK: 'none',
  EventRegistered: 'snapshot',
  EventUnregistered: 'none',
  EventAddressInfo: 'snapshot',
  EventPartyInfo: 'none',
  EventAgentLogin: 'dn',
  EventAgentLogout: 'dn',
  EventAgentReady: 'dn',
  EventAgentNotReady: 'dn',
  EventDNDOn: 'dn',
  EventDNDOff: 'dn',
  EventForwardSet: 'dn',
  EventForwardCancel: 'dn',
  EventDNOutOfService: 'dn',
  EventDNBackInService: 'dn',
  EventQueued: 'none',
  EventRouteRequest: 'none',
  EventRouteUsed: 'none',
  EventDiverted: 'none',
  EventTreatmentApplied: 'none',
  EventTreatmentEnd: 'none',
  EventAbandoned: 'call',
  EventRinging: 'call',
  EventDialing: 'call',
  EventNetworkReached: 'call',
  EventDestinationBusy: 'call',
  EventEstablished: 'call',
  EventHeld: 'call',
  EventRetrieved: 'call',
  EventReleased: 'call',
  EventPartyChanged: 'call',
  EventPartyAdded: 'call',
  EventPartyDeleted: 'call',
  EventAttachedDataChanged: 'call',
  EventDtmfSent: 'call',
  EventUserEvent: 'user',
  EventCallInfoChanged: 'call',
  EventMonitoringNextCall: 'monitoring',
  EventMonitoringCancelled: 'monitoring',
} as const satisfies Record<TlibEventName, 'link' | 'error' | 'none' | 'snapshot' | 'dn' | 'call' | 'user' | 'monitoring'>;

type NamesOf<Area extends string> = { [Name in TlibEventName]: (typeof eventArea)[Name] extends Area ? Name : never }[TlibEventName];
export type CallEventName = NamesOf<'call'>;
export type DnEventName = NamesOf<'dn'>;

/** A live call follows the switch: it is the authority, and an event that we missed must not make us deaf to the next. */
const live = {
  EventAbandoned: 'Released',
  EventRinging: 'keep',
  EventDialing: 'keep',
  EventNetworkReached: 'keep',
  EventDestinationBusy: 'keep',
  EventEstablished: 'Established',
  EventHeld: 'Held',
  EventRetrieved: 'Established',
  EventReleased: 'Released',
  EventPartyChanged: 'keep',
  EventPartyAdded: 'keep',
  EventPartyDeleted: 'keep',
  EventAttachedDataChanged: 'keep',
  EventDtmfSent: 'ignore',
  EventCallInfoChanged: 'keep',
} as const satisfies Record<CallEventName, Transition>;

/** A call that ended hears nothing more, unless the switch rings the phone with it again. */
const over = {
  EventAbandoned: 'ignore',
  EventRinging: 'ignore',
  EventDialing: 'ignore',
  EventNetworkReached: 'ignore',
  EventDestinationBusy: 'ignore',
  EventEstablished: 'ignore',
  EventHeld: 'ignore',
  EventRetrieved: 'ignore',
  EventReleased: 'ignore',
  EventPartyChanged: 'ignore',
  EventPartyAdded: 'ignore',
  EventPartyDeleted: 'ignore',
  EventAttachedDataChanged: 'ignore',
  EventDtmfSent: 'ignore',
  EventCallInfoChanged: 'ignore',
} as const satisfies Record<CallEventName, Transition>;

/** The complete table: state × event. */
export const callTransitions: Readonly<Record<CallStanding, Readonly<Record<CallEventName, Transition>>>> = {
  None: {
    ...over,
    EventRinging: 'Ringing',
    EventDialing: 'Dialing',
    EventEstablished: 'Established',
    EventHeld: 'Held',
    EventRetrieved: 'Established',
    // Somebody put the agent into a call whose beginning we did not hear (a transfer that changed the id before we registered).
    EventPartyChanged: 'Established',
  },
  Ringing: live,
  Dialing: live,
  Established: live,
  Held: live,
  // User data of an ended call may still change at the switch while the agent wraps up. A call that was not answered, or was left, may come back: it keeps its id.
  Released: { ...over, EventAttachedDataChanged: 'keep', EventRinging: 'Ringing' },
  Completed: { ...over, EventRinging: 'Ringing' },
};
