import { AppError } from '@handover/shared/errors';
import { uuidv7 } from '@handover/shared/ids';
import { expectedVersion, paged, pageFrom } from '@handover/shared/versions';
import { corsBody, settingBody } from './bodies.ts';
import type { Routes } from './route-parts.ts';
import { answer, done, entry, idOf, invalid, jsonBody, outdated, upToDate } from './wire.ts';

/** Settings of a contact centre by location, and the origins whose pages may call. */
export function addSettingRoutes({ app, actorOf, contactCenters: store, changed }: Routes): void {
  const pathOf = (center: string, id: string): string => `/contact-centers/${center}/settings/${id}`;
  const ofCenter = async (center: string) => {
    const [centers, settings] = await Promise.all([
      upToDate(from => store.contactCenters(from)),
      upToDate(from => store.settings(center, from)),
    ]);
    if (!centers.some(({ id }) => id === center)) throw new AppError('request.not-found');
    return settings;
  };

  app.get('/contact-centers/:id/settings', async c => {
    await actorOf(c);
    const page = pageFrom(name => c.req.query(name));
    const all = await ofCenter(idOf(c));
    return c.json({ ...done(), data: { settings: paged(all, page), totalCount: all.length } });
  });
  // Installers write a setting again to change it; who binds the change to a version replaces that one only.
  app.post('/contact-centers/:id/settings', async c => {
    const actor = await actorOf(c);
    const center = idOf(c);
    const { data, operationId } = await jsonBody(c, settingBody);
    const { version, ...setting } = data;
    const expected = expectedVersion(c.req.header('if-match'), version);
    const audit = entry(c, actor, 'setting.put', center, { name: data.name, location: data.location });
    const put = await store.putSetting({ id: uuidv7(), contactCenterId: center, ...setting }, audit, expected?.version);
    if (!put.ok) throw put.reason === 'version' ? outdated(expected) : new AppError('request.not-found');
    changed();
    return answer(c, pathOf(center, put.value.id), put.value, operationId);
  });
  app.get('/contact-centers/:id/settings/:settingId', async c => {
    await actorOf(c);
    const [center, id] = [idOf(c), idOf(c, 'settingId')];
    const found = (await ofCenter(center)).find(setting => setting.id === id);
    if (found === undefined) throw new AppError('request.not-found');
    return answer(c, pathOf(center, id), found);
  });
  app.delete('/contact-centers/:id/settings/:settingId', async c => {
    const actor = await actorOf(c);
    const [center, id] = [idOf(c), idOf(c, 'settingId')];
    const expected = expectedVersion(c.req.header('if-match'), undefined);
    const removed = await store.removeSetting(center, id, entry(c, actor, 'setting.remove', center, { setting: id }), expected?.version);
    if (!removed.ok) throw removed.reason === 'missing' ? new AppError('request.not-found') : outdated(expected);
    changed();
    return c.json(done());
  });

  app.get('/cors', async c => {
    await actorOf(c);
    const page = pageFrom(name => c.req.query(name));
    const all = await upToDate(from => store.corsOrigins(from));
    return c.json({ ...done(), data: { origins: paged(all, page), totalCount: all.length } });
  });
  app.post('/cors', async c => {
    const actor = await actorOf(c);
    const { data, operationId } = await jsonBody(c, corsBody);
    const wanted = {
      id: uuidv7(),
      origin: data.origin,
      ...(data.contactCenterId === undefined ? {} : { contactCenterId: data.contactCenterId }),
    };
    const added = await store.addCorsOrigin(wanted, entry(c, actor, 'cors.add', data.origin));
    if (!added.ok) throw invalid('data.contactCenterId', 'There is no such contact centre.');
    changed();
    return c.json({ ...done(operationId), path: `/cors/${added.value.id}`, data: added.value });
  });
  app.get('/cors/:id', async c => {
    await actorOf(c);
    const id = idOf(c);
    const found = (await upToDate(from => store.corsOrigins(from))).find(origin => origin.id === id);
    if (found === undefined) throw new AppError('request.not-found');
    return c.json({ ...done(), path: `/cors/${id}`, data: found });
  });
  app.delete('/cors/:id', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    if (!(await store.removeCorsOrigin(id, entry(c, actor, 'cors.remove', id)))) throw new AppError('request.not-found');
    changed();
    return c.json(done());
  });
}
