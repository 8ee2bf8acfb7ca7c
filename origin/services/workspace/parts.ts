import type { ContactServer } from '../../contracts/contacts.ts';
import type { Identity, SessionTokens } from '../../contracts/identity.ts';
import type { Ownership } from '../../contracts/ownership.ts';
import type { SearchIndex } from '../../contracts/search.ts';
import type { Statistics } from '../../contracts/statistics.ts';
import type { Preferences, WebSessionCodec } from '../../contracts/workspace.ts';
import type { SessionParts } from './session/parts.ts';
import type { Sessions } from './session/sessions.ts';

/** What the HTTP side of the service stands on. */
export interface ServiceParts extends SessionParts {
  identity: Identity;
  sessionTokens: SessionTokens;
  ownership: Ownership;
  webSessions: WebSessionCodec;
  preferences: Preferences;
  sessions: Sessions;
  /** Without it contacts and standard responses are not available. */
  contacts?: ContactServer;
  /** Without it reporting is not available. */
  statistics?: Statistics;
  /** Without it targets are searched in the configuration. */
  search?: Pick<SearchIndex, 'search'>;
  /** The region this node stands in. */
  region: string;
  /** Without a slash at its end. */
  publicUrl: string;
  /** Origins whose pages may use the session, the public URL's included. */
  allowedOrigins: readonly string[];
  secureCookies: boolean;
  version: string;
}
