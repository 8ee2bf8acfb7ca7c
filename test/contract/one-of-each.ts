import { uuidv7 } from '@handover/shared/ids';
import type { Postgres } from '../../origin/stores/postgres/index.ts';

const tenant = 'acme';
const page = { startIndex: 0, maxResults: 5 };
const lately = { order: 'desc', maxResults: 5 } as const;
const anything = { kind: 'term', field: undefined, pattern: [{ literal: 'ann' }, 'many'] } as const;

/** Makes, changes, reads and removes one of each thing that the store keeps. Rejects when anything is refused. */
export async function oneOfEach(store: Postgres): Promise<void> {
  const name = uuidv7();
  const audit = { actor: 'test', action: 'test', subject: name, detail: {}, requestId: name };
  await centers(store, name, audit);
  await clientsAndTokens(store, name, audit);
  await ofPersons(store, name);
  await contacts(store, name);
  await store.audit.append(audit);
  await store.audit.list(3, 'local');
}

type Audit = Parameters<Postgres['audit']['append']>[0];

async function centers({ contactCenters: store }: Postgres, name: string, audit: Audit): Promise<void> {
  const environment = granted(await store.createEnvironment({ id: uuidv7(), name }, audit));
  granted(await store.updateEnvironment({ ...environment, name: `${name} 2` }, audit));
  const center = { id: uuidv7(), name, domains: [`${name}.example`], environmentId: environment.id };
  const made = granted(await store.createContactCenter(center, audit));
  granted(await store.updateContactCenter({ ...made, domains: [`www.${name}.example`] }, audit));
  const setting = { id: uuidv7(), contactCenterId: center.id, name: 'a', location: '/', value: '1', shared: true };
  const { version } = granted(await store.putSetting(setting, audit));
  granted(await store.putSetting({ ...setting, value: '2' }, audit, version));
  await Promise.all([store.settings(center.id, 'local'), store.settingsNamed('a', 'primary'), store.contactCenters('local')]);
  const origin = granted(await store.addCorsOrigin({ id: uuidv7(), contactCenterId: center.id, origin: `https://${name}` }, audit));
  await store.corsOrigins('primary');
  await store.removeCorsOrigin(origin.id, audit);
  granted(await store.removeSetting(center.id, setting.id, audit));
  granted(await store.removeContactCenter(center.id, audit));
  granted(await store.removeEnvironment(environment.id, audit));
  await store.environments('local');
}

async function clientsAndTokens({ clients, refreshTokens }: Postgres, clientId: string, audit: Audit): Promise<void> {
  const lists = { grantTypes: [], redirectUris: [], scopes: [], authorities: [], contactCenterIds: [] };
  const lives = { accessTokenExpirationS: 60, refreshTokenExpirationS: 60 };
  const client = { clientId, name: clientId, clientType: 'PUBLIC', internalClient: false, ...lists, ...lives } as const;
  granted(await clients.update({ ...granted(await clients.create(client, audit)), name: 'other' }, audit));
  await Promise.all([clients.find(clientId, 'primary'), clients.list('local')]);
  const token = { hash: clientId, grantId: clientId, clientId, tenant, userName: clientId, payload: {}, expiresAtMs: Date.now() + 60_000 };
  await refreshTokens.save(token);
  await refreshTokens.find(token.hash);
  if ((await refreshTokens.consume(token.hash, Date.now())) === undefined) throw new Error('the token is gone');
  await refreshTokens.removeUser(tenant, clientId);
  await refreshTokens.removeGrant(clientId);
  await refreshTokens.removeExpired(0);
  granted(await clients.remove(clientId, audit));
}

async function ofPersons({ preferences, documents }: Postgres, person: string): Promise<void> {
  const target = { id: person, type: 'agent', name: 'Ann' } as unknown as Parameters<typeof preferences.saveFavorite>[2];
  await preferences.addRecent(tenant, person, { ...target, media: 'voice', timeStampMs: Date.now(), missed: true });
  await preferences.acknowledgeMissed(tenant, person);
  await preferences.recents(tenant, person);
  await preferences.saveFavorite(tenant, person, target);
  await preferences.favorites(tenant, person);
  await preferences.deleteFavorite(tenant, person, 'agent', person);
  const document = { id: uuidv7(), name: 'a.txt', mime: 'text/plain', content: new Uint8Array([1]) };
  await documents.put(tenant, document);
  await documents.get(tenant, document.id);
  await documents.remove(tenant, document.id);
}

async function contacts({ contacts: { contacts: store, history, responses } }: Postgres, name: string): Promise<void> {
  const attributes = [
    { name: 'FirstName', value: 'Ann' },
    { name: 'EmailAddress', value: `${name}@example.com` },
  ];
  const first = await store.create(tenant, attributes);
  granted(await store.update(tenant, first.id, { added: [], changed: [{ name: 'FirstName', value: 'Bob' }], deleted: [] }));
  await store.search(tenant, anything, page, [{ attributeName: 'FirstName', mode: 'asc' }]);
  await store.identify(tenant, [{ name: 'EmailAddress', value: `${name}@example.com` }], attributes);
  const second = await store.create(tenant, [{ name: 'FirstName', value: name }]);
  const kind = { mediaType: 'chat', interactionType: 'Inbound', interactionSubtype: 'InboundNew' };
  const open = { status: 'InProgress' as const, startedAtMs: Date.now(), userData: [] };
  const past = { id: name, contactId: first.id, owner: name, ...kind, ...open };
  await history.recordInteraction(tenant, past);
  await history.update(tenant, name, { status: 'Completed', subject: 'ann' });
  granted(await store.merge(tenant, first.id, second.id));
  await Promise.all([store.get(tenant, first.id), history.get(tenant, name), history.ofContact(tenant, second.id, lately)]);
  await Promise.all([history.ofAgent(tenant, name, lately), history.search(tenant, anything, { owners: [name], maxResults: 5 })]);
  await store.remove(tenant, second.id);
  const texts = { name: 'ann', description: '', subject: '', body: '', plainTextBody: '', language: 'en', approved: true };
  const response = { id: uuidv7(), ...texts, attachments: [{ documentId: uuidv7(), name: 'a', mimeType: 'text/plain', text: 'a' }] };
  const category = { id: uuidv7(), name, description: '' };
  await responses.put(tenant, category, [response]);
  await Promise.all([responses.rootCategories(tenant), responses.category(tenant, category.id), responses.get(tenant, response.id)]);
  await responses.addFavorite(tenant, name, response.id);
  await Promise.all([responses.favorites(tenant, name), responses.search(tenant, anything, 5)]);
  await responses.reportUsage(tenant, { responseId: response.id, person: name, interactionId: name, type: 'a' });
  await responses.removeFavorite(tenant, name, response.id);
  await responses.removeAllFavorites(tenant, name);
}

function granted<T>(result: { ok: true; value: T } | { ok: false; reason: string }): T {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.value;
}
