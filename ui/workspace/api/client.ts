/** Calls of the public API by a page that rides on its session cookie. */

/** What the server said no with; `code` as in the table of errors. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

interface EnvelopeWire {
  status?: { code: number; message?: string };
  errors?: { code: string; message?: string }[];
  data?: unknown;
}

export interface Api {
  /** POST below `/workspace/v3`; answers `data`, throws `ApiError`, or `TypeError`/`TimeoutError` when nothing was answered. */
  post(path: string, data?: unknown, operationId?: string): Promise<unknown>;
  /** GET below `/workspace/v3`; throws as `post`. */
  get(path: string): Promise<unknown>;
}

/** `deadlineMs` bounds every call; `onRegion` hears which region answered. */
export function createApi(options: { base: string; deadlineMs: number; onRegion: (region: string) => void }): Api {
  const call = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(`${options.base}${path}`, {
      credentials: 'same-origin',
      signal: AbortSignal.timeout(options.deadlineMs),
      ...init,
    });
    const region = response.headers.get('x-handover-region');
    if (region !== null) options.onRegion(region);
    const body = (await response.json().catch(() => ({}))) as EnvelopeWire;
    if (response.ok) return body.data;
    const first = body.errors?.[0];
    throw new ApiError(response.status, first?.code ?? 'unknown', first?.message ?? body.status?.message ?? response.statusText);
  };
  return {
    post: (path, data, operationId) =>
      call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ data, operationId }) }),
    get: path => call(path, {}),
  };
}
