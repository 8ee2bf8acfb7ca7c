import { AppError } from '@handover/shared/errors';
import { uuidv7 } from '@handover/shared/ids';
import { expectedVersion, paged, pageFrom } from '@handover/shared/versions';
import { environmentBody, environmentChange } from './bodies.ts';
import type { Routes } from './route-parts.ts';
import { answer, conflict, done, entry, idOf, jsonBody, outdated, upToDate } from './wire.ts';

/** Genesys environments: the installations that contact centres belong to. */
export function addEnvironmentRoutes({ app, actorOf, contactCenters: store }: Routes): void {
  const pathOf = (id: string): string => `/environments/${id}`;
  const existing = async (id: string) => {
    const found = (await upToDate(from => store.environments(from))).find(environment => environment.id === id);
    if (found === undefined) throw new AppError('request.not-found');
    return found;
  };

  app.get('/environments', async c => {
    await actorOf(c);
    const page = pageFrom(name => c.req.query(name));
    const all = await upToDate(from => store.environments(from));
    return c.json({ ...done(), data: { environments: paged(all, page), totalCount: all.length } });
  });
  app.post('/environments', async c => {
    const actor = await actorOf(c);
    const body = await jsonBody(c, environmentBody);
    const id = body.data.id ?? uuidv7();
    const made = await store.createEnvironment({ id, name: body.data.name ?? id }, entry(c, actor, 'environment.create', id));
    if (!made.ok) throw conflict('data.name', 'There is an environment of this id or name.');
    return answer(c, pathOf(id), made.value, body.operationId);
  });
  app.get('/environments/:id', async c => {
    await actorOf(c);
    const found = await existing(idOf(c));
    return answer(c, pathOf(found.id), found);
  });
  app.put('/environments/:id', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    const { data, operationId } = await jsonBody(c, environmentChange);
    const expected = expectedVersion(c.req.header('if-match'), data.version);
    const before = await existing(id);
    const wanted = { id, name: data.name, version: expected?.version ?? before.version };
    const updated = await store.updateEnvironment(wanted, entry(c, actor, 'environment.update', id, { name: data.name }));
    if (updated.ok) return answer(c, pathOf(id), updated.value, operationId);
    if (updated.reason === 'missing') throw new AppError('request.not-found');
    throw updated.reason === 'exists' ? conflict('data.name', 'There is an environment of this name.') : outdated(expected);
  });
  app.delete('/environments/:id', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    const expected = expectedVersion(c.req.header('if-match'), undefined);
    const removed = await store.removeEnvironment(id, entry(c, actor, 'environment.remove', id), expected?.version);
    if (removed.ok) return c.json(done());
    if (removed.reason === 'missing') throw new AppError('request.not-found');
    throw removed.reason === 'in-use' ? conflict('id', 'Contact centres belong to this environment.') : outdated(expected);
  });
}
