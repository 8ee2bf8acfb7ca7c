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
  /** Redeems an authorization code of our own workspace client and says who signed in; a code works once. */
  redeemCode(code: string, redirectUri: string): Promise<Result<Principal, TokenRefusal>>;
  /** Refuses the token with this jti in every region within 5 s. */
  revoke(jti: string, expiresAtMs: number): Promise<void>;
}
