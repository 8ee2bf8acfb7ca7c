import type { Core } from '../core.ts';
import { isClientId, type BayeuxMessage } from '../protocol/message.ts';
import { Session, type Exchange } from '../session/session.ts';
import { askHook } from './ask.ts';

/**
 * Asks the application about a session that is not here. The answer may be the session, adopted meanwhile; or that the
 * request has been answered by other means.
 */
export async function findUnknownSession(
  core: Core,
  exchange: Exchange,
  message: BayeuxMessage,
): Promise<Session | 'responded' | undefined> {
  const { clientId } = message;
  const { onUnknownSession } = core.options;
  if (onUnknownSession === undefined || !isClientId(clientId) || core.sessions.hasLeft(clientId)) return undefined;
  if (core.unknownWaits >= core.options.maxUnknownSessionWaits) {
    core.refused('too_many_waiting', { clientId });
    exchange.refuse(503);
    return 'responded';
  }
  const context = {
    clientId,
    request: exchange.request,
    channel: typeof message.channel === 'string' ? message.channel.slice(0, 256) : '',
    transport: exchange.transport,
    browserId: exchange.browserId,
  };
  core.unknownWaits++;
  const hook = await askHook(core, 'onUnknownSession', () => onUnknownSession(context), core.options.unknownSessionTimeout).finally(() => {
    core.unknownWaits--;
  });
  const answer = hook?.answer;
  if (answer instanceof Session) return answer.removed || answer.id !== clientId ? undefined : answer;
  if (answer !== undefined && exchange.response !== undefined) {
    respond(core, exchange, answer.respond);
    return 'responded';
  }
  // Another request may have brought the session here while this one waited.
  return core.sessions.get(clientId);
}

function respond(core: Core, exchange: Exchange, write: (response: NonNullable<Exchange['response']>) => void): void {
  if (exchange.response === undefined || exchange.response.headersSent) return;
  try {
    write(exchange.response);
  } catch (error) {
    core.fault(error, 'onUnknownSession');
    exchange.refuse(500);
  }
}
