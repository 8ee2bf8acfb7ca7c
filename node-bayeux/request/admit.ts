import type { Core } from '../core.ts';
import { isClientId, type BayeuxMessage } from '../protocol/message.ts';
import { hashOfBrowserId, type Exchange, type Session } from '../session/session.ts';

/** Whether the exchange's client may use the session. */
export type Admission = 'admitted' | 'session_unknown' | 'browser_cookie_missing';

/** The session that a message names, whoever sent it. */
export function namedSession(core: Core, message: BayeuxMessage): Session | undefined {
  const { clientId } = message;
  return isClientId(clientId) ? core.sessions.get(clientId) : undefined;
}

/**
 * Whether the client may use the session: it has the cookie that the session was given, or it is on the connection that
 * handshook, or nobody has to. The clientId alone proves nothing when the session is bound to a browser.
 */
export function admit(core: Core, exchange: Exchange, session: Session): Admission {
  if (exchange.isBoundTo(session)) return 'admitted';
  if (exchange.transport === 'websocket' && core.options.wsRequireHandshakePerConnection) return 'session_unknown';
  const { browserId } = exchange;
  if (session.browserId === undefined && session.browserHash === undefined) return 'admitted';
  if (browserId !== undefined) {
    if (ownsSession(session, browserId)) {
      session.cookieSeen = true;
      return 'admitted';
    }
    return core.options.trustClientSession ? 'admitted' : 'session_unknown';
  }
  const trusted = core.options.trustClientSession || (exchange.transport === 'websocket' && core.options.wsTrustClientSession);
  return trusted ? 'admitted' : 'browser_cookie_missing';
}

function ownsSession(session: Session, browserId: string): boolean {
  if (session.browserId !== undefined) return session.browserId === browserId;
  if (session.browserHash !== hashOfBrowserId(browserId)) return false;
  // An adopted session knows only the hash; once the cookie has been seen, comparing is cheap.
  session.browserId = browserId;
  return true;
}
