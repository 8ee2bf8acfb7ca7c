import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@handover/shared/errors';
import { ok, refuse, type Result } from '@handover/shared/result';
import type { Provider } from 'oidc-provider';
import type { OAuthClient } from '../../contracts/stores.ts';
import type { Accounts } from './accounts.ts';
import type { ClientDirectory } from './client-directory.ts';
import { addressOf } from './exchange.ts';
import { grantIdFor } from './grant-id.ts';
import { authorizePath } from './provider.ts';
import { grantedScope } from './scopes.ts';
import { basicOf } from './wire.ts';

export interface DirectAuthorizeParts {
  issuer: string;
  audience: string;
  provider: Provider;
  accounts: Accounts;
  directory: ClientDirectory;
}

export interface AuthorizeRequest {
  client: OAuthClient;
  redirectUri: string;
  scope: string;
  state: string | undefined;
  codeChallenge: string | undefined;
}

/** Whether a request asks for a code with the user's own credentials, as the API's authentication client does, in place of the page. */
export const isDirectAuthorize = (incoming: IncomingMessage): boolean =>
  incoming.method === 'GET' &&
  (incoming.url ?? '').split('?', 1)[0] === authorizePath &&
  basicOf(incoming.headers.authorization) !== undefined;

/** Answers with a redirect that carries the code; faults are told here and lead nowhere. */
export async function directAuthorize(parts: DirectAuthorizeParts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    outgoing.writeHead(302, { location: await redirectFor(parts, incoming), 'cache-control': 'no-store' }).end();
  } catch (error) {
    const fault = error instanceof AppError ? error : new AppError('internal.fault', { cause: error });
    const body = JSON.stringify({ error: oauthCode(fault), error_description: fault.publicText });
    const extra = fault.status === 503 ? { 'retry-after': '2' } : {};
    outgoing.writeHead(fault.status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...extra }).end(body);
  }
}

async function redirectFor(parts: DirectAuthorizeParts, incoming: IncomingMessage): Promise<string> {
  const query = new URL(incoming.url ?? '', 'http://local').searchParams;
  const client = await parts.directory.find(query.get('client_id') ?? '');
  const request = authorizeRequestFrom(query, client);
  if (!request.ok) throw new AppError('request.invalid', { field: request.reason, text: `The parameter ${request.reason} is not right.` });
  const { redirectUri, scope, state, codeChallenge } = request.value;
  const given = basicOf(incoming.headers.authorization);
  const signedIn = await parts.accounts.signIn({
    userName: given?.user ?? '',
    password: given?.password ?? '',
    address: addressOf(incoming),
    contactCenterIds: request.value.client.contactCenterIds,
  });
  if (!signedIn.ok) {
    if (signedIn.reason === 'throttled') throw new AppError('auth.throttled');
    throw new AppError(signedIn.reason === 'unavailable' ? 'store.unavailable' : 'auth.refused');
  }
  const { accountId } = signedIn.value;
  const libraryClient = await parts.provider.Client.find(request.value.client.clientId);
  if (libraryClient === undefined) throw new AppError('request.invalid', { field: 'client_id' });
  const code = new parts.provider.AuthorizationCode({
    accountId,
    client: libraryClient,
    grantId: grantIdFor({ accountId, clientId: libraryClient.clientId }),
    gty: 'authorization_code',
    redirectUri,
    resource: parts.audience,
    scope,
    ...(codeChallenge === undefined ? {} : { codeChallenge, codeChallengeMethod: 'S256' }),
  });
  const target = new URL(redirectUri);
  target.searchParams.set('code', await code.save());
  if (state !== undefined) target.searchParams.set('state', state);
  target.searchParams.set('iss', parts.issuer);
  return target.href;
}

/** Reads an authorization request of a known client; the refusal names the parameter. */
export function authorizeRequestFrom(query: URLSearchParams, client: OAuthClient | undefined): Result<AuthorizeRequest, string> {
  if (client?.grantTypes.includes('authorization_code') !== true) return refuse('client_id');
  if (query.get('response_type') !== 'code') return refuse('response_type');
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null || !client.redirectUris.includes(redirectUri)) return refuse('redirect_uri');
  const scope = grantedScope(query.get('scope') ?? undefined, client.scopes);
  if (scope === undefined) return refuse('scope');
  const codeChallenge = query.get('code_challenge') ?? undefined;
  if (codeChallenge === undefined && client.secretHash === undefined) return refuse('code_challenge');
  if (codeChallenge !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) return refuse('code_challenge');
  if (codeChallenge !== undefined && query.get('code_challenge_method') !== 'S256') return refuse('code_challenge_method');
  const state = query.get('state') ?? undefined;
  if (state !== undefined && state.length > 2_048) return refuse('state');
  return ok({ client, redirectUri, scope, state, codeChallenge });
}

function oauthCode(fault: AppError): string {
  if (fault.status === 503) return 'temporarily_unavailable';
  return fault.code === 'request.invalid' ? 'invalid_request' : 'access_denied';
}
