import { Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import type { ServiceParts } from '../parts.ts';
import { mountContacts } from './contact-routes.ts';
import { mountDigital } from './digital-routes.ts';
import { mountDirectory } from './directory-routes.ts';
import { openApiDocument } from './doc.ts';
import { errorAnswer } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';
import { guarded, sameOrigin } from './guard.ts';
import { mountLogin } from './login-routes.ts';
import { mountRemote } from './remote-routes.ts';
import { mountReporting } from './reporting-routes.ts';
import { mountSecurity } from './security-routes.ts';
import { mountInitialize, mountSession } from './session-routes.ts';
import { mountTopics } from './topic-routes.ts';
import { mountVoice } from './voice-routes.ts';

/** The service's routes, relative to where the server mounts them (`/workspace/v3`). The server sets the variable `request` before. */
export function createApp(parts: ServiceParts): Hono<WorkspaceEnv> {
  const app = new Hono<WorkspaceEnv>();
  app.use(async (c, next) => {
    c.set('log', parts.log);
    c.header('cache-control', 'no-store');
    await next();
  });
  app.onError((thrown, c) => errorAnswer(c, thrown));
  app.use(sameOrigin(parts));
  let document: object | undefined;
  app.get('/doc', c => c.json((document ??= openApiDocument(parts.version))));
  app.get('/info', c => c.json({ version: parts.version, changeset: '' }));
  app.get('/version', c => c.json({ status: { code: 0 }, data: { version: parts.version } }));
  mountInitialize(app, parts);
  mountLogin(app, parts);
  app.use(guarded(parts));
  mountSession(app, parts);
  mountVoice(app, parts);
  mountTopics(app, parts);
  mountDigital(app, parts);
  mountContacts(app, parts);
  mountDirectory(app, parts);
  mountRemote(app, parts);
  mountReporting(app, parts);
  mountSecurity(app, parts);
  // A route and not `notFound`, which a parent application would not take over.
  app.all('*', c => errorAnswer(c, new AppError('request.not-found')));
  return app;
}
