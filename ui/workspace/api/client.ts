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
}

export interface Api {
  /** POST below `/workspace/v3`; throws `ApiError`, or `TypeError`/`TimeoutError` when nothing was answered. */
  post(path: string, data?: unknown): Promise<void>;
}

/** `deadlineMs` bounds every call; `onRegion` hears which region answered. */
export function createApi(options: { base: string; deadlineMs: number; onRegion: (region: string) => void }): Api {
  return {
    async post(path, data) {
      const response = await fetch(`${options.base}${path}`, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json' },
        body: data === undefined ? '{}' : JSON.stringify({ data }),
        signal: AbortSignal.timeout(options.deadlineMs),
      });
      const region = response.headers.get('x-handover-region');
      if (region !== null) options.onRegion(region);
      if (response.ok) return;
      const body = (await response.json().catch(() => ({}))) as EnvelopeWire;
      const first = body.errors?.[0];
      throw new ApiError(response.status, first?.code ?? 'unknown', first?.message ?? body.status?.message ?? response.statusText);
    },
  };
}
