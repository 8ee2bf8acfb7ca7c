import { z } from 'zod';
import type { OAuthClient } from '../../contracts/stores.ts';
import { jwtBearer } from './client-directory.ts';

const maxAccessS = 86_400;
const maxRefreshS = 31_622_400;

// Installers send all of these; those that are not served here are kept with the client and refused at the token endpoint.
const grantTypes = [
  'authorization_code',
  'password',
  'refresh_token',
  'client_credentials',
  jwtBearer,
  'implicit',
  'urn:ietf:params:oauth:grant-type:token-exchange',
] as const;

const name = z.string().regex(/^\P{Cc}{1,128}$/u, 'must be 1-128 characters, none of them a control character');
const redirectUri = z.string().max(2_048).refine(isRedirectUri, 'must be an absolute http(s) URL without a fragment or wildcard');

/** A client as operators write it. */
export const clientBody = z.object({
  data: z
    .object({
      client_id: z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, 'must be 1-128 letters, digits, dots, dashes or underscores'),
      name: name.optional(),
      client_secret: z.string().min(6, 'must have at least 6 characters').max(512).optional(),
      clientType: z.enum(['CONFIDENTIAL', 'PUBLIC']).default('CONFIDENTIAL'),
      internalClient: z.boolean().default(false),
      authorizedGrantTypes: z.array(z.enum(grantTypes)).min(1).max(16),
      authorities: z.array(name).max(32).default([]),
      scope: z
        .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/, 'is no scope'))
        .max(32)
        .default(['*']),
      redirectURIs: z.array(redirectUri).max(32).default([]),
      contactCenterIds: z.array(z.uuid()).max(64).default([]),
      accessTokenExpirationTimeout: z.number().int().min(60).max(maxAccessS).default(43_200),
      refreshTokenExpirationTimeout: z.number().int().min(60).max(maxRefreshS).default(2_592_000),
      version: z.number().int().min(1).optional(),
    })
    .superRefine((client, context) => {
      const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
      const isPublic = client.clientType === 'PUBLIC';
      if (isPublic && client.client_secret !== undefined) fault('client_secret', 'a public client has no secret');
      if (isPublic && client.authorizedGrantTypes.includes('client_credentials'))
        fault('authorizedGrantTypes', 'a public client cannot use client_credentials');
      if (client.authorizedGrantTypes.includes('authorization_code') && client.redirectURIs.length === 0)
        fault('redirectURIs', 'authorization_code needs at least one redirect URI');
    }),
  operationId: z.string().max(128).optional(),
});
export type ClientWire = z.infer<typeof clientBody>['data'];

/** The record of what an operator wrote. */
export const clientFromWire = (wire: ClientWire, secretHash: string | undefined, version: number): OAuthClient => ({
  clientId: wire.client_id,
  name: wire.name ?? wire.client_id,
  ...(secretHash === undefined ? {} : { secretHash }),
  clientType: wire.clientType,
  internalClient: wire.internalClient,
  grantTypes: wire.authorizedGrantTypes,
  redirectUris: wire.redirectURIs,
  scopes: wire.scope,
  authorities: wire.authorities,
  contactCenterIds: wire.contactCenterIds,
  accessTokenExpirationS: wire.accessTokenExpirationTimeout,
  refreshTokenExpirationS: wire.refreshTokenExpirationTimeout,
  version,
});

/** The client as operators read it: never a secret, nor its hash. */
export const wireFromClient = (client: OAuthClient) => ({
  client_id: client.clientId,
  name: client.name,
  clientType: client.clientType,
  internalClient: client.internalClient,
  authorizedGrantTypes: client.grantTypes,
  authorities: client.authorities,
  scope: client.scopes,
  redirectURIs: client.redirectUris,
  contactCenterIds: client.contactCenterIds,
  accessTokenExpirationTimeout: client.accessTokenExpirationS,
  refreshTokenExpirationTimeout: client.refreshTokenExpirationS,
  version: client.version,
});

function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text) || text.includes('*') || text.includes('#')) return false;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
}
