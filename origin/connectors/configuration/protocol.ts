import type { CfgEvent, CfgRequest } from '@handover/shared/genesys';
import type { Handshake, WireMessage } from '../link/index.ts';

export interface ConfigurationServerInfo {
  readonly serverName: string;
  /** The master of the environment; a replica of another region serves reads and passwords. */
  readonly isMaster: boolean;
}

/** Registers as a client; a backup is left for the next address. */
export function configurationHandshake(applicationName: string): Handshake<ConfigurationServerInfo> {
  return {
    request: (referenceID): CfgRequest => ({ messageName: 'RequestRegisterClient', referenceID, applicationName }),
    read(message) {
      const event = eventFrom(message);
      if (event.messageName === 'EventError') return { kind: 'refused', why: `refused: ${event.errorCode}` };
      if (event.messageName !== 'EventClientRegistered') return { kind: 'more' };
      if (event.serverRole === 'Backup') return { kind: 'refused', why: 'is the backup' };
      return { kind: 'up', info: { serverName: event.serverName, isMaster: event.isMaster } };
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
      return step.kind === 'up' && !step.info.isMaster ? { kind: 'refused', why: 'is not the master' } : step;
    },
  };
}

/** The driver has checked that it is a message; its attributes are the server's word. */
export const eventFrom = (message: WireMessage): CfgEvent => message as unknown as CfgEvent;
