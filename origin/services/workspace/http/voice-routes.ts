import type { Context, Hono } from 'hono';
import { activateChannelsData } from '@handover/shared/api/workspace';
import { AppError } from '@handover/shared/errors';
import { uuidv7 } from '@handover/shared/ids';
import { assertNever } from '@handover/shared/result';
import type { AgentSession } from '../session/agent-session.ts';
import type { Judge, Operation } from '../operations/row.ts';
import { execute } from '../operations/run.ts';
import type { Answer } from '../operations/run.ts';
import { voiceOperations } from '../operations/table.ts';
import type { ServiceParts } from '../parts.ts';
import { callWire } from '../session/wire.ts';
import { deactivate } from '../voice/deactivate.ts';
import { activateVoice } from './session-routes.ts';
import { bodyOf, errorAnswer, fieldError, parsedData, Refused } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

/** The voice operations, each made from its row. */
export function mountVoice(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  for (const operation of voiceOperations) app.post(operation.path.replace('{id}', ':id'), c => operate(c, operation, parts));
  app.post('/voice/activate', async c => {
    const body = await bodyOf(c);
    const data = parsedData(activateChannelsData, body.data);
    await activateVoice(c, data);
    return c.json({ status: { code: 1 }, operationId: body.operationId ?? uuidv7() });
  });
  app.post('/voice/deactivate', async c => {
    const operationId = (await bodyOf(c)).operationId ?? uuidv7();
    const session = c.get('session');
    const turn = session.run(() => deactivate(session, { stampMs: c.get('request').stampMs, operationId }));
    if (turn === undefined) throw new Refused('ownership.busy');
    const outcome = await turn;
    if (outcome?.kind === 'refused') throw new Refused(outcome.code);
    if (outcome?.kind === 'unknown') throw new AppError('voice.timeout');
    if (outcome?.kind === 'error') parts.clock.after(0, () => session.tell([outcome], operationId));
    return c.json({ status: { code: 1 }, operationId });
  });
  app.get('/voice/calls', c => {
    const session = c.get('session');
    const calls = [...session.state.calls.values()].map(call => callWire(call, session.wireContext));
    return c.json({ status: { code: 0 }, data: { calls } });
  });
}

async function operate(c: Context<WorkspaceEnv>, operation: Operation, parts: ServiceParts): Promise<Response> {
  const body = await bodyOf(c);
  const operationId = body.operationId ?? uuidv7();
  const outside = Object.fromEntries(
    operation.outside.filter(field => body.rest[field] !== undefined).map(field => [field, body.rest[field]]),
  );
  const read = operation.read({ ...outside, ...body.data });
  if (!read.ok) return errorAnswer(c, fieldError(read.issues, 'data'), operationId);
  const session = c.get('session');
  const answer = await once(session, c, operation, read.judge, operationId);
  switch (answer.kind) {
    case 'accepted': {
      const { after } = answer;
      // What went wrong is an event, and comes after the answer.
      if (after !== undefined) parts.clock.after(0, () => session.tell([after], operationId));
      return c.json({ status: { code: 1 }, operationId });
    }
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

/** The same request may arrive twice, when the edge did not hear our first answer: it is executed once and answered alike. */
function once(session: AgentSession, c: Context<WorkspaceEnv>, operation: Operation, judge: Judge, operationId: string): Promise<Answer> {
  const { requestId, stampMs } = c.get('request');
  const callId = c.req.param('id');
  const name = [requestId, operation.name, callId ?? ''].join(' ');
  return session.remembered.once(name, () => execute(session, operation, judge, { callId, stampMs, operationId }), keeps);
}

/** What executed nothing is tried anew. */
const keeps = (answer: Answer): boolean => answer.kind === 'accepted' || (answer.kind === 'error' && answer.refused !== true);
