import type { CfgEvent, CfgRequest } from '@handover/shared/genesys';
import type { Handshake, ServerRole, ServiceNews, WireMessage } from '../link/index.ts';

export interface ConfigurationServerInfo {
  readonly serverName: string;
  /** The master of the environment; a replica of another region serves reads and passwords. */
  readonly isMaster: boolean;
  readonly role: ServerRole;
}

/** Registers as a client, at the primary as at the backup. */
export function configurationHandshake(applicationName: string): Handshake<ConfigurationServerInfo> {
  return {
    request: (referenceID): CfgRequest => ({ messageName: 'RequestRegisterClient', referenceID, applicationName }),
    read(message) {
      const event = eventFrom(message);
      if (event.messageName === 'EventError') return { kind: 'refused', why: `refused: ${event.errorCode}` };
      if (event.messageName !== 'EventClientRegistered') return { kind: 'more' };
      return { kind: 'up', info: { serverName: event.serverName, isMaster: event.isMaster, role: event.serverRole } };
    },
  };
}

/** Registers as a client of the master only; replicas and backups are left for the next address. */
export function masterHandshake(applicationName: string): Handshake<ConfigurationServerInfo> {
  const plain = configurationHandshake(applicationName);
  return {
    request: reference => plain.request(reference),
    read(message) {
      const step = plain.read(message);
      if (step.kind !== 'up') return step;
      if (step.info.role === 'Backup') return { kind: 'refused', why: 'is the backup' };
      return step.info.isMaster ? step : { kind: 'refused', why: 'is not the master' };
    },
  };
}

/** A server says that its role is another one now. */
export function newsFrom(message: WireMessage): ServiceNews | undefined {
  const event = eventFrom(message);
  return event.messageName === 'EventPrimaryChanged' ? { role: event.serverRole } : undefined;
}

/** The driver has checked that it is a message; its attributes are the server's word. */
export const eventFrom = (message: WireMessage): CfgEvent => message as unknown as CfgEvent;
