import type { Context, Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import { headers as names } from '@handover/shared/headers';
import { activateChannelsData, feedbackData } from '@handover/shared/api/workspace';
import type { ActivateChannelsData, CurrentSessionWire, DeviceWire } from '@handover/shared/api/workspace';
import type { AgentSessionKey } from '../../../contracts/ownership.ts';
import type { TokenRefusal } from '../../../contracts/identity.ts';
import { contactServiceState } from '../contacts/index.ts';
import { userWire } from '../directory/user.ts';
import type { ServiceParts } from '../parts.ts';
import { freshWebSession, setCookie } from '../session/web-session.ts';
import { callWire } from '../session/wire.ts';
import { interactionsOf } from '../digital/snapshot.ts';
import { channelsWire } from '../digital/wire.ts';
import { activateDigital } from '../digital/life.ts';
import { activate } from '../voice/activate.ts';
import { bodyOf, parsedData, Refused } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';
import { checkPerson, isEnded, ownedBy, webSessionOf } from './guard.ts';

const bearer = /^Bearer +([\w.~+/-]+=*)$/i;

export function refusedToken(reason: TokenRefusal): AppError {
  if (reason === 'unavailable') return new Refused('store.unavailable');
  return new AppError(reason === 'forbidden' ? 'auth.forbidden' : 'auth.refused');
}

/** A code is redeemed in the region that made it. */
export function checkCodeRegion(c: Context<WorkspaceEnv>, code: string, parts: ServiceParts): void {
  const region = parts.identity.regionOfCode(code);
  if (region === undefined || region === parts.region) return;
  c.header(names.replay, region);
  throw new AppError('ownership.elsewhere');
}

/** The person an access token speaks for. */
export async function keyOfToken(authorization: string, parts: ServiceParts): Promise<AgentSessionKey> {
  const token = bearer.exec(authorization.trim())?.[1];
  if (token === undefined) throw new AppError('auth.refused');
  const verified = await parts.identity.verifyAccessToken(token);
  if (!verified.ok) throw refusedToken(verified.reason);
  const { tenant, userName } = verified.value;
  if (userName === undefined) throw new AppError('auth.forbidden');
  return { tenant, person: userName };
}

/** Seals a fresh web session into the answer's cookie. */
export async function signIn(
  c: Context<WorkspaceEnv>,
  key: AgentSessionKey,
  parts: ServiceParts,
): Promise<{ sid: string; expiresAtMs: number }> {
  const web = freshWebSession(key, parts.clock.now(), parts.times.webSessionMs);
  const cookie = setCookie(await parts.webSessions.seal(web), { secure: parts.secureCookies }, Math.floor(parts.times.webSessionMs / 1000));
  c.header('set-cookie', cookie, { append: true });
  return web;
}

/** Routes before the guard. */
export function mountInitialize(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  app.post('/initialize-workspace', async c => {
    const { key, claimed } = await whoInitializes(c, parts);
    checkPerson(key.person, parts);
    // A code is spent: whatever node owns the session, the cookie is handed out here and now.
    const owned = await ownedBy(key, c, parts).catch((refusal: unknown) => {
      if (claimed) return undefined;
      throw refusal;
    });
    const web = await signIn(c, key, parts);
    if (owned !== undefined) {
      const session = parts.sessions.under(owned);
      const flat = c.req.query('optimize_config') === 'true';
      const former = await webSessionOf(c, parts);
      if (former !== undefined && session.attachments.get(former.sid)?.clients.size === 0) session.attachments.detach(former.sid);
      session.attachments.attach(web.sid, web.expiresAtMs, parts.clock.now(), flat);
      session.savePassport();
      c.header(names.epoch, String(owned.epoch));
    }
    return c.json({ status: { code: 1 } });
  });
  app.get('/auth-keep-alive', async c => {
    const web = await webSessionOf(c, parts);
    if (web === undefined || (await isEnded(web.sid, parts))) throw new AppError('session.missing');
    return c.body(null, 200);
  });
}

/** By token, by code, or by the cookie that `start` has set; a code that was spent there leaves the cookie. */
async function whoInitializes(c: Context<WorkspaceEnv>, parts: ServiceParts): Promise<{ key: AgentSessionKey; claimed: boolean }> {
  const authorization = c.req.header('authorization');
  if (authorization !== undefined) return { key: await keyOfToken(authorization, parts), claimed: false };
  const code = c.req.query('code');
  const web = await webSessionOf(c, parts);
  if (code !== undefined && code !== '') {
    checkCodeRegion(c, code.slice(0, 1024), parts);
    const redeemed = await parts.identity.redeemCode(code.slice(0, 1024), c.req.query('redirect_uri') ?? '');
    if (redeemed.ok && redeemed.value.userName !== undefined)
      return { key: { tenant: redeemed.value.tenant, person: redeemed.value.userName }, claimed: true };
    if (web === undefined) throw refusedToken(redeemed.ok ? 'forbidden' : redeemed.reason);
  }
  if (web === undefined || (await isEnded(web.sid, parts))) throw new AppError('session.missing');
  return { key: { tenant: web.tenant, person: web.person }, claimed: false };
}

/** Routes behind the guard. */
export function mountSession(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  app.post('/activate-channels', async c => {
    const body = await bodyOf(c);
    const data = parsedData(activateChannelsData, body.data);
    await activateVoice(c, data);
    activateDigital(c.get('session'), data.channels);
    const echo = body.operationId === undefined ? {} : { operationId: body.operationId };
    return c.json({ status: { code: 0 }, ...echo });
  });
  app.post('/feedback/submit', async c => {
    const { text = '' } = parsedData(feedbackData, (await bodyOf(c)).data);
    // What was said may name a customer: only that something was said is logged.
    c.get('log').info('feedback of a desktop', { session: c.get('session').key.person, length: text.length });
    return c.json({ status: { code: 0 } });
  });
  app.get('/current-session', c => c.json({ status: { code: 0 }, data: currentSession(c, parts) }));
  app.get('/userinfo', c => c.json({ status: { code: 0 }, data: currentSession(c, parts) }));
  app.get('/configuration/places/:placeName/dns', c => {
    const place = parts.configuration.placeByName(c.req.param('placeName'));
    const session = c.get('session');
    if (place === undefined || place.tenantDBID !== session.person?.tenantDBID) throw new AppError('request.not-found');
    const { channel } = session.state;
    const devices = parts.configuration.placeDns(place.dbid).map(each => {
      const own = channel?.dn === each.dn.number && channel.switchName === each.switch.name;
      const device: DeviceWire = { number: each.dn.number, switchName: each.switch.name };
      return own ? { ...device, agentId: channel.agentId, agentState: channel.agentState, agentWorkMode: channel.workMode } : device;
    });
    return c.json({ status: { code: 0 }, data: { devices } });
  });
}

/** Logs the agent in at the phone that the data names, or throws why that cannot be. */
export async function activateVoice(c: Context<WorkspaceEnv>, data: ActivateChannelsData): Promise<void> {
  const session = c.get('session');
  const { stampMs } = c.get('request');
  const result = await session.run(() => activate(session, data, stampMs));
  if (result === undefined) throw new Refused('ownership.busy');
  if (result.ok) return;
  if (result.reason.kind === 'field') {
    const { field, message } = result.reason.fault;
    throw new AppError('request.invalid', { field, text: `${field}: ${message}` });
  }
  const { code } = result.reason;
  throw code.startsWith('ownership.') || code === 'voice.unavailable' ? new Refused(code) : new AppError(code);
}

function currentSession(c: Context<WorkspaceEnv>, parts: ServiceParts): CurrentSessionWire {
  const session = c.get('session');
  const { person } = session;
  if (person === undefined) throw new AppError('session.missing');
  const { channel, calls } = session.state;
  const contactService = contactServiceState(parts);
  const issued = c.get('webSession').issuedAtMs;
  return {
    'pending-login-async': { state: 'Complete', actualWaitTime: 0, submittedAt: new Date(issued).toISOString(), errors: [] },
    user: {
      ...userWire(person, parts.configuration, parts.voice, c.get('attachment').flat),
      activeSession: {
        autoCompleteCall: channel?.autoComplete === true,
        ...(channel?.place === undefined ? {} : { currentPlace: channel.place }),
        ...(channel === undefined
          ? {}
          : {
              dn: {
                number: channel.dn,
                switchName: channel.switchName,
                agentState: channel.agentState,
                agentWorkMode: channel.workMode,
              },
            }),
        calls: [...calls.values()].map(call => callWire(call, session.wireContext)),
        media: { channels: channelsWire(session.desk.state) },
        interactions: interactionsOf(session.desk),
        services: [
          { serviceName: 'VOICE', serviceState: session.serviceState },
          { serviceName: 'IXN', serviceState: session.desk.serviceState },
          ...(contactService === undefined ? [] : [{ serviceName: 'UCS' as const, serviceState: contactService }]),
        ],
      },
    },
  };
}
