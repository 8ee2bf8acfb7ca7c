import { hkdfSync } from 'node:crypto';
import { uuidv7 } from '@handover/shared/ids';
import type { AuditEntry, ContactCenters, OAuthClient, OAuthClients } from '../../contracts/stores.ts';
import { supportedGrantTypes } from './client-directory.ts';
import { hashSecret } from './secrets.ts';

/** The client of our own pages. Its codes are redeemed inside the system, so nobody needs its secret. */
export const workspaceClientId = 'gws-app-workspace';
export const workspaceRedirectUri = (publicUrl: string): string => `${publicUrl}/workspace/v3/start`;

/**
 * Puts the demo's contact centre and clients where there are none; what is there stays as it is. Needs the primary: rejects with
 * `store.read-only` without one.
 */
export async function seed(parts: {
  clients: OAuthClients;
  contactCenters: ContactCenters;
  publicUrl: string;
  keyring: { active: string; keys: Readonly<Record<string, string>> };
}): Promise<void> {
  await seedContactCenter(parts.contactCenters);
  const secret = hkdfSync(
    'sha256',
    Buffer.from(parts.keyring.keys[parts.keyring.active] ?? '', 'base64'),
    '',
    'handover workspace client',
    32,
  );
  const wanted: [Omit<OAuthClient, 'version' | 'secretHash'>, string][] = [
    [
      { ...common, clientId: 'external_api_client', name: 'Demo applications', redirectUris: ['http://localhost:8080/initialize'] },
      'secret',
    ],
    [
      { ...common, clientId: workspaceClientId, name: 'Workspace', redirectUris: [workspaceRedirectUri(parts.publicUrl)] },
      Buffer.from(secret).toString('base64url'),
    ],
  ];
  for (const [client, clientSecret] of wanted) {
    const existing = await parts.clients.find(client.clientId, 'primary');
    if (existing === undefined)
      await parts.clients.create({ ...client, secretHash: await hashSecret(clientSecret) }, audit(client.clientId));
    // Another start may have another port.
    else if (client.clientId === workspaceClientId && existing.redirectUris.join() !== client.redirectUris.join())
      await parts.clients.update({ ...existing, redirectUris: client.redirectUris }, audit(client.clientId));
  }
}

async function seedContactCenter(store: ContactCenters): Promise<void> {
  const centers = await store.contactCenters('primary');
  if (centers.some(center => center.name === 'acme')) return;
  const [environment] = await store.environments('primary');
  const environmentId = environment?.id ?? uuidv7();
  if (environment === undefined) await store.createEnvironment({ id: environmentId, name: 'demo' }, audit('demo'));
  await store.createContactCenter({ id: uuidv7(), name: 'acme', domains: ['acme'], environmentId }, audit('acme'));
}

const common = {
  clientType: 'CONFIDENTIAL' as const,
  internalClient: true,
  grantTypes: [...supportedGrantTypes],
  scopes: ['*'],
  authorities: ['ROLE_INTERNAL_CLIENT'],
  contactCenterIds: [],
  accessTokenExpirationS: 43_200,
  refreshTokenExpirationS: 2_592_000,
};

const audit = (subject: string): AuditEntry => ({ actor: 'system', action: 'demo.seed', subject, detail: {}, requestId: 'start' });
