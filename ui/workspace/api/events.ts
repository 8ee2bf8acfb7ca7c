import type { KeyValue } from '../state/key-value.ts';
import type { ActionCode, Call, Dn, Event, User } from '../state/model.ts';
import { channelsEvent, interactionEvent, linesEvent, ucsEvent, type DigitalWire } from './digital-events.ts';
import { workbinEvent } from './item-events.ts';
import { outgoingFrom, type OutgoingWire } from './outgoing.ts';

interface MessageWire extends DigitalWire {
  messageType?: string;
  state?: string;
  data?: { user: User; configuration?: { actionCodes?: ActionCode[] } & OutgoingWire };
  dn?: Dn;
  call?: Call & { previousConnId?: string; extensions?: KeyValue[] };
  serviceName?: string;
  serviceState?: 'AVAILABLE' | 'UNAVAILABLE';
}

const isAfterCallWork = (code: ActionCode): boolean => JSON.stringify(code.userProperties ?? []).includes('AfterCallWork');

/** What a CometD message of `/workspace/v3/*` means to the page; undefined when it means nothing. */
export function eventFromMessage(wire: unknown): Event | undefined {
  const message = wire as MessageWire;
  switch (message.messageType) {
    case 'WorkspaceInitializationComplete':
      if (message.state === 'Failed') return { kind: 'failed', why: 'initialization failed' };
      if (message.state !== 'Complete' || message.data === undefined) return undefined;
      return {
        kind: 'initialised',
        user: message.data.user,
        reasons: (message.data.configuration?.actionCodes ?? []).filter(code => code.type === 'NotReady' && !isAfterCallWork(code)),
        outgoing: outgoingFrom(message.data.configuration),
      };
    case 'DnStateChanged':
      return message.dn === undefined ? undefined : { kind: 'dn', dn: message.dn };
    case 'CallStateChanged':
      return message.call === undefined ? undefined : callEvent(message.call);
    case 'ChannelStateChanged':
      return channelsEvent(message);
    case 'InteractionStateChanged':
      return interactionEvent(message);
    case 'MessageLogUpdated':
      return linesEvent(message);
    case 'UcsMessage':
      return ucsEvent(message);
    case 'WorkbinsMessage':
      return workbinEvent(message);
    case 'ServiceStateChanged':
      if (message.serviceName !== 'VOICE' || message.serviceState === undefined) return undefined;
      return { kind: 'service', voice: message.serviceState };
    case 'EventError':
      return { kind: 'error-event', message: message.error?.errorMessage ?? 'error' };
    default:
      return undefined;
  }
}

function callEvent(wire: NonNullable<MessageWire['call']>): Event {
  const lost = (wire.extensions ?? []).some(pair => pair.key === 'ReleaseReason' && pair.value === 'site-lost');
  const call: Call = {
    ...wire,
    participants: wire.participants ?? [],
    capabilities: wire.capabilities ?? [],
    userData: wire.userData ?? [],
    lost,
  };
  return { kind: 'call', call, ...(wire.previousConnId === undefined ? {} : { previousConnId: wire.previousConnId }) };
}
