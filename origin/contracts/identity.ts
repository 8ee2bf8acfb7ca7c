import type { Result } from '@handover/shared/result';

/** Who a token speaks for. A client-credentials token has no person. */
export interface Principal {
  /** The contact centre's short name, e.g. `acme`. */
  tenant: string;
  contactCenterId: string;
  clientId: string;
  userName?: string;
  personDbid?: number;
  /** e.g. ROLE_AGENT, ROLE_SUPERVISOR, ROLE_ADMIN. */
  authorities: readonly string[];
  jti: string;
  expiresAtMs: number;
}

export type TokenRefusal = 'invalid' | 'expired' | 'revoked' | 'forbidden' | 'unavailable';

/** Authentication as the other services see it. */
export interface Identity {
  /** Verifies an access token by signature, times, issuer, audience and the revocation list; no database. */
  verifyAccessToken(token: string): Promise<Result<Principal, TokenRefusal>>;
  /**
   * Redeems an authorization code of our own workspace client (or another of the system's own) and says who signed in; a code works once, and
   * only in its region: ask `regionOfCode` first.
   */
  redeemCode(code: string, redirectUri: string): Promise<Result<Principal, TokenRefusal>>;
  /** The region that can redeem a code, for a 421; undefined when the text is no code of ours. */
  regionOfCode(code: string): string | undefined;
  /** Where a browser goes to sign in for our own pages; it comes back to `workspaceRedirectUri` with `code` and the state. Path and query. */
  authorizeUrl(options: { state?: string; locale?: string; loginHint?: string }): string;
  /** Absolute; the redirect URI to redeem codes of `authorizeUrl` with. */
  readonly workspaceRedirectUri: string;
  /** Where a browser goes to end its session at the identity provider; then to `redirectUri` if that is ours. Path and query. */
  signOutUrl(redirectUri?: string): string;
  /** Refuses the token with this jti in every region within 5 s. */
  revoke(jti: string, expiresAtMs: number): Promise<void>;
  /** The operator's name by Basic credentials; throws `auth.refused` or `auth.throttled`. */
  requireOperator(incoming: OperatorRequest): Promise<string>;
}

/** A web session as far as tokens are made of it. */
export interface TokenSession {
  sid: string;
  tenant: string;
  userName: string;
  issuedAtMs: number;
  expiresAtMs: number;
}

/** Access tokens for pages that have a web session and no token of their own. */
export interface SessionTokens {
  /**
   * A token that says the person, for at most 15 minutes and no longer than the web session. `forbidden`: the person is unknown or disabled;
   * `revoked`: they were signed out everywhere since the web session began.
   */
  issue(session: TokenSession): Promise<Result<{ accessToken: string; expiresInS: number }, TokenRefusal>>;
  /** Refuses every token made of the web session, in every region within 5 s. */
  revoke(session: TokenSession): Promise<void>;
}

/** What of a Node request decides whether it comes from the operator, and how often it may try. */
export interface OperatorRequest {
  headers: { authorization?: string | undefined; 'x-forwarded-for'?: string | string[] | undefined };
  socket: { remoteAddress?: string | undefined };
}
