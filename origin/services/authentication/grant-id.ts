import { createHash, randomBytes } from 'node:crypto';

/** What a sign-in granted: these clients are the installation's own, so there is no consent beyond who signed in for which client. */
export interface GrantSubject {
  accountId: string;
  clientId: string;
}

const maxLength = 1_024;

/**
 * A grant's id says whose it is, so a grant needs no store and every region can find it. It stands only inside records that we keep and
 * tokens that we sign; by itself it opens nothing.
 */
export const grantIdFor = (subject: GrantSubject): string => idOf(randomBytes(12), subject);

/** The one grant of a web session: whoever ends that finds it without having kept it. */
export const grantIdOfSession = (sid: string, subject: GrantSubject): string =>
  idOf(createHash('sha256').update(sid).digest().subarray(0, 12), subject);

const idOf = (distinct: Buffer, { clientId, accountId }: GrantSubject): string =>
  `${distinct.toString('base64url')}.${encode(clientId)}.${encode(accountId)}`;

/** Reads a grant id; undefined when it is none. */
export function subjectOfGrant(grantId: string): GrantSubject | undefined {
  const [random, clientId, accountId, more] = grantId.length > maxLength ? [] : grantId.split('.');
  if (random?.length !== 16 || !clientId || !accountId || more !== undefined) return undefined;
  return { clientId: decode(clientId), accountId: decode(accountId) };
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
const decode = (text: string): string => Buffer.from(text, 'base64url').toString('utf8');
