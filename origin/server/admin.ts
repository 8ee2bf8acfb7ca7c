import { AppError } from '@handover/shared/errors';
import { z } from 'zod';
import type { Identity } from '../contracts/identity.ts';
import { answerError, answerJson } from './answer.ts';
import { readBody } from './body.ts';
import type { Call } from './call.ts';
import type { Drain } from './drain.ts';

const drainSchema = z.strictObject({ deadlineS: z.number().int().min(0).max(86_400).default(300) });

/**
 * What an operator may ask of one node: `GET /admin/status`, `POST /admin/drain` with `{deadlineS}`, `POST /admin/undrain`, and
 * `POST /admin/search/rebuild`, whose progress the status tells. Basic.
 */
export function createAdminRoutes(options: {
  identity: Pick<Identity, 'requireOperator'>;
  drain: Drain;
  status: () => Readonly<Record<string, unknown>>;
  /** Begins to build the search index anew; throws when it cannot. */
  rebuildSearch: () => void;
}): (call: Call) => Promise<void> {
  const { identity, drain } = options;
  return async ({ request, response, path, context }) => {
    try {
      await identity.requireOperator(request);
      switch (`${request.method} ${path}`) {
        case 'GET /admin/status':
          return answerJson(response, 200, { state: drain.state, ...options.status() });
        case 'POST /admin/drain': {
          const text = (await readBody(request, 1_024)).toString('utf8');
          drain.begin(deadlineOf(text));
          return answerJson(response, 202, { state: drain.state });
        }
        case 'POST /admin/undrain':
          drain.end();
          return answerJson(response, 200, { state: drain.state });
        case 'POST /admin/search/rebuild':
          options.rebuildSearch();
          return answerJson(response, 202, { state: 'rebuilding' });
        default:
          throw new AppError('request.not-found');
      }
    } catch (error) {
      answerError(response, error, context.requestId);
    }
  };
}

function deadlineOf(text: string): number {
  try {
    return drainSchema.parse(text === '' ? {} : JSON.parse(text)).deadlineS;
  } catch (cause) {
    throw new AppError('request.invalid', { field: 'deadlineS', text: 'deadlineS must be a whole number of seconds.', cause });
  }
}
