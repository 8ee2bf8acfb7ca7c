import type { Context, Hono } from 'hono';
import { channels } from '@handover/shared/api/workspace';
import { AppError } from '@handover/shared/errors';
import { uuidv7 } from '@handover/shared/ids';
import { ucsOperations, type UcsAt, type UcsOperation, type UcsOutcome } from '../contacts/index.ts';
import type { ServiceParts } from '../parts.ts';
import { bodyOf, parsedData } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

/** Contacts and standard responses: the answer says that the request was taken, an event on the contacts channel brings what was asked for. */
export function mountContacts(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  for (const operation of ucsOperations) app.post(operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), c => operate(c, operation, parts));
  app.get('/ucs/responses/:id/attachments/:documentId', c => attachment(c, parts));
}

function atOf(c: Context<WorkspaceEnv>, { contacts: server }: ServiceParts): UcsAt {
  if (server === undefined) throw new AppError('contact.unavailable');
  const session = c.get('session');
  return { session, server, tenant: session.key.tenant, person: session.key.person, params: c.req.param() };
}

async function operate(c: Context<WorkspaceEnv>, operation: UcsOperation, parts: ServiceParts): Promise<Response> {
  const body = await bodyOf(c);
  const data = parsedData(operation.data, body.data);
  const at = atOf(c, parts);
  const outcome = await operation.run(at, data);
  if (outcome.kind === 'field')
    throw new AppError('request.invalid', { field: outcome.field, text: `${outcome.field}: ${outcome.message}` });
  const operationId = body.operationId ?? uuidv7();
  // The event comes after the answer.
  parts.clock.after(0, () => tell(at, outcome, operationId, parts));
  return c.json({ status: { code: 1 }, operationId });
}

function tell({ session }: UcsAt, outcome: Exclude<UcsOutcome, { kind: 'field' }>, operationId: string, parts: ServiceParts): void {
  const message =
    outcome.kind === 'event'
      ? { messageType: 'UcsMessage', ...outcome.payload, name: outcome.name, operationId }
      : {
          messageType: 'UcsMessage',
          name: 'EventError',
          operationId,
          error: { errorCode: outcome.errorCode, errorMessage: outcome.errorMessage },
        };
  parts.hub.deliver([...session.attachments.clients()], channels.contacts, message);
}

async function attachment(c: Context<WorkspaceEnv>, parts: ServiceParts): Promise<Response> {
  const { server, tenant, params } = atOf(c, parts);
  const file = await server.responses.attachment(tenant, params['id'] ?? '', params['documentId'] ?? '');
  if (file === undefined) throw new AppError('request.not-found');
  // Never shown inside a page of ours, whatever it holds.
  return c.body(Uint8Array.from(file.content), 200, {
    'content-type': file.mimeType,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'x-content-type-options': 'nosniff',
  });
}
