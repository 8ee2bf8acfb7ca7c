import { AppError } from '@handover/shared/errors';
import { uuidv7 } from '@handover/shared/ids';
import { expectedVersion, paged, pageFrom } from '@handover/shared/versions';
import type { ContactCenter } from '../../contracts/stores.ts';
import { centerBody, centerChange } from './bodies.ts';
import type { Routes } from './route-parts.ts';
import { answer, conflict, done, entry, idOf, invalid, jsonBody, outdated, upToDate } from './wire.ts';

/** Contact centres: tenants, each with the names that stand before `\\` in its logins. */
export function addCenterRoutes({ app, actorOf, contactCenters: store, changed }: Routes): void {
  const pathOf = (id: string): string => `/contact-centers/${id}`;
  const wire = (center: ContactCenter) => ({ ...center, auth: 'configServer' });
  const existing = async (id: string) => {
    const found = (await upToDate(from => store.contactCenters(from))).find(center => center.id === id);
    if (found === undefined) throw new AppError('request.not-found');
    return found;
  };

  app.get('/contact-centers', async c => {
    await actorOf(c);
    const page = pageFrom(name => c.req.query(name));
    const all = await upToDate(from => store.contactCenters(from));
    return c.json({ ...done(), data: { contactCenters: paged(all, page).map(wire), totalCount: all.length } });
  });
  app.post('/contact-centers', async c => {
    const actor = await actorOf(c);
    const { data, operationId } = await jsonBody(c, centerBody);
    const id = data.id ?? uuidv7();
    const center = { id, name: data.name ?? data.domains[0] ?? id, domains: data.domains, environmentId: data.environmentId };
    const made = await store.createContactCenter(center, entry(c, actor, 'contact-center.create', id, { domains: center.domains }));
    if (made.ok) return answer(c, pathOf(id), wire(made.value), operationId);
    throw faultOf(made.reason);
  });
  app.get('/contact-centers/:id', async c => {
    await actorOf(c);
    const found = await existing(idOf(c));
    return answer(c, pathOf(found.id), wire(found));
  });
  app.put('/contact-centers/:id', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    const { data, operationId } = await jsonBody(c, centerChange);
    const expected = expectedVersion(c.req.header('if-match'), data.version);
    const before = await existing(id);
    const { name, domains, environmentId } = data;
    const wanted = { id, name, domains, environmentId, version: expected?.version ?? before.version };
    const updated = await store.updateContactCenter(wanted, entry(c, actor, 'contact-center.update', id, { name, domains }));
    if (updated.ok) return answer(c, pathOf(id), wire(updated.value), operationId);
    if (updated.reason === 'missing') throw new AppError('request.not-found');
    throw updated.reason === 'version' ? outdated(expected) : faultOf(updated.reason);
  });
  app.delete('/contact-centers/:id', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    const expected = expectedVersion(c.req.header('if-match'), undefined);
    const removed = await store.removeContactCenter(id, entry(c, actor, 'contact-center.remove', id), expected?.version);
    if (!removed.ok) throw removed.reason === 'missing' ? new AppError('request.not-found') : outdated(expected);
    changed();
    return c.json(done());
  });
}

function faultOf(reason: 'no-environment' | 'exists' | 'domain-taken'): AppError {
  if (reason === 'no-environment') return invalid('data.environmentId', 'There is no such environment.');
  return reason === 'exists'
    ? conflict('data.name', 'There is a contact centre of this id or name.')
    : conflict('data.domains', 'A domain belongs to another contact centre.');
}
