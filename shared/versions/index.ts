import { AppError } from '../errors/index.ts';

/** Optimistic concurrency over HTTP: a record's `version` is its entity tag, so a change can be bound to what the caller has read. */
export const etagOf = (version: number): string => `"${version}"`;

export interface ExpectedVersion {
  version: number;
  /** Answered when the record has another version: 412 for `If-Match`, 409 for a version in the body. */
  outdated: () => AppError;
}

const tagShape = /^(?:W\/)?"(\d{1,9})"$/;

/** The version that a change is bound to: `If-Match` before the body's `version`; undefined when the caller binds it to none. */
export function expectedVersion(ifMatch: string | undefined, inBody: number | undefined): ExpectedVersion | undefined {
  if (ifMatch !== undefined && ifMatch.trim() !== '*') {
    const version = Number(tagShape.exec(ifMatch.trim())?.[1]);
    if (!Number.isSafeInteger(version))
      throw new AppError('request.invalid', { field: 'If-Match', text: 'must be an entity tag that was answered, or *' });
    return { version, outdated: () => new AppError('request.outdated', { field: 'If-Match' }) };
  }
  if (inBody === undefined) return undefined;
  const text = 'The record was changed meanwhile.';
  return { version: inBody, outdated: () => new AppError('session.conflict', { field: 'data.version', text }) };
}

export interface Page {
  limit: number;
  offset: number;
}

const maxLimit = 1_000;

/** `limit` (1-1000, 1000 when absent) and `offset` (0 when absent) of a listing; a bad one is named. */
export function pageFrom(query: (name: string) => string | undefined): Page {
  const read = (name: string, min: number, max: number, otherwise: number): number => {
    const text = query(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < min || value > max)
      throw new AppError('request.invalid', { field: name, text: `must be a whole number from ${min} to ${max}` });
    return value;
  };
  return { limit: read('limit', 1, maxLimit, maxLimit), offset: read('offset', 0, 1_000_000, 0) };
}

export const paged = <T>(all: readonly T[], { limit, offset }: Page): T[] => all.slice(offset, offset + limit);
