import { AppError } from '@handover/shared/errors';
import { answerJson } from './answer.ts';
import type { Mount } from './http-server.ts';

/** Origins whose pages may call with cookies: the configured ones, and those that operators added. Both views are for good; contents follow. */
export interface AllowedOrigins {
  readonly list: readonly string[];
  readonly set: ReadonlySet<string>;
  /** Replaces those that operators added. */
  update(added: readonly string[]): void;
}

export function createAllowedOrigins(configured: readonly string[]): AllowedOrigins {
  const list = [...new Set(configured)];
  const set = new Set(list);
  return {
    list,
    set,
    update(added) {
      const wanted = new Set([...configured, ...added]);
      if (wanted.size === set.size && [...wanted].every(origin => set.has(origin))) return;
      set.clear();
      for (const origin of wanted) set.add(origin);
      list.splice(0, list.length, ...wanted);
    },
  };
}

/** `GET /health/origins`: for the edge, which never passes this path on. */
export const originsMount = (origins: AllowedOrigins): Mount => ({
  prefix: '/health/origins',
  serve: ({ request, response }) => {
    if (request.method !== 'GET') throw new AppError('request.method');
    answerJson(response, 200, { origins: origins.list });
  },
});
