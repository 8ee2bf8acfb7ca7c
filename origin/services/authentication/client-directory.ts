import type { Clock } from '@handover/shared/time';
import type { ClientMetadata } from 'oidc-provider';
import type { OAuthClient, OAuthClients } from '../../contracts/stores.ts';

export interface ClientDirectory {
  find(clientId: string): Promise<OAuthClient | undefined>;
  /** The client as last found here; for decisions inside a request that found it already. */
  known(clientId: string): OAuthClient | undefined;
  /** Forgets a client after a change made here. */
  forget(clientId: string): void;
}

export const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Grant types that a client may use here. Others in its record are kept and refused. */
export const supportedGrantTypes = ['authorization_code', 'password', 'refresh_token', 'client_credentials', jwtBearer] as const;

const freshMs = 5_000;
const unknownMs = 2_000;
const maxEntries = 2_000;

/**
 * Clients from the store, remembered for 5 s; when no server answers, what was known holds on. A client not (yet) on the own region's server
 * is asked for at the primary.
 */
export function createClientDirectory(store: OAuthClients, writable: () => boolean, clock: Clock): ClientDirectory {
  const entries = new Map<string, { client: OAuthClient | undefined; untilMs: number }>();
  const ask = async (clientId: string): Promise<OAuthClient | undefined> => {
    const near = await store.find(clientId, 'local');
    return near === undefined && writable() ? store.find(clientId, 'primary') : near;
  };
  return {
    async find(clientId) {
      const entry = entries.get(clientId);
      if (entry !== undefined && entry.untilMs > clock.monotonic()) return entry.client;
      try {
        const client = await ask(clientId);
        for (const oldest of entries.keys()) {
          if (entries.size < maxEntries) break;
          entries.delete(oldest);
        }
        entries.set(clientId, { client, untilMs: clock.monotonic() + (client === undefined ? unknownMs : freshMs) });
        return client;
      } catch (error) {
        if (entry?.client !== undefined) return entry.client;
        throw error;
      }
    },
    known: clientId => entries.get(clientId)?.client,
    forget: clientId => void entries.delete(clientId),
  };
}

/** The client in the words of the OAuth library. The secret's place holds its hash; comparison is ours. */
export function metadataFrom(client: OAuthClient): ClientMetadata {
  const grantTypes = supportedGrantTypes.filter(type => client.grantTypes.includes(type));
  const usesCode = grantTypes.includes('authorization_code');
  return {
    client_id: client.clientId,
    client_name: client.name,
    grant_types: grantTypes,
    response_types: usesCode ? ['code'] : [],
    redirect_uris: usesCode ? client.redirectUris : [],
    token_endpoint_auth_method: client.secretHash === undefined ? 'none' : 'client_secret_basic',
    ...(client.secretHash === undefined ? {} : { client_secret: client.secretHash }),
  };
}
