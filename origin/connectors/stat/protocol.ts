import type { StatEvent, StatRequest } from '@handover/shared/genesys';
import type { StatisticRefusal, WantedStatistic } from '../../contracts/statistics.ts';
import type { Handshake, ServerRole, ServiceNews, WireMessage } from '../link/index.ts';

/** The driver has checked that it is a message; its attributes are the server's word. */
export const statEventFrom = (message: WireMessage): StatEvent => message as unknown as StatEvent;

export function statHandshake(applicationName: string): Handshake<{ role: ServerRole }> {
  return {
    request: (referenceID): StatRequest => ({ messageName: 'RequestRegisterClient', referenceID, applicationName }),
    read(message) {
      const event = statEventFrom(message);
      if (event.messageName === 'EventError') return { kind: 'refused', why: `refused: ${event.errorCode}` };
      return event.messageName === 'EventRegistered' ? { kind: 'up', info: { role: event.serverRole } } : { kind: 'more' };
    },
  };
}

export function statNewsFrom(message: WireMessage): ServiceNews | undefined {
  const event = statEventFrom(message);
  return event.messageName === 'EventServerMode' ? { role: event.serverRole } : undefined;
}

export const aboutFrom = ({ tenantName, objectId, objectType, statType, definition }: WantedStatistic) => ({
  object: { objectId, objectType, tenantName },
  ...(statType === undefined ? {} : { statType }),
  ...(definition === undefined ? {} : { definition }),
});

export function refusalFrom(error: Extract<StatEvent, { messageName: 'EventError' }>): StatisticRefusal {
  const text = error.errorMessage;
  switch (error.errorCode) {
    case 'ObjectNotFound':
      return { kind: 'invalid', attribute: 'objectId', text: 'there is no such object' };
    case 'UnknownStatType':
      return { kind: 'invalid', attribute: 'name', text: 'there is no such statistic for objects of this type' };
    case 'InvalidDefinition':
      // The server's words are not for clients, but the attribute it names is.
      return {
        kind: 'invalid',
        attribute: 'definition',
        text: /^definition[.A-Za-z]{0,40}$/.test(text) ? `${text} is not valid` : 'is not valid',
      };
    case 'NoProfile':
      return { kind: 'invalid', attribute: 'definition', text: 'definition.timeProfile is not for objects of this type' };
    case 'TooMany':
      return { kind: 'too-many' };
    case 'NotRegistered':
    case 'NotPrimary':
      return { kind: 'unavailable' };
  }
}
