import { uuidv7 } from '@handover/shared/ids';
import { ok, refuse, type Result } from '@handover/shared/result';
import { createLocalJWKSet, errors, jwtVerify, SignJWT, importJWK, type JWK, type JWTPayload } from 'jose';
import type { Principal, TokenRefusal } from '../../contracts/identity.ts';
import { principalFrom } from './claims.ts';
import type { Revocations } from './revocations.ts';

export type VerifiedPrincipal = Principal & { grantId?: string; issuedAtMs: number };

export interface Tokens {
  /** Signature, times, issuer, audience, kind; then, unless told not to, the revocation list. No I/O. */
  verify(token: string, options?: { revoked?: 'accept' }): Promise<Result<VerifiedPrincipal, TokenRefusal>>;
  /** A token that says who the user is, for services that trust ours: 5 min, good for one exchange kind only (jwt-bearer). */
  signUser(principal: VerifiedPrincipal, claims: JWTPayload): Promise<string>;
  /** An access token like those of the OAuth library, for a person who has proved by other means who they are. */
  signAccess(of: { accountId: string; clientId: string; claims: JWTPayload; lifeS: number }): Promise<string>;
  /** An assertion of the jwt-bearer grant: a user token, or an access token of ours. */
  verifyAssertion(token: string): Promise<Result<VerifiedPrincipal, TokenRefusal>>;
}

const algorithm = 'ES256';
const toleranceS = 5;
const maxTokenLength = 8_192;
const userTokenS = 300;

export function createTokens(parts: {
  issuer: string;
  audience: string;
  keys: readonly Record<string, unknown>[];
  revocations: Revocations;
  nowMs: () => number;
}): Tokens {
  const { issuer, audience, revocations } = parts;
  const keySet = createLocalJWKSet({ keys: parts.keys.map(publicPart) });
  const [signing] = parts.keys;
  const check = async (
    token: string,
    kind: { audience: string; typ: string },
    revoked?: 'accept',
  ): Promise<Result<VerifiedPrincipal, TokenRefusal>> => {
    if (token.length > maxTokenLength) return refuse('invalid');
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        audience: kind.audience,
        typ: kind.typ,
        algorithms: [algorithm],
        clockTolerance: toleranceS,
        currentDate: new Date(parts.nowMs()),
      });
      const principal = principalFrom(payload);
      if (principal === undefined) return refuse('invalid');
      return revoked !== 'accept' && revocations.has(principal) ? refuse('revoked') : ok(principal);
    } catch (error) {
      return refuse(error instanceof errors.JWTExpired ? 'expired' : 'invalid');
    }
  };
  const accessToken = { audience, typ: 'at+jwt' };
  const userToken = { audience: issuer, typ: 'user+jwt' };
  return {
    verify: (token, options) => check(token, accessToken, options?.revoked),
    async verifyAssertion(token) {
      const user = await check(token, userToken);
      if (!user.ok) return user.reason === 'invalid' ? check(token, accessToken) : user;
      // It stands for the access token it was made from and lives no longer than that; what it is exchanged for neither.
      const parentMs = await parentExpiry(token, keySet);
      return parentMs === undefined ? refuse('invalid') : ok({ ...user.value, expiresAtMs: parentMs });
    },
    async signAccess({ accountId, clientId, claims, lifeS }) {
      if (signing === undefined) throw new Error('no signing key');
      const nowS = Math.floor(parts.nowMs() / 1_000);
      return new SignJWT({ ...claims, client_id: clientId, scope: '*' })
        .setProtectedHeader({ alg: algorithm, kid: String(signing['kid']), typ: accessToken.typ })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(accountId)
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + lifeS)
        .setJti(uuidv7(parts.nowMs()))
        .sign(await importJWK(signing as JWK, algorithm));
    },
    async signUser(principal, claims) {
      if (signing === undefined) throw new Error('no signing key');
      const nowS = Math.floor(parts.nowMs() / 1_000);
      return new SignJWT({ ...claims, parent_exp: Math.floor(principal.expiresAtMs / 1_000) })
        .setProtectedHeader({ alg: algorithm, kid: String(signing['kid']), typ: userToken.typ })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(nowS)
        .setExpirationTime(Math.min(nowS + userTokenS, Math.floor(principal.expiresAtMs / 1_000)))
        .setJti(principal.jti)
        .sign(await importJWK(signing as JWK, algorithm));
    },
  };
}

async function parentExpiry(token: string, keySet: ReturnType<typeof createLocalJWKSet>): Promise<number | undefined> {
  const { payload } = await jwtVerify(token, keySet, { algorithms: [algorithm] });
  return typeof payload['parent_exp'] === 'number' ? payload['parent_exp'] * 1_000 : undefined;
}

const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']);
const publicPart = (key: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(key).filter(([name]) => !privateMembers.has(name)));
