import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Registry } from '../../contracts/registry.ts';
import { accountIdFor } from './user-names.ts';

/** The parts of a token that can be revoked. */
export interface Revocable {
  jti: string;
  /** All tokens of one sign-in share it. */
  grantId?: string;
  tenant?: string;
  userName?: string;
  issuedAtMs: number;
}

export interface Revocations {
  /** Without I/O. */
  has(token: Revocable): boolean;
  revokeToken(jti: string, expiresAtMs: number): Promise<void>;
  /** Every token of one sign-in. */
  revokeGrant(grantId: string, expiresAtMs: number): Promise<void>;
  /** Every token of a person issued until now. */
  revokeUser(tenant: string, userName: string, expiresAtMs: number): Promise<void>;
  start(): void;
  stop(): void;
}

const pullMs = 2_000;
/** The registry forgets entries when their tokens are over; reading the list anew forgets them here too. */
const readAnewMs = 600_000;
const maxPending = 10_000;

interface Known {
  ids: Set<string>;
  /** Tokens of the account issued before this moment are void. */
  users: Map<string, number>;
}

/**
 * The revocation list, pulled from the registry every 2 s and looked up in memory. What is revoked here holds here at once. While the registry
 * is gone nothing is lost: revocations wait (at most 10,000) and are written when it answers again.
 */
export function createRevocations(options: {
  registry: Pick<Registry, 'revokeToken' | 'revokedTokens'>;
  clock: Clock;
  log: Logger;
}): Revocations {
  const { registry, clock, log } = options;
  let known: Known = { ids: new Set(), users: new Map() };
  const pending = new Map<string, number>();
  let sinceMs = 0;
  let readAnewAtMs = clock.monotonic() + readAnewMs;
  let down = false;
  let stopped = false;
  let cancel = (): void => undefined;

  const pull = async (): Promise<void> => {
    const anew = clock.monotonic() >= readAnewAtMs;
    for (const [entry, expiresAtMs] of [...pending]) {
      if (expiresAtMs > clock.now()) await registry.revokeToken(entry, expiresAtMs);
      pending.delete(entry);
    }
    const answer = await registry.revokedTokens(anew ? 0 : sinceMs);
    if (anew) {
      known = { ids: new Set(), users: new Map() };
      readAnewAtMs = clock.monotonic() + readAnewMs;
    }
    for (const entry of answer.jtis) note(known, entry);
    sinceMs = answer.nextSinceMs;
  };
  const turn = async (): Promise<void> => {
    try {
      await pull();
      if (down) log.info('the revocation list is read again');
      down = false;
    } catch (error) {
      if (!down) log.warn('the revocation list cannot be read', { reason: error instanceof Error ? error.message : 'unknown' });
      down = true;
    }
    if (!stopped) cancel = clock.after(pullMs, () => void turn());
  };
  const add = async (entry: string, expiresAtMs: number): Promise<void> => {
    note(known, entry);
    try {
      await registry.revokeToken(entry, expiresAtMs);
    } catch (error) {
      if (pending.size < maxPending) pending.set(entry, expiresAtMs);
      log.warn('a revocation waits for the registry', {
        waiting: pending.size,
        reason: error instanceof Error ? error.message : 'unknown',
      });
    }
  };
  return {
    has(token) {
      if (known.ids.has(token.jti)) return true;
      if (token.grantId !== undefined && known.ids.has(grantEntry(token.grantId))) return true;
      if (token.tenant === undefined || token.userName === undefined) return false;
      return token.issuedAtMs <= (known.users.get(accountIdFor(token.tenant, token.userName)) ?? -1);
    },
    revokeToken: add,
    revokeGrant: (grantId, expiresAtMs) => add(grantEntry(grantId), expiresAtMs),
    revokeUser: (tenant, userName, expiresAtMs) => add(userEntry(accountIdFor(tenant, userName), clock.now()), expiresAtMs),
    start: () => void turn(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}

// One list holds three kinds: `g:` a grant, `u:<ms>:` an account's tokens until then, anything else a token's id (which has no colon).
const grantEntry = (grantId: string): string => `g:${grantId}`;
const userEntry = (accountId: string, untilMs: number): string => `u:${untilMs}:${accountId}`;
const userShape = /^u:(\d{1,16}):(.+)$/s;

function note(known: Known, entry: string): void {
  const [, untilMs, accountId] = userShape.exec(entry) ?? [];
  if (untilMs === undefined || accountId === undefined) known.ids.add(entry);
  else known.users.set(accountId, Math.max(known.users.get(accountId) ?? 0, Number(untilMs)));
}
