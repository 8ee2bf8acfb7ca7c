import { AppError } from '@handover/shared/errors';
import type { IxnEvent } from '@handover/shared/genesys';
import type { InteractionCommand, InteractionRefusal, InteractionServer, InteractionServers } from '../../contracts/interaction.ts';
import type { Ticket } from './tickets.ts';

const deadlineMs = 3_000;

/** The own region's server, or, while it is away, one that is there. */
export function serverForNew(servers: InteractionServers): InteractionServer {
  const local = servers.local();
  const found = [...(local === undefined ? [] : [local]), ...servers.all()].find(server => server.state === 'up');
  if (found === undefined) throw new AppError('media.unavailable');
  return found;
}

export function serverOf(servers: InteractionServers, { location }: Ticket): InteractionServer {
  const server = servers.at(location);
  if (server === undefined) throw new AppError('media.unavailable', { detail: `no Interaction Server at ${location}` });
  return server;
}

/** The answer, or the error that a customer hears. `read`: asking again does no harm. */
export async function ask(server: InteractionServer, command: InteractionCommand, read = false): Promise<IxnEvent> {
  const answer = await server.request(command, { deadlineMs });
  if (answer.ok) return answer.value;
  throw errorOf(answer.reason, read);
}

function errorOf(refusal: InteractionRefusal, read: boolean): AppError {
  switch (refusal.kind) {
    case 'unavailable':
    case 'fenced':
      return new AppError('media.unavailable');
    case 'unknown':
      return new AppError(read ? 'media.timeout' : 'outcome.unknown');
    case 'error':
      break;
  }
  switch (refusal.errorCode) {
    case 'unknown-interaction':
    case 'no-such-chat':
      return new AppError('interaction.unknown', { text: 'There is no such chat.' });
    case 'chat-closed':
      return new AppError('session.conflict', { text: 'The chat is closed.' });
    case 'unknown-queue':
      return new AppError('request.invalid', { field: 'queue', text: 'queue: there is no such queue' });
    case 'too-many':
      return new AppError('auth.throttled', { text: 'A limit of the chat is reached.' });
    default:
      return new AppError('media.unavailable', { detail: `${refusal.errorCode}: ${refusal.errorMessage}` });
  }
}
