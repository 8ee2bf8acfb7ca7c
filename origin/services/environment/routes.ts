import { AppError } from '@handover/shared/errors';
import { pageFrom } from '@handover/shared/versions';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { addCenterRoutes } from './center-routes.ts';
import { addEnvironmentRoutes } from './environment-routes.ts';
import type { RouteParts, Routes } from './route-parts.ts';
import { addSettingRoutes } from './setting-routes.ts';
import { done, errorAnswer, invalid, requestIdOf, upToDate, type AppContext, type AppEnvironment } from './wire.ts';

/** `/environment/v3`, for operators only. Every change is audited in its own transaction. */
export function createRoutes(parts: RouteParts): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();
  app.notFound(c => errorAnswer(c, new AppError('request.not-found')));
  app.onError((error, c) => {
    const known = error instanceof AppError ? error : new AppError('internal.fault', { cause: error });
    if (known.status >= 500) parts.log.error('a request failed', { requestId: requestIdOf(c), code: known.code, reason: error.message });
    return errorAnswer(c, known);
  });
  app.use(bodyLimit({ maxSize: 65_536, onError: (c: AppContext) => errorAnswer(c, new AppError('request.too-large')) }));
  const routes: Routes = { ...parts, app, actorOf: c => parts.identity.requireOperator(c.env.incoming) };
  addEnvironmentRoutes(routes);
  addCenterRoutes(routes);
  addSettingRoutes(routes);
  addAuditRoutes(routes);
  return app;
}

/** Who changed what, newest first; the next page begins below the last entry (`before`). */
function addAuditRoutes({ app, actorOf, audit }: Routes): void {
  app.get('/audit', async c => {
    await actorOf(c);
    const { limit } = pageFrom(name => (name === 'limit' ? c.req.query(name) : undefined));
    const before = c.req.query('before');
    if (before !== undefined && !z.uuid().safeParse(before).success) throw invalid('before', 'must be the id of an entry');
    const entries = await upToDate(from => audit.list(limit, from, before));
    return c.json({ ...done(), data: { entries } });
  });
}
