import type { Context, Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import type { TokenSession } from '../../../contracts/identity.ts';
import type { WebSession } from '../../../contracts/workspace.ts';
import type { ServiceParts } from '../parts.ts';
import { bodyOf } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';
import { refusedToken } from './session-routes.ts';

export const tokenSession = ({ sid, tenant, person, issuedAtMs, expiresAtMs }: WebSession): TokenSession => ({
  sid,
  tenant,
  userName: person,
  issuedAtMs,
  expiresAtMs,
});

/** Tokens for pages that have the session's cookie alone. */
export function mountSecurity(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  const exchange = async (c: Context<WorkspaceEnv>): Promise<Response> => {
    // Nothing in it is needed; what is no JSON is refused as everywhere.
    const { operationId } = await bodyOf(c);
    const issued = await parts.sessionTokens.issue(tokenSession(c.get('webSession')));
    if (!issued.ok) throw refusedToken(issued.reason);
    const { accessToken, expiresInS } = issued.value;
    c.get('attachment').tokenUntilMs = parts.clock.now() + expiresInS * 1_000;
    const data = { access_token: accessToken, token_type: 'bearer', expires_in: expiresInS };
    return c.json({ status: { code: 0 }, data, ...(operationId === undefined ? {} : { operationId }) });
  };
  app.get('/security/exchange-token', exchange);
  app.post('/security/exchange-token', exchange);
  app.on(['GET', 'POST'], ['/security/pure-cloud-token'], () => {
    throw new AppError('request.not-found', { text: 'No Genesys Cloud organisation is connected.' });
  });
}
