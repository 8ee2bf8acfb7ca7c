import type { Context, Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import { mediaStateData, notReadyData, remoteData } from '@handover/shared/api/workspace';
import type { RemoteStateData } from '@handover/shared/api/workspace';
import type { CfgPerson, MediaType } from '@handover/shared/genesys';
import { uuidv7 } from '@handover/shared/ids';
import { assertNever } from '@handover/shared/result';
import type { VoiceCommand } from '../../../contracts/voice.ts';
import { mediaTypes } from '../digital/interaction.ts';
import { reasonOf } from '../digital/operations/perform.ts';
import { reasonsOf } from '../operations/agent-rows.ts';
import { attributes } from '../operations/row.ts';
import type { ServiceParts } from '../parts.ts';
import { bringMedia, mediaWishes } from '../supervision/media.ts';
import { phoneAtWork } from '../supervision/phone.ts';
import type { Phone } from '../supervision/phone.ts';
import { withinReach } from '../supervision/reach.ts';
import { sendForAnother } from '../voice/for-another.ts';
import { bodyOf, parsedData, Refused } from './envelope.ts';
import type { Body } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

const remoteCommands = { ready: 'RequestAgentReady', 'not-ready': 'RequestAgentNotReady', logout: 'RequestAgentLogout' } as const;
const isRemote = (text: string): text is keyof typeof remoteCommands => Object.hasOwn(remoteCommands, text);

/** What supervisors do to other agents' states: through the servers, from which the agents' own sessions learn it. */
export function mountRemote(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  app.post('/supervisor/voice/:operation', async c => {
    const body = await bodyOf(c);
    onlySupervisors(c);
    const { userName, dn, ...state } = parsedData(remoteData, dataWithReason(body));
    const person = agentIn(c, parts, parts.configuration.personByUserName(userName), 'data.userName');
    return remoteVoice(c, parts, { person, number: dn, field: 'data.dn', state, operationId: body.operationId });
  });
  app.post('/users/:dbid/voice/:operation', async c => {
    const body = await bodyOf(c);
    const person = agentOfPath(c, parts);
    const state = parsedData(notReadyData, dataWithReason(body));
    return remoteVoice(c, parts, { person, number: undefined, field: 'dbid', state, operationId: body.operationId });
  });
  app.post('/users/:dbid/media/:state', async c => remoteMedia(c, parts, undefined));
  app.post('/users/:dbid/media/:channel/:state', async c => remoteMedia(c, parts, c.req.param('channel')));
}

/** As with the agents' own operations, some clients send the reason beside `data`. */
const dataWithReason = ({ data, rest }: Body): Record<string, unknown> =>
  rest['reasonCode'] === undefined ? data : { reasonCode: rest['reasonCode'], ...data };

function onlySupervisors(c: Context<WorkspaceEnv>): void {
  if (!c.get('session').supervisor) throw new AppError('auth.forbidden');
}

function agentOfPath(c: Context<WorkspaceEnv>, parts: ServiceParts): CfgPerson {
  onlySupervisors(c);
  return agentIn(c, parts, parts.configuration.get('CfgPerson', Number(c.req.param('dbid'))), 'dbid');
}

function agentIn(c: Context<WorkspaceEnv>, parts: ServiceParts, person: CfgPerson | undefined, field: string): CfgPerson {
  const found = withinReach(c.get('session').person, person, parts.configuration);
  if (found.ok) return found.value;
  if (found.reason === 'forbidden') throw new AppError('auth.forbidden');
  throw new AppError('request.invalid', { field, text: `${field}: there is no such user` });
}

async function remoteVoice(
  c: Context<WorkspaceEnv>,
  parts: ServiceParts,
  wanted: { person: CfgPerson; number: string | undefined; field: string; state: RemoteStateData; operationId: string | undefined },
): Promise<Response> {
  const operation = c.req.param('operation') ?? '';
  if (!isRemote(operation)) throw new AppError('request.not-found');
  const session = c.get('session');
  const { person } = wanted;
  const phone = await phoneOf(c, parts, wanted);
  const operationId = wanted.operationId ?? uuidv7();
  const command = { ...voiceCommand(operation, wanted.state), thisDN: phone.dn };
  const outcome = await sendForAnother(session, phone.server, command, c.get('request').stampMs);
  noteRemote(c, person, `voice ${operation}`, outcome.kind);
  switch (outcome.kind) {
    case 'refused':
      throw new Refused(outcome.code);
    case 'unknown':
      throw new AppError('outcome.unknown');
    case 'error':
      parts.clock.after(0, () => session.tell([outcome], operationId));
      break;
    case 'done':
      break;
    default:
      return assertNever(outcome);
  }
  return c.json({ status: { code: 1 }, operationId });
}

async function phoneOf(
  c: Context<WorkspaceEnv>,
  parts: ServiceParts,
  { person, number, field }: { person: CfgPerson; number: string | undefined; field: string },
): Promise<Phone> {
  const phone = await phoneAtWork(person, c.get('session').key.tenant, number, parts);
  if (phone.ok) return phone.value;
  switch (phone.reason) {
    case 'unknown':
      throw new AppError('request.invalid', { field, text: `${field}: there is no such phone of this user` });
    case 'silent':
      throw new Refused('voice.unavailable');
    case 'inactive':
      throw new AppError('voice.inactive', { field, text: `${field}: the agent is not logged in there` });
    default:
      return assertNever(phone.reason);
  }
}

/** A work mode belongs to NotReady, the reasons to all. */
function voiceCommand(operation: keyof typeof remoteCommands, state: RemoteStateData): VoiceCommand {
  const { extensions, reasons } = attributes({ ...state, reasons: reasonsOf(state) });
  return {
    messageName: remoteCommands[operation],
    ...(operation === 'not-ready' && state.agentWorkMode !== undefined ? { agentWorkMode: state.agentWorkMode } : {}),
    ...(reasons === undefined ? {} : { reasons }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

async function remoteMedia(c: Context<WorkspaceEnv>, parts: ServiceParts, channel: string | undefined): Promise<Response> {
  const body = await bodyOf(c);
  const person = agentOfPath(c, parts);
  const wish = mediaWishes.find(each => each === c.req.param('state'));
  if (wish === undefined) throw new AppError('request.not-found');
  const mediaType = channel === undefined ? undefined : mediumOf(channel);
  const { reason } = reasonOf(parsedData(mediaStateData, dataWithReason(body)));
  const session = c.get('session');
  const operationId = body.operationId ?? uuidv7();
  const place = parts.configuration.get('CfgPlace', person.agentInfo?.placeDBID ?? -1);
  const seat = { agentID: person.employeeID, placeName: place?.name ?? '' };
  const outcome = await bringMedia(session, { seat, mediaType, wish, reason }, c.get('request').stampMs);
  noteRemote(c, person, `media ${mediaType ?? 'all'} ${wish}`, outcome.kind);
  switch (outcome.kind) {
    case 'refused':
      throw new Refused(outcome.code);
    case 'unknown':
      throw new AppError('media.timeout');
    case 'inactive':
      throw new AppError('media.inactive', { text: 'The agent is not logged in for it.' });
    case 'error':
      parts.clock.after(0, () => session.desk.tellError({ ...outcome, mediaType, id: undefined }, operationId));
      break;
    case 'done':
      break;
    default:
      return assertNever(outcome);
  }
  return c.json({ status: { code: 1 }, operationId });
}

function mediumOf(channel: string): MediaType {
  const mediaType = mediaTypes.find(each => each === channel);
  if (mediaType === undefined) throw new AppError('request.invalid', { field: 'channel', text: 'channel: there is no such medium' });
  return mediaType;
}

/** Who changed whose state, for whoever asks later. */
function noteRemote(c: Context<WorkspaceEnv>, person: CfgPerson, operation: string, outcome: string): void {
  const { requestId } = c.get('request');
  c.get('log').info('a supervisor changed an agent', {
    session: c.get('session').key.person,
    agent: person.userName,
    operation,
    outcome,
    requestId,
  });
}
