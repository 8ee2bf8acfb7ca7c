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
const jitter = 0.2;
const maxEntries = 2_000;

/**
 * Clients from the store, remembered for 5 s, unknown ones for 2 s, each a little less so that they are not all asked for at once; many who ask
 * at once share one read. When no server answers, what was known holds on. A client not (yet) on the own region's server is asked for at the
 * primary. The memory of the process and not Redis: it is nearer, and a client's record holds its secret's hash.
 */
export function createClientDirectory(
  store: OAuthClients,
  writable: () => boolean,
  clock: Clock,
  random: () => number = Math.random,
): ClientDirectory {
  const entries = new Map<string, { client: OAuthClient | undefined; untilMs: number }>();
  const reading = new Map<string, Promise<OAuthClient | undefined>>();
  const ask = async (clientId: string): Promise<OAuthClient | undefined> => {
    const near = await store.find(clientId, 'local');
    return near === undefined && writable() ? store.find(clientId, 'primary') : near;
  };
  const keep = (clientId: string, client: OAuthClient | undefined): void => {
    for (const oldest of entries.keys()) {
      if (entries.size < maxEntries) break;
      entries.delete(oldest);
    }
    const lifeMs = (client === undefined ? unknownMs : freshMs) * (1 - jitter * random());
    entries.set(clientId, { client, untilMs: clock.monotonic() + lifeMs });
  };
  const read = async (clientId: string): Promise<OAuthClient | undefined> => {
    const asked = ask(clientId);
    reading.set(clientId, asked);
    try {
      const client = await asked;
      keep(clientId, client);
      // Forgotten meanwhile: it was changed here, and this answer may be from before; good for the requests that wait, for no other.
      if (reading.get(clientId) !== asked) entries.set(clientId, { client, untilMs: clock.monotonic() });
      return client;
    } finally {
      if (reading.get(clientId) === asked) reading.delete(clientId);
    }
  };
  return {
    async find(clientId) {
      const entry = entries.get(clientId);
      if (entry !== undefined && entry.untilMs > clock.monotonic()) return entry.client;
      try {
        return await (reading.get(clientId) ?? read(clientId));
      } catch (error) {
        if (entry?.client !== undefined) return entry.client;
        throw error;
      }
    },
    known: clientId => entries.get(clientId)?.client,
    forget(clientId) {
      entries.delete(clientId);
      reading.delete(clientId);
    },
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
