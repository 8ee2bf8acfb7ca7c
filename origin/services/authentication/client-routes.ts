import { AppError } from '@handover/shared/errors';
import { etagOf, expectedVersion, paged, pageFrom, type ExpectedVersion } from '@handover/shared/versions';
import type { Hono } from 'hono';
import type { AuditEntry, OAuthClient, OAuthClients } from '../../contracts/stores.ts';
import type { ClientDirectory } from './client-directory.ts';
import { clientBody, clientFromWire, wireFromClient, type ClientWire } from './client-wire.ts';
import { addressOf } from './exchange.ts';
import type { OperatorGate } from './operator.ts';
import { hashSecret } from './secrets.ts';
import { done, jsonBody, requestIdOf, type AppContext, type AppEnvironment } from './wire.ts';

export interface ClientRouteParts {
  clients: OAuthClients;
  directory: ClientDirectory;
  operators: OperatorGate;
}

/** OAuth clients, for operators. Every change is audited in its own transaction. */
export function addClientRoutes(app: Hono<AppEnvironment>, parts: ClientRouteParts): void {
  const { clients, directory } = parts;
  const operator = (c: AppContext): Promise<string> => parts.operators.require(c.req.header('authorization'), addressOf(c.env.incoming));
  const answer = (c: AppContext, client: OAuthClient, operationId?: string): Response => {
    c.header('etag', etagOf(client.version));
    return c.json({ ...done(operationId), path: `/ops/clients/${client.clientId}`, data: wireFromClient(client) });
  };

  app.get('/ops/clients', async c => {
    await operator(c);
    const page = pageFrom(name => c.req.query(name));
    const all = await upToDate(from => clients.list(from));
    return c.json({ ...done(), data: { clients: paged(all, page).map(wireFromClient), totalCount: all.length } });
  });
  app.post('/ops/clients', async c => {
    const actor = await operator(c);
    const { data, operationId } = await jsonBody(c, clientBody);
    if (data.clientType === 'CONFIDENTIAL' && data.client_secret === undefined)
      throw new AppError('request.invalid', { field: 'data.client_secret', text: 'A confidential client needs a secret.' });
    const secretHash = data.client_secret === undefined ? undefined : await hashSecret(data.client_secret);
    const created = await clients.create(clientFromWire(data, secretHash, 1), entry(c, actor, 'client.create', data));
    if (!created.ok) throw new AppError('session.conflict', { field: 'data.client_id', text: 'There is a client of this id.' });
    directory.forget(data.client_id);
    return answer(c, created.value, operationId);
  });
  app.get('/ops/clients/:clientId', async c => {
    await operator(c);
    return answer(c, await existing(clients, c.req.param('clientId')));
  });
  app.put('/ops/clients/:clientId', async c => {
    const actor = await operator(c);
    const { data, operationId } = await jsonBody(c, clientBody);
    if (data.client_id !== c.req.param('clientId'))
      throw new AppError('request.invalid', { field: 'data.client_id', text: 'The client id cannot be changed.' });
    const expected = expectedVersion(c.req.header('if-match'), data.version);
    const before = await existing(clients, data.client_id);
    if (expected !== undefined && expected.version !== before.version) throw expected.outdated();
    const secretHash = await secretAfter(before, data);
    const after = clientFromWire(data, secretHash, before.version);
    const updated = await clients.update(after, entry(c, actor, 'client.update', data));
    directory.forget(data.client_id);
    if (updated.ok) return answer(c, updated.value, operationId);
    if (updated.reason === 'missing') throw new AppError('request.not-found');
    throw changed(expected);
  });
  app.delete('/ops/clients/:clientId', async c => {
    const actor = await operator(c);
    const clientId = c.req.param('clientId');
    const expected = expectedVersion(c.req.header('if-match'), undefined);
    const audit = { actor, action: 'client.remove', subject: clientId, detail: {}, requestId: requestIdOf(c) };
    const removed = await clients.remove(clientId, audit, expected?.version);
    directory.forget(clientId);
    if (!removed.ok) throw removed.reason === 'version' ? changed(expected) : new AppError('request.not-found');
    return c.json(done());
  });
}

const changed = (expected: ExpectedVersion | undefined): AppError =>
  expected?.outdated() ?? new AppError('session.conflict', { field: 'data.version', text: 'The client was changed meanwhile.' });

/** A confidential client keeps its secret when none is given. */
async function secretAfter(before: OAuthClient, wire: ClientWire): Promise<string | undefined> {
  if (wire.clientType === 'PUBLIC') return undefined;
  if (wire.client_secret !== undefined) return hashSecret(wire.client_secret);
  if (before.secretHash === undefined)
    throw new AppError('request.invalid', { field: 'data.client_secret', text: 'A confidential client needs a secret.' });
  return before.secretHash;
}

async function existing(clients: OAuthClients, clientId: string): Promise<OAuthClient> {
  const client = await upToDate(from => clients.find(clientId, from));
  if (client === undefined) throw new AppError('request.not-found');
  return client;
}

/** Operators read what they wrote a moment ago: from the primary; without one, what there is. */
async function upToDate<T>(read: (from: 'primary' | 'local') => Promise<T>): Promise<T> {
  try {
    return await read('primary');
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('store.')) return read('local');
    throw error;
  }
}

const entry = (c: AppContext, actor: string, action: string, wire: ClientWire): AuditEntry => ({
  actor,
  action,
  subject: wire.client_id,
  detail: {
    clientType: wire.clientType,
    internalClient: wire.internalClient,
    grantTypes: wire.authorizedGrantTypes,
    redirectUris: wire.redirectURIs,
    secretChanged: wire.client_secret !== undefined,
  },
  requestId: requestIdOf(c),
});
