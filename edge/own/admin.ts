import { z } from '@handover/shared/config';
import { AppError } from '@handover/shared/errors';
import type { Region } from '@handover/regions';
import type { Exchange } from '../exchange.ts';
import { reportOf } from './health.ts';

const base = '/admin/regions';
const defaultDrainS = 300;
const drainSchema = z.strictObject({ deadlineS: z.number().int().min(0).max(86_400).default(defaultDrainS) });
const maxBodyBytes = 1_024;
const originWaitMs = 1_000;

/** True for the paths that the edge answers itself; other `/admin` paths belong to the origins. */
export const isAdmin = (path: string): boolean => path === base || path.startsWith(`${base}/`);

/** `GET /admin/regions`; `POST /admin/regions/{name}/drain` with `{deadlineS}`; `POST /admin/regions/{name}/undrain`. Operator's Basic. */
export async function administer(exchange: Exchange): Promise<Response> {
  const { request, url, config, health } = exchange;
  await authorize(exchange);
  if (url.pathname === base) {
    if (request.method !== 'GET') throw new AppError('request.method');
    await health.refreshNow();
    return regionsAnswer(exchange);
  }
  const [name, verb, ...more] = url.pathname.slice(base.length + 1).split('/');
  const region = config.registry.regions.find(each => each.name === name);
  if (region === undefined || more.length > 0 || (verb !== 'drain' && verb !== 'undrain')) throw new AppError('request.not-found');
  if (request.method !== 'POST') throw new AppError('request.method');
  const deadlineMs = verb === 'drain' ? Date.now() + (await deadlineOf(request)) * 1_000 : undefined;
  await health.setDrain(region.name, deadlineMs);
  await tellOrigins(exchange, region, verb, deadlineMs);
  await health.refreshNow();
  return regionsAnswer(exchange);
}

/** The nodes move their sessions themselves; one that does not answer is left to its deadline. */
async function tellOrigins(
  { request, slots }: Exchange,
  region: Region,
  verb: 'drain' | 'undrain',
  deadlineMs: number | undefined,
): Promise<void> {
  const headers = { authorization: request.headers.get('authorization') ?? '', 'content-type': 'application/json' };
  const body = JSON.stringify(deadlineMs === undefined ? {} : { deadlineS: Math.max(0, Math.round((deadlineMs - Date.now()) / 1_000)) });
  const tell = ({ url }: { url: string }): Promise<unknown> =>
    slots
      .run(() => fetch(`${url}/admin/${verb}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(originWaitMs) }))
      .catch(() => undefined);
  await Promise.all(region.origins.map(tell));
}

const regionsAnswer = ({ config, health }: Exchange): Response =>
  Response.json({ regions: reportOf(config.registry.regions, health.view, Date.now()) }, { headers: { 'cache-control': 'no-store' } });

async function deadlineOf(request: Request): Promise<number> {
  const text = await request.text();
  if (text.length > maxBodyBytes) throw new AppError('request.too-large');
  if (text === '') return defaultDrainS;
  try {
    return drainSchema.parse(JSON.parse(text)).deadlineS;
  } catch (cause) {
    throw new AppError('request.invalid', { field: 'deadlineS', cause });
  }
}

async function authorize({ request, config }: Exchange): Promise<void> {
  const { operator } = config;
  const given = request.headers.get('authorization') ?? '';
  if (operator === undefined) throw new AppError('auth.forbidden');
  const wanted = `Basic ${btoa(`${operator.user}:${operator.password}`)}`;
  if (!(await sameText(given, wanted))) throw new AppError('auth.refused');
}

/** Compares digests, so that the time taken says nothing about the secret. */
async function sameText(a: string, b: string): Promise<boolean> {
  const digest = (text: string): Promise<ArrayBuffer> => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const [left, right] = await Promise.all([digest(a), digest(b)]);
  return crypto.subtle.timingSafeEqual(left, right);
}
