import { AppError, errorBody, type ErrorCode } from '@handover/shared/errors';

/** An error answer of the edge itself; the caller adds request id and CORS like to every answer. */
export function errorResponse(error: AppError, requestId: string, retryAfterS = 1): Response {
  const response = Response.json(errorBody(error, requestId), { status: error.status });
  if (error.retryable && error.status >= 500) response.headers.set('retry-after', String(retryAfterS));
  response.headers.set('cache-control', 'no-store');
  return response;
}

export const refusal = (code: ErrorCode, requestId: string): Response => errorResponse(new AppError(code), requestId);
