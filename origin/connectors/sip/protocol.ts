import { kvInt, kvNested, kvStr, type KvList, type TlibEvent, type TlibEventName, type TlibRequest } from '@handover/shared/genesys';
import type { VoiceCommand } from '../../contracts/voice.ts';
import type { Handshake, ServerRole, ServiceNews, WireMessage } from '../link/index.ts';

/** What a SIP Server says of itself when we register as its client. */
export interface SipServerInfo {
  readonly role: ServerRole;
  readonly keepsAgentsOnDisconnect: boolean | undefined;
  readonly switchName: string | undefined;
}

/** Registers as a client; the server answers EventServerInfo, perhaps after EventLinkConnected. */
export function tlibHandshake(applicationName: string): Handshake<SipServerInfo> {
  return {
    request: (referenceID): TlibRequest => ({ messageName: 'RequestRegisterClient', referenceID, applicationName }),
    read(message) {
      const event = eventFrom(message);
      if (event.messageName === 'EventError') return { kind: 'refused', why: `refused with ${event.errorCode ?? 'no'} code` };
      if (event.messageName !== 'EventServerInfo') return { kind: 'more' };
      return {
        kind: 'up',
        info: {
          role: event.serverRole ?? 'Primary',
          keepsAgentsOnDisconnect: event.keepsAgentsOnDisconnect,
          switchName: event.switchName,
        },
      };
    },
  };
}

/** What an event says about the server rather than about a DN. */
export function tlibNewsFrom(message: WireMessage): ServiceNews | undefined {
  const event = eventFrom(message);
  switch (event.messageName) {
    case 'EventPrimaryChanged':
    case 'EventServerInfo':
      return event.serverRole === undefined ? undefined : { role: event.serverRole };
    case 'EventLinkDisconnected':
      return { inService: false };
    case 'EventLinkConnected':
      return { inService: true };
    default:
      return undefined;
  }
}

/** The driver has checked that it is a message; its attributes are the server's word. */
export const eventFrom = (message: WireMessage): TlibEvent => message as TlibEvent & { messageName: TlibEventName };

/** The command as it goes out: the sender's node, and the epoch it acts under when it acts for an owner, under `handover` in the extensions. */
export function signedRequest(command: VoiceCommand, referenceID: number, node: string, epoch: number | undefined): TlibRequest {
  const signature: KvList = epoch === undefined ? [kvStr('node', node)] : [kvStr('node', node), kvInt('epoch', epoch)];
  const others = (command.extensions ?? []).filter(pair => pair.key !== 'handover');
  return { ...command, referenceID, extensions: [...others, kvNested('handover', signature)] };
}
