import type { Answer } from './answer.ts';
import type { CustomerVisit } from './protocol.ts';
import type { Visited, World } from './world.ts';

type Body = Readonly<Record<string, unknown>>;

const invalid = (field: string): Answer => ({ status: 400, body: { error: { code: 'invalid', field } } });
const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.length > 0 && value.length <= max;
const mediaTypes = ['chat', 'email', 'workitem'] as const;

/** What customers do in writing: `/chats`, `/interactions`, and in a chat `/chats/say` and `/chats/leave`. Undefined for other routes. */
export async function answerCustomers(world: World, route: string, read: () => Promise<Body | undefined>): Promise<Answer | undefined> {
  if (route === 'POST /chats') return comes(world, { ...(await read()), mediaType: 'chat' });
  if (route === 'POST /interactions') return comes(world, (await read()) ?? {});
  if (route !== 'POST /chats/say' && route !== 'POST /chats/leave') return undefined;
  const { interactionId, text } = (await read()) ?? {};
  if (!isText(interactionId, 64)) return invalid('interactionId');
  if (route === 'POST /chats/leave') return answerFrom(await world.actInChat(interactionId, undefined));
  if (!isText(text, 4_096)) return invalid('text');
  return answerFrom(await world.actInChat(interactionId, text));
}

function answerFrom(result: Visited): Answer {
  if ('interactionId' in result) return { status: 200, body: result };
  const status = result.error === 'refused' ? 422 : 503;
  return { status, body: { error: { code: result.error, ...(result.detail === undefined ? {} : { detail: result.detail }) } } };
}

async function comes(world: World, body: Body): Promise<Answer> {
  const { queue, subject, text, agent, nickname = 'Customer' } = body;
  const mediaType = mediaTypes.find(known => known === body['mediaType']);
  if (mediaType === undefined) return invalid('mediaType');
  if (!isText(queue, 255)) return invalid('queue');
  if (!isText(nickname, 64)) return invalid('nickname');
  if (!isText(text, 4_096)) return invalid('text');
  if (subject !== undefined && !isText(subject, 255)) return invalid('subject');
  if (agent !== undefined && !isText(agent, 80)) return invalid('agent');
  const visit: CustomerVisit = {
    mediaType,
    queue,
    nickname,
    text,
    ...(subject === undefined ? {} : { subject }),
    ...(agent === undefined ? {} : { agent }),
  };
  return answerFrom(await world.visit(visit));
}
