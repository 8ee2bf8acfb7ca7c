/**
 * The one table of error codes. A code is `area.what`; `status` is the HTTP status, `public` the only text that leaves the system,
 * `retryable` whether the same request may succeed later. `docs/errors.md` is made from it.
 */
export const errorTable = {
  'request.invalid': { status: 400, retryable: false, public: 'The request is not valid.' },
  'request.too-large': { status: 413, retryable: false, public: 'The request body is too large.' },
  'request.not-found': { status: 404, retryable: false, public: 'There is no such resource.' },
  'request.outdated': { status: 412, retryable: false, public: 'The record was changed meanwhile.' },
  'request.method': { status: 405, retryable: false, public: 'The method is not allowed here.' },
  'request.timeout': { status: 504, retryable: true, public: 'The request took too long.' },
  'session.missing': { status: 403, retryable: false, public: 'There is no valid session.' },
  'session.ended': { status: 403, retryable: false, public: 'There is no valid session.' },
  'session.conflict': { status: 409, retryable: false, public: 'The session or the place is in use.' },
  'auth.refused': { status: 401, retryable: false, public: 'Authentication failed.' },
  'auth.forbidden': { status: 403, retryable: false, public: 'Not allowed.' },
  'auth.throttled': { status: 429, retryable: true, public: 'Too many attempts.' },
  'origin.forbidden': { status: 403, retryable: false, public: 'Not allowed.' },
  'call.unknown': { status: 404, retryable: false, public: 'There is no such call.' },
  'voice.inactive': { status: 409, retryable: false, public: 'The voice channel is not active.' },
  'voice.unavailable': { status: 503, retryable: true, public: 'The voice service is not available.' },
  'voice.timeout': { status: 504, retryable: true, public: 'The voice service did not answer in time.' },
  'interaction.unknown': { status: 404, retryable: false, public: 'There is no such interaction.' },
  'media.inactive': { status: 409, retryable: false, public: 'The digital channels are not active.' },
  'media.unavailable': { status: 503, retryable: true, public: 'The interaction service is not available.' },
  'contact.unavailable': { status: 503, retryable: true, public: 'The contact service is not available.' },
  'media.timeout': { status: 504, retryable: true, public: 'The interaction service did not answer in time.' },
  'statistics.unavailable': { status: 503, retryable: true, public: 'Statistics are not available at the moment.' },
  'ownership.elsewhere': { status: 421, retryable: true, public: 'The session is served elsewhere.' },
  'ownership.unsure': { status: 503, retryable: true, public: 'The session is moving.' },
  'ownership.busy': { status: 503, retryable: true, public: 'The session is moving.' },
  'outcome.unknown': { status: 503, retryable: false, public: 'Whether the operation was executed is unknown; look at the current state.' },
  'store.read-only': { status: 503, retryable: true, public: 'Changes are not possible at the moment.' },
  'store.unavailable': { status: 503, retryable: true, public: 'The data store is not available.' },
  'search.unavailable': { status: 503, retryable: true, public: 'Search is not available at the moment.' },
  'region.none': { status: 503, retryable: true, public: 'No region can serve the request.' },
  'region.replay': { status: 502, retryable: true, public: 'No region accepted the request.' },
  'upstream.broken': { status: 502, retryable: true, public: 'The connection to the region was lost.' },
  'internal.fault': { status: 500, retryable: false, public: 'Something went wrong.' },
} as const satisfies Record<string, { status: number; retryable: boolean; public: string }>;

export type ErrorCode = keyof typeof errorTable;

/** A fault of the world or a refusal on its way to the wire. `detail` is for the log only. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  /** The request field at fault, when one is. */
  readonly field: string | undefined;
  /** Text for the client in place of the table's; ours, never a dependency's. */
  readonly publicText: string;
  constructor(code: ErrorCode, options: { detail?: string; field?: string; text?: string; cause?: unknown } = {}) {
    super(options.detail ?? code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = errorTable[code].status;
    this.retryable = errorTable[code].retryable;
    this.field = options.field;
    this.publicText = options.text ?? errorTable[code].public;
  }
}

/** The body of an error answer of the v3 services: the HTTP status (603 without a session), the code, the field, the request id. */
export interface ErrorBodyWire {
  status: { code: number; message: string };
  errors: { code: ErrorCode; field?: string; message?: string }[];
  requestId: string;
  operationId?: string;
}

export function errorBody(error: AppError, requestId: string): ErrorBodyWire {
  const statusCode = error.code === 'session.missing' || error.code === 'session.ended' ? 603 : error.status;
  const entry = { code: error.code, ...(error.field === undefined ? {} : { field: error.field }), message: error.publicText };
  return { status: { code: statusCode, message: error.publicText }, errors: [entry], requestId };
}
