import { channels } from '@handover/shared/api/workspace';
import type { VoiceMessageWire } from '@handover/shared/api/workspace';
import type { NotificationPolicy } from '../../contracts/notifications.ts';
import { contactServiceState, tellContactService } from './contacts/index.ts';
import { tellDigital, tellDigitalAgain } from './digital/snapshot.ts';
import { isEnded, originAllowed } from './http/guard.ts';
import type { ServiceParts } from './parts.ts';
import type { AgentSession } from './session/agent-session.ts';
import { tellInitialization } from './session/initialization.ts';
import { monitoringTold } from './session/monitoring.ts';
import type { Told } from './session/reduce.ts';
import { attachmentKey, fromAttachmentKey, webSessionFrom } from './session/web-session.ts';

/** Subscriptions stay inside the service. */
const prefix = '/workspace/v3/';

type HeaderValue = string | string[] | undefined;
const first = (value: HeaderValue): string | undefined => (Array.isArray(value) ? value[0] : value);
const joined = (value: HeaderValue): string | undefined => (Array.isArray(value) ? value.join(';') : value);

/** Whether a subscription, perhaps with a wildcard, covers the channel. */
function covers(subscription: string, channel: string): boolean {
  if (subscription === channel) return true;
  if (subscription.endsWith('/**')) return channel.startsWith(subscription.slice(0, -2));
  if (!subscription.endsWith('/*')) return false;
  const base = subscription.slice(0, -1);
  return channel.startsWith(base) && !channel.slice(base.length).includes('/');
}

/** What the service decides about its Bayeux clients: who they are, and what they are told when they subscribe. */
export function createPolicy(parts: ServiceParts): NotificationPolicy {
  const sessionOf = (key: string): { session: AgentSession; sid: string } | undefined => {
    const parsed = fromAttachmentKey(key);
    const session = parsed === undefined ? undefined : parts.sessions.get(parsed.key);
    return parsed === undefined || session === undefined ? undefined : { session, sid: parsed.sid };
  };
  return {
    async identify({ headers }) {
      if (!originAllowed(first(headers['origin']), parts.allowedOrigins)) return undefined;
      const web = await webSessionFrom(joined(headers['cookie']), parts.webSessions, parts.clock.now());
      if (web === undefined) return undefined;
      const key = { tenant: web.tenant, person: web.person };
      // The server has forwarded what belongs elsewhere before it asks.
      const owned = await parts.ownership.ensure(key, { stampMs: parts.clock.now(), excludedNodes: [] }, { fresh: true });
      if (!owned.ok) return undefined;
      const known = parts.sessions.get(key)?.attachments.get(web.sid) !== undefined;
      if ((!known && (await isEnded(web.sid, parts))) || !owned.value.current) return undefined;
      parts.sessions.under(owned.value).attachments.attach(web.sid, web.expiresAtMs, parts.clock.now());
      return attachmentKey(web, web.sid);
    },
    onAttach(key, clientId) {
      const found = sessionOf(key);
      found?.session.attachments.addClient(found.sid, clientId);
      found?.session.settleClient(clientId);
    },
    onSubscribed(key, clientId, subscription) {
      const session = sessionOf(key)?.session;
      if (session === undefined) return;
      if (covers(subscription, channels.initialization)) tellInitialization(session, clientId);
      if (covers(subscription, channels.voice)) tellVoice(session, clientId, parts);
      tellDigital(session.desk, clientId, channel => covers(subscription, channel));
      if (covers(subscription, channels.contacts) && contactServiceState(parts) === 'UNAVAILABLE') tellContactService([clientId], parts);
      session.settleClient(clientId);
    },
    maySubscribe: (_key, channel) => channel.startsWith(prefix),
    onMissed(key, clientId, events) {
      const session = sessionOf(key)?.session;
      if (session === undefined) return;
      tellVoice(session, clientId, parts);
      tellDigitalAgain(session.desk, clientId, events);
      if (events.some(isContactService)) tellContactService([clientId], parts);
      for (const event of events) {
        if (isTopicEvent(event)) {
          parts.hub.deliver([clientId], channels.topics, event);
          continue;
        }
        const again = toldAgain(event as VoiceMessageWire);
        if (again !== undefined) parts.hub.deliver([clientId], channels.voice, again);
      }
    },
    onDetach(key, clientId, _reason) {
      const session = sessionOf(key)?.session;
      session?.attachments.removeClient(clientId, parts.clock.now());
      session?.savePassport();
    },
  };
}

/** A user event of the voice channel carries user data instead. */
const isContactService = (event: unknown): boolean => (event as { serviceName?: unknown } | null)?.serviceName === 'UCS';
const isTopicEvent = (event: unknown): boolean => typeof event === 'object' && event !== null && 'eventContent' in event;

/** What the current state does not say: the end of a call, an error, a user event. A call's end is told as a part of the snapshot; clients may know of it. */
function toldAgain(event: VoiceMessageWire): VoiceMessageWire | undefined {
  switch (event.messageType) {
    case 'CallStateChanged':
      return event.call.state === 'Completed' ? { ...event, notificationType: 'CallRecovered' } : undefined;
    case 'EventError':
      // The Interaction Server's errors have words for codes; they are not of this channel.
      return typeof event.error.errorCode === 'number' ? event : undefined;
    case 'MonitoringStateChanged':
      // With a medium it is of that medium's channel.
      return 'mediatype' in event ? undefined : event;
    case 'EventUserEvent':
      return event;
    case 'DnStateChanged':
    case 'ServiceStateChanged':
      return undefined;
  }
}

/** The current state, for whoever subscribes late or again. */
function tellVoice(session: AgentSession, clientId: string, parts: ServiceParts): void {
  const { channel, calls } = session.state;
  if (channel === undefined || session.opening) return;
  const told: Told[] = [{ kind: 'dn', channel }];
  for (const call of calls.values()) told.push({ kind: 'call', call, notification: 'CallRecovered' });
  told.push(...monitoringTold(session.state.monitoring));
  session.tell(told, undefined, [clientId]);
  if (session.serviceState === 'UNAVAILABLE') parts.hub.deliver([clientId], channels.voice, session.serviceMessage());
}
