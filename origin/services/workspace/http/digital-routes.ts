import type { Context, Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import { activateMediaData } from '@handover/shared/api/workspace';
import { uuidv7 } from '@handover/shared/ids';
import { assertNever } from '@handover/shared/result';
import { addAttachment } from '../digital/operations/attachment-rows.ts';
import type { DigitalAnswer, DigitalJudge, DigitalOperation } from '../digital/operations/row.ts';
import { executeDigital } from '../digital/operations/run.ts';
import { digitalOperations } from '../digital/operations/table.ts';
import { mediaTypes } from '../digital/interaction.ts';
import { activateDigital } from '../digital/life.ts';
import type { ServiceParts } from '../parts.ts';
import type { AgentSession } from '../session/agent-session.ts';
import { bodyOf, errorAnswer, fieldError, parsedData, Refused } from './envelope.ts';
import type { Body } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';
import { fileBodyOf } from './form-body.ts';

/** The digital operations, each made from its row. */
export function mountDigital(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  for (const operation of [addAttachment, ...digitalOperations]) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(operation.method, [path], c => operate(c, operation, parts));
  }
  app.post('/media/activate', c => activateMedia(c, parts));
}

/** Logs an agent in for media only; one with a phone is already, by activate-channels. */
async function activateMedia(c: Context<WorkspaceEnv>, parts: ServiceParts): Promise<Response> {
  const body = await bodyOf(c);
  const { channels, placeName } = parsedData(activateMediaData, body.data);
  const session = c.get('session');
  const place = placeOf(session, placeName, parts);
  if (place === undefined)
    throw new AppError('request.invalid', { field: 'data.placeName', text: 'data.placeName: there is no such place' });
  if (!session.owned.current) throw new Refused('ownership.busy');
  if (!activateDigital(session, channels, place)) throw new AppError('media.unavailable');
  return c.json({ status: { code: 1 }, operationId: body.operationId ?? uuidv7() });
}

/** The place asked for, else where the phone is, else the person's own; of the same tenant. */
function placeOf(session: AgentSession, asked: string | null | undefined, { configuration }: ServiceParts): string | undefined {
  if (asked == null || asked === '') {
    const own = configuration.get('CfgPlace', session.person?.agentInfo?.placeDBID ?? -1);
    return session.state.channel?.place ?? own?.name;
  }
  const place = configuration.placeByName(asked);
  return place !== undefined && place.tenantDBID === session.person?.tenantDBID ? place.name : undefined;
}

async function operate(c: Context<WorkspaceEnv>, operation: DigitalOperation, parts: ServiceParts): Promise<Response> {
  const body = await readBody(c, operation);
  const operationId = body.operationId ?? uuidv7();
  const read = operation.read(body.data);
  if (!read.ok) return errorAnswer(c, fieldError(read.issues, 'data'), operationId);
  const session = c.get('session');
  const answer = await once(session, c, operation, read.judge, operationId);
  switch (answer.kind) {
    case 'accepted': {
      const { failed } = answer;
      // What went wrong is an event, and comes after the answer.
      if (failed !== undefined) parts.clock.after(0, () => tellFailure(session, c, operation, operationId, failed));
      return c.json({ status: { code: 1 }, operationId });
    }
    case 'data':
      return c.json({ status: { code: 0 }, operationId, data: answer.data });
    case 'file':
      return fileAnswer(c, answer);
    case 'field':
      return errorAnswer(
        c,
        new AppError('request.invalid', { field: answer.field, text: `${answer.field}: ${answer.message}` }),
        operationId,
      );
    case 'error': {
      const options = answer.field === undefined ? {} : { field: answer.field };
      const error = answer.refused === true ? new Refused(answer.code, options) : new AppError(answer.code, options);
      return errorAnswer(c, error, operationId);
    }
    default:
      return assertNever(answer);
  }
}

function readBody(c: Context<WorkspaceEnv>, operation: DigitalOperation): Body | Promise<Body> {
  if (operation.method === 'get') return { data: {}, rest: {}, operationId: undefined };
  return operation === addAttachment ? fileBodyOf(c) : bodyOf(c);
}

/** A file, never shown as a page of ours. */
const fileAnswer = (c: Context<WorkspaceEnv>, file: DigitalAnswer & { kind: 'file' }): Response =>
  c.body(file.content, 200, {
    'content-type': file.mime,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': 'sandbox',
  });

function tellFailure(
  session: AgentSession,
  c: Context<WorkspaceEnv>,
  operation: DigitalOperation,
  operationId: string,
  failed: { errorCode: string; errorMessage: string },
): void {
  const named = operation.mediaType ?? c.req.param('mediatype');
  const mediaType = mediaTypes.find(each => each === named);
  session.desk.tellError({ ...failed, mediaType, id: c.req.param('id') ?? c.req.param('interactionId') }, operationId);
}

/** The same request may arrive twice, when the edge did not hear our first answer: it is executed once and answered alike. */
function once(
  session: AgentSession,
  c: Context<WorkspaceEnv>,
  operation: DigitalOperation,
  judge: DigitalJudge,
  operationId: string,
): Promise<DigitalAnswer> {
  const { requestId, stampMs } = c.get('request');
  const params = c.req.param() as Record<string, string>;
  const name = [requestId, operation.name, ...Object.values(params)].join(' ');
  return session.remembered.once(name, () => executeDigital(session, operation, judge, { params, stampMs, operationId }), keeps);
}

/** What executed nothing is tried anew. */
const keeps = (answer: DigitalAnswer): boolean => answer.kind === 'accepted' || (answer.kind === 'error' && answer.refused !== true);
