import type { Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import { channels, publishData } from '@handover/shared/api/workspace';
import type { TopicEventWire } from '@handover/shared/api/workspace';
import { uuidv7 } from '@handover/shared/ids';
import type { ServiceParts } from '../parts.ts';
import type { AgentSession } from '../session/agent-session.ts';
import { bodyOf, parsedData } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

/** What a desktop says to the other desktops of its agent, by the topic `<contact centre>@<place>` of where the agent works. */
export function mountTopics(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  app.post('/media/topics/:topic/publish', async c => {
    const body = await bodyOf(c);
    const session = c.get('session');
    const { eventContent } = parsedData(publishData, body.data);
    const topic = c.req.param('topic');
    if (!topicsOf(session, parts).includes(topic))
      throw new AppError('request.invalid', { field: 'topic', text: 'topic: must be <contact centre>@<place> of where you work' });
    const operationId = body.operationId ?? uuidv7();
    const message: TopicEventWire = { messageType: 'EventUserEvent', topic, eventContent, operationId };
    await session.remembered.once(`${c.get('request').requestId} publish`, () => Promise.resolve(told(session, message, parts)), Boolean);
    return c.json({ status: { code: 1 }, operationId });
  });
}

/** Events come after the answer. */
function told(session: AgentSession, message: TopicEventWire, { clock, hub }: ServiceParts): true {
  clock.after(0, () => {
    if (session.alive) hub.deliver(session.attachments.clients(), channels.topics, message);
  });
  return true;
}

/** By the contact centre's short name, and as the Configuration Server names the tenant; the place of the phone, or of the media. */
function topicsOf(session: AgentSession, { configuration }: ServiceParts): string[] {
  const { state, desk, person, key } = session;
  const tenants = [key.tenant, configuration.get('CfgTenant', person?.tenantDBID ?? -1)?.name];
  const places = [state.channel?.place, desk.seat?.placeName];
  return tenants.flatMap(tenant => places.flatMap(place => (tenant === undefined || place === undefined ? [] : [`${tenant}@${place}`])));
}
