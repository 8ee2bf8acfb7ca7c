/** Calls of the public API by a page that rides on its session cookie. */

/** What the server said no with; `code` as in the table of errors. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** The field that was not taken, such as `data.to.0`. */
  readonly field: string | undefined;
  constructor(status: number, code: string, message: string, field: string | undefined) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

interface EnvelopeWire {
  status?: { code: number; message?: string };
  errors?: { code: string; field?: string; message?: string }[];
  data?: unknown;
}

export interface Api {
  /** POST below `/workspace/v3`; answers `data`, throws `ApiError`, or `TypeError`/`TimeoutError` when nothing was answered. */
  post(path: string, data?: unknown, operationId?: string): Promise<unknown>;
  /** POST of a file in a form, as its field `attachment`; answers and throws as `post`. */
  postFile(path: string, file: File): Promise<unknown>;
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
    throw new ApiError(
      response.status,
      first?.code ?? 'unknown',
      first?.message ?? body.status?.message ?? response.statusText,
      first?.field,
    );
  };
  return {
    post: (path, data, operationId) =>
      call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ data, operationId }) }),
    postFile: (path, file) => {
      const body = new FormData();
      body.set('attachment', file);
      return call(path, { method: 'POST', body });
    },
    get: path => call(path, {}),
  };
}
