import { Client, errors } from '@elastic/elasticsearch';
import { AppError } from '@handover/shared/errors';

export const searchTimeoutMs = 900;
export const writeTimeoutMs = 30_000;

/** Without retries: a server that does not answer is left to the next look at it. */
export const openClient = (url: string): Client =>
  new Client({ node: url, maxRetries: 0, requestTimeout: writeTimeoutMs, name: 'handover' });

/** What was to be written to is not there. */
export class MissingIndex extends Error {}

/** Whether the server said that there is no such index. */
export const isMissing = (fault: unknown): boolean =>
  fault instanceof MissingIndex || (fault instanceof errors.ResponseError && fault.statusCode === 404);

/** Only the kind of fault: its text may quote documents. */
export const unavailable = (fault: unknown): AppError =>
  new AppError('search.unavailable', {
    detail: fault instanceof Error ? `${fault.name} ${statusOf(fault)}`.trim() : 'unknown fault',
    cause: fault,
  });

const statusOf = (fault: Error): string => (fault instanceof errors.ResponseError ? String(fault.statusCode ?? '') : '');
