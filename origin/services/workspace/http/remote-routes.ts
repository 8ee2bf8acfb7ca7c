import type { Context, Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import { remoteData } from '@handover/shared/api/workspace';
import type { CfgPerson } from '@handover/shared/genesys';
import { uuidv7 } from '@handover/shared/ids';
import type { ServiceParts } from '../parts.ts';
import { sendForAnother } from '../voice/for-another.ts';
import { phoneAtWork } from '../voice/place.ts';
import { bodyOf, parsedData, Refused } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

const remoteCommands = { ready: 'RequestAgentReady', 'not-ready': 'RequestAgentNotReady', logout: 'RequestAgentLogout' } as const;
const isRemote = (text: string): text is keyof typeof remoteCommands => Object.hasOwn(remoteCommands, text);

/** What supervisors do to other agents' states: through the switch, from which the agents' own sessions learn it. */
export function mountRemote(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  const { configuration } = parts;
  app.post('/supervisor/voice/:operation', async c => {
    const body = await bodyOf(c);
    onlySupervisors(c);
    const { userName, dn } = parsedData(remoteData, body.data);
    const person = configuration.personByUserName(userName);
    return remote(c, parts, { person, number: dn, field: 'data.userName', operationId: body.operationId });
  });
  app.post('/users/:dbid/voice/:operation', async c => {
    const body = await bodyOf(c);
    onlySupervisors(c);
    const person = configuration.get('CfgPerson', Number(c.req.param('dbid')));
    return remote(c, parts, { person, number: undefined, field: 'dbid', operationId: body.operationId });
  });
}

function onlySupervisors(c: Context<WorkspaceEnv>): void {
  if (!c.get('session').supervisor) throw new AppError('auth.forbidden');
}

async function remote(
  c: Context<WorkspaceEnv>,
  parts: ServiceParts,
  wanted: { person: CfgPerson | undefined; number: string | undefined; field: string; operationId: string | undefined },
): Promise<Response> {
  const operation = c.req.param('operation') ?? '';
  if (!isRemote(operation)) throw new AppError('request.not-found');
  const session = c.get('session');
  const { person, number, field } = wanted;
  // Somebody of another tenant does not exist here.
  if (person === undefined || person.tenantDBID !== session.person?.tenantDBID)
    throw new AppError('request.invalid', { field, text: `${field}: there is no such user` });
  const phone = await phoneAtWork(person, number, parts.configuration, parts.voice, parts.times.queryMs);
  if (phone === undefined)
    throw new AppError('request.invalid', { field: 'data.dn', text: 'data.dn: there is no such phone of this user' });
  const operationId = wanted.operationId ?? uuidv7();
  const command = { messageName: remoteCommands[operation], thisDN: phone.dn };
  const outcome = await sendForAnother(session, phone.server, command, c.get('request').stampMs);
  if (outcome.kind === 'refused') throw new Refused(outcome.code);
  if (outcome.kind === 'unknown') throw new AppError('outcome.unknown');
  if (outcome.kind === 'error') parts.clock.after(0, () => session.tell([outcome], operationId));
  return c.json({ status: { code: 1 }, operationId });
}
