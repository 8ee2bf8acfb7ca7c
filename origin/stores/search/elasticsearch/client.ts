import { Client, errors } from '@elastic/elasticsearch';
import { AppError } from '@handover/shared/errors';

export const searchTimeoutMs = 900;
export const writeTimeoutMs = 30_000;

/** Where the region's Elasticsearch is: `http(s)://[user:password@]host:port`, or an API key in its encoded form, base64 of `id:key`. */
export interface SearchAddress {
  url: string;
  apiKey?: string | undefined;
}

/** Without retries: a server that does not answer is left to the next look at it. Behind https its certificate is verified. */
export function openClient({ url, apiKey }: SearchAddress): Client {
  const node = new URL(url);
  const [username, password] = [decodeURIComponent(node.username), decodeURIComponent(node.password)];
  // The URL may stand in what the client says of its connections.
  node.username = '';
  node.password = '';
  const auth = apiKey !== undefined ? { apiKey } : username !== '' ? { username, password } : undefined;
  return new Client({
    node: node.href,
    ...(auth === undefined ? {} : { auth }),
    maxRetries: 0,
    requestTimeout: writeTimeoutMs,
    name: 'handover',
  });
}

/** What was to be written to is not there. */
export class MissingIndex extends Error {}

/** Whether the server said that there is no such index. */
export const isMissing = (fault: unknown): boolean =>
  fault instanceof MissingIndex || (fault instanceof errors.ResponseError && fault.statusCode === 404);

/** Only the kind of fault: its text may quote documents. */
export const unavailable = (fault: unknown): AppError => new AppError('search.unavailable', { detail: kindOf(fault), cause: fault });

/** Of a fault, what may stand in a log: neither documents nor what let us in. */
export const kindOf = (fault: unknown): string => (fault instanceof Error ? `${fault.name} ${statusOf(fault)}`.trim() : 'unknown fault');

const statusOf = (fault: Error): string => (fault instanceof errors.ResponseError ? String(fault.statusCode ?? '') : '');
