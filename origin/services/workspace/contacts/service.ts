import { channels, type ServiceStateChangedWire } from '@handover/shared/api/workspace';
import type { ServiceParts } from '../parts.ts';

type Parts = Pick<ServiceParts, 'contacts' | 'hub'>;

/** Whether contacts can be had; undefined where nobody watches over who keeps them. */
export function contactServiceState({ contacts }: Pick<ServiceParts, 'contacts'>): ServiceStateChangedWire['serviceState'] | undefined {
  if (contacts?.service === undefined) return undefined;
  return contacts.service.state === 'up' ? 'AVAILABLE' : 'UNAVAILABLE';
}

/** Tells these clients how it stands. */
export function tellContactService(clients: Iterable<string>, parts: Parts): void {
  const serviceState = contactServiceState(parts);
  if (serviceState === undefined) return;
  const message: ServiceStateChangedWire = { messageType: 'ServiceStateChanged', serviceName: 'UCS', serviceState };
  parts.hub.deliver([...clients], channels.contacts, message);
}

/** Everybody is told of a loss and of its end. Answers how to stop. */
export function watchContactService(parts: Parts & Pick<ServiceParts, 'sessions'>): () => void {
  const tellAll = (): void => {
    for (const session of parts.sessions.all()) tellContactService(session.attachments.clients(), parts);
  };
  return parts.contacts?.service?.onChange(tellAll) ?? (() => undefined);
}
