import { AppError } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import type { Logger } from '@handover/shared/log';
import { assertNever } from '@handover/shared/result';
import type { Hono } from 'hono';
import type { Provider } from 'oidc-provider';
import type { CredentialRefusal } from '../../contracts/configuration.ts';
import type { Accounts } from './accounts.ts';
import type { ClientDirectory } from './client-directory.ts';
import { addressOf } from './exchange.ts';
import type { SignInFault, SignInPage } from './sign-in-page.ts';
import { formBody, type AppContext, type AppEnvironment } from './wire.ts';

export interface SignInParts {
  region: string;
  publicOrigin: string;
  provider: Provider;
  accounts: Accounts;
  directory: ClientDirectory;
  page: SignInPage;
  log: Logger;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const regionShape = /^[a-z0-9-]{1,32}$/;
/** Where a browser starts that came here by itself. */
const ownStart = '/workspace/v3/login';

/** The page at which an agent signs in, and what its form leads to. */
export function addSignInRoutes(app: Hono<AppEnvironment>, parts: SignInParts): void {
  const { page } = parts;
  app.get('/sign-in.css', c =>
    c.body(page.styles, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=300' }),
  );
  // People see a page also when a store is gone.
  app.use('/sign-in', async (c, next) => {
    await next();
    if (c.error instanceof AppError && c.error.status === 503)
      c.res = c.html(page.unavailable(), 503, { ...page.headers(), 'retry-after': '2' });
  });
  app.get('/sign-in', async c => {
    const uid = c.req.query('uid');
    if (uid === undefined) return c.redirect(ownStart, 302);
    const elsewhere = otherRegion(parts, c.req.query('region'));
    if (elsewhere !== undefined) return replay(c, elsewhere);
    const interaction = await currentInteraction(parts, c);
    if (interaction === undefined || interaction.uid !== uid) return expired(parts, c);
    return show(parts, c, interaction, { userName: hintOf(interaction), status: 200 });
  });
  app.post('/sign-in', async c => {
    refuseForeignOrigin(parts, c);
    const form = await formBody(c);
    const elsewhere = otherRegion(parts, form.get('region') ?? undefined);
    if (elsewhere !== undefined) return replay(c, elsewhere);
    const interaction = await currentInteraction(parts, c);
    // A browser has one such cookie: of two sign-ins begun in two tabs only the later can go on.
    if (interaction === undefined || interaction.uid !== (form.get('uid') ?? interaction.uid)) return expired(parts, c);
    return submit(parts, c, interaction, form);
  });
}

async function submit(parts: SignInParts, c: AppContext, interaction: Interaction, form: URLSearchParams): Promise<Response> {
  const userName = form.get('username') ?? '';
  const client = await parts.directory.find(String(interaction.params['client_id']));
  const signedIn = await parts.accounts.signIn({
    userName,
    password: form.get('password') ?? '',
    tenant: form.get('tenant') ?? '',
    address: addressOf(c.env.incoming),
    contactCenterIds: client?.contactCenterIds ?? [],
  });
  if (!signedIn.ok) {
    const fault = faultOf(signedIn.reason);
    return show(parts, c, interaction, { userName, fault, status: fault === 'unavailable' ? 503 : fault === 'throttled' ? 429 : 401 });
  }
  const result = { login: { accountId: signedIn.value.accountId, amr: ['pwd'], remember: false } };
  const next = await parts.provider.interactionResult(c.env.incoming, c.env.outgoing, result, { mergeWithLastSubmission: false });
  return c.redirect(next, 303);
}

function show(
  parts: SignInParts,
  c: AppContext,
  interaction: Interaction,
  state: { userName: string; fault?: SignInFault; status: 200 | 401 | 429 | 503 },
): Response {
  const { userName, fault, status } = state;
  const html = parts.page.form({ uid: interaction.uid, region: parts.region, userName, ...(fault === undefined ? {} : { fault }) });
  // The form's answer leads on to the application: browsers hold a form to its targets through redirects.
  return c.html(html, status, parts.page.headers(originsOf(interaction.params['redirect_uri'])));
}

const expired = (parts: SignInParts, c: AppContext): Response => c.html(parts.page.expired(), 400, parts.page.headers());

function originsOf(redirectUri: unknown): string[] {
  return typeof redirectUri === 'string' && URL.canParse(redirectUri) ? [new URL(redirectUri).origin] : [];
}

const hintOf = (interaction: Interaction): string => {
  const hint = interaction.params['login_hint'];
  return typeof hint === 'string' ? hint.slice(0, 255) : '';
};

/** The sign-in that the browser's cookie and this region's cache know. */
async function currentInteraction(parts: SignInParts, c: AppContext): Promise<Interaction | undefined> {
  try {
    return await parts.provider.interactionDetails(c.env.incoming, c.env.outgoing);
  } catch (error) {
    if (error instanceof AppError) throw error;
    return undefined;
  }
}

/** A sign-in is kept by the region that began it. */
function otherRegion(parts: SignInParts, region: string | undefined): string | undefined {
  return region !== undefined && region !== parts.region && regionShape.test(region) ? region : undefined;
}

function replay(c: AppContext, region: string): Response {
  c.header(headers.replay, region);
  return c.json({ error: 'temporarily_unavailable' }, 421);
}

function refuseForeignOrigin(parts: SignInParts, c: AppContext): void {
  const origin = c.req.header('origin');
  if (origin !== undefined && origin !== 'null' && origin !== parts.publicOrigin)
    throw new AppError('origin.forbidden', { detail: `origin ${origin.slice(0, 128)}` });
  if (origin === 'null') throw new AppError('origin.forbidden', { detail: 'opaque origin' });
}

/** One text for a wrong name, a wrong password and an expired one. */
function faultOf(reason: CredentialRefusal): SignInFault {
  switch (reason) {
    case 'invalid':
    case 'expired':
      return 'refused';
    case 'throttled':
      return 'throttled';
    case 'unavailable':
      return 'unavailable';
    default:
      return assertNever(reason);
  }
}
