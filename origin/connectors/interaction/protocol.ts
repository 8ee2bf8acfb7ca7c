import { kvInt, kvNested, kvStr, type IxnEvent, type IxnRequest, type KvList } from '@handover/shared/genesys';
import type { InteractionCommand } from '../../contracts/interaction.ts';
import type { Handshake, ServerRole, ServiceNews, WireMessage } from '../link/index.ts';

/** The driver has checked that it is a message; its attributes are the server's word. */
export const ixnEventFrom = (message: WireMessage): IxnEvent => message as unknown as IxnEvent;

const signature = (node: string, epoch?: number): KvList => [
  kvNested('handover', epoch === undefined ? [kvStr('node', node)] : [kvStr('node', node), kvInt('epoch', epoch)]),
];

/** Registers as the application of this node's agents: the node is how the server knows the client again on another connection. */
export function ixnHandshake(applicationName: string, node: string): Handshake<{ role: ServerRole }> {
  return {
    request: (referenceID): IxnRequest => ({
      messageName: 'RequestRegisterClient',
      referenceID,
      applicationName,
      clientType: 'AgentApplication',
      extensions: signature(node),
    }),
    read(message) {
      const event = ixnEventFrom(message);
      if (event.messageName === 'EventError') return { kind: 'refused', why: `refused: ${event.errorCode}` };
      return event.messageName === 'EventServerInfo' ? { kind: 'up', info: { role: event.serverRole } } : { kind: 'more' };
    },
  };
}

export function ixnNewsFrom(message: WireMessage): ServiceNews | undefined {
  const event = ixnEventFrom(message);
  return event.messageName === 'EventPrimaryChanged' || event.messageName === 'EventServerInfo' ? { role: event.serverRole } : undefined;
}

/** The command as it goes out: the sender's node, and the epoch it acts under, under `handover` in the extensions. */
export function signedCommand(command: InteractionCommand, referenceID: number, node: string, epoch: number | undefined): IxnRequest {
  const others = (command.extensions ?? []).filter(pair => pair.key !== 'handover');
  return { ...command, referenceID, extensions: [...others, ...signature(node, epoch)] };
}
