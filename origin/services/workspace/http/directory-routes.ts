import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '@handover/shared/errors';
import { addRecentData, saveFavoriteData } from '@handover/shared/api/workspace';
import type { TargetWire } from '@handover/shared/api/workspace';
import type { CfgPerson } from '@handover/shared/genesys';
import { availabilityOf } from '../directory/availability.ts';
import { Colleagues } from '../directory/colleagues.ts';
import {
  actionCodes,
  businessAttributes,
  configurationTypes,
  configurationWire,
  settingsOf,
  transactions,
} from '../directory/configuration.ts';
import { shaped } from '../directory/flat.ts';
import { filterOf } from '../directory/target-filter.ts';
import { findTarget, isTargetType, savedWire, searchTargets } from '../directory/targets.ts';
import type { AvailabilityOf } from '../directory/targets.ts';
import { findUsers, pageOfUsers } from '../directory/users.ts';
import type { ServiceParts } from '../parts.ts';
import { bodyOf, fieldError, parsedData } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

const limit = (most: number, usual: number): z.ZodType<number> =>
  z.coerce.number({ error: 'must be a number' }).int().min(1).max(most).default(usual);
const term = z.string().max(255).default('');
const names = z
  .string()
  .max(1024)
  .default('')
  .transform(text => text.split(',').filter(part => part !== ''));
const sort = z.enum(['asc', 'desc', 'ascending', 'descending']).optional();

const targetsQuery = z.object({
  searchTerm: term,
  types: names,
  filterName: z.string().max(64).optional(),
  excludeGroup: names,
  restrictGroup: names,
  excludeFromGroup: names,
  restrictToGroup: names,
  limit: limit(1000, 100),
  sort,
  matchType: z.string().max(32).optional(),
});
const limitQuery = z.object({ limit: limit(1000, 100) });
const usersQuery = z.object({
  searchTerm: term,
  groupId: z.coerce.number({ error: 'must be a number' }).int().min(0).optional(),
  limit: limit(1000, 100),
  offset: z.coerce.number({ error: 'must be a number' }).int().min(0).max(1_000_000).default(0),
  sort,
  states: names,
});

function queryOf<T>(c: Context<WorkspaceEnv>, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(c.req.query());
  if (!parsed.success) throw fieldError(parsed.error.issues, '');
  return parsed.data;
}

function personOf(c: Context<WorkspaceEnv>): CfgPerson {
  const { person } = c.get('session');
  if (person === undefined) throw new AppError('session.missing');
  return person;
}

/** Configuration, users and targets: all of the person's own tenant. */
export function mountDirectory(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  const colleagues = new Colleagues(parts);
  mountConfiguration(app, parts);
  mountUsers(app, parts, colleagues);
  mountTargets(app, parts, colleagues);
}

function mountConfiguration(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  const { configuration } = parts;
  const answer = (c: Context<WorkspaceEnv>, data: object): Response => c.json({ status: { code: 0 }, data });
  app.get('/configuration', c => {
    const asked = (c.req.query('types') ?? 'actionCodes,transactions,businessAttributes').slice(0, 1024).split(',');
    const types = configurationTypes.filter(type => asked.includes(type));
    return answer(c, configurationWire(personOf(c), configuration, types, c.get('attachment').flat));
  });
  app.get('/configuration/settings', c =>
    answer(c, { settings: shaped(settingsOf(personOf(c), configuration), c.get('attachment').flat) }),
  );
  app.get('/configuration/action-codes', c =>
    answer(c, { actionCodes: actionCodes(personOf(c), configuration, c.get('attachment').flat) }),
  );
  app.get('/configuration/transactions', c =>
    answer(c, { transactions: transactions(personOf(c), configuration, c.get('attachment').flat) }),
  );
  app.get('/configuration/business-attributes', c =>
    answer(c, { businessAttributes: businessAttributes(personOf(c), configuration, c.get('attachment').flat) }),
  );
  app.get('/configuration/business-attribute/:id', c => {
    const id = c.req.param('id');
    const found = businessAttributes(personOf(c), configuration, c.get('attachment').flat).find(
      each => String(each.id) === id || each.name === id,
    );
    if (found === undefined) throw new AppError('request.not-found');
    return answer(c, found);
  });
  // Campaigns are an outbound server's, and none is connected: no name is known.
  app.get('/campaigns/:name/configuration', () => {
    throw new AppError('request.not-found', { field: 'name', text: 'name: there is no such campaign' });
  });
}

function mountUsers(app: Hono<WorkspaceEnv>, parts: ServiceParts, colleagues: Colleagues): void {
  const { configuration, voice } = parts;
  app.get('/users', async c => {
    const query = queryOf(c, usersQuery);
    const search = {
      tenantDbid: personOf(c).tenantDBID,
      term: query.searchTerm,
      groupId: query.groupId,
      limit: query.limit,
      offset: query.offset,
      states: query.states,
      descending: query.sort?.startsWith('desc') === true,
    };
    const found = findUsers(search, configuration);
    // To find those in a state all must be known, else those that are shown.
    const wanted = query.states.length > 0 ? found : found.slice(query.offset, query.offset + query.limit);
    const known = await everywhere(c, parts, wanted, colleagues);
    return c.json({ status: { code: 0 }, data: pageOfUsers(found, search, configuration, voice, known) });
  });
}

/** What these agents do: of this node's own at first hand, of others as the Stat Server sees them. */
async function everywhere(
  c: Context<WorkspaceEnv>,
  parts: ServiceParts,
  persons: readonly CfgPerson[],
  colleagues: Colleagues,
): Promise<AvailabilityOf> {
  const here = availability(c, parts);
  const others = await colleagues.of(
    persons.filter(person => here(person.userName) === undefined),
    c.get('session').key.tenant,
  );
  return userName => here(userName) ?? others.get(userName);
}

const availability = (c: Context<WorkspaceEnv>, parts: ServiceParts): AvailabilityOf => {
  const { tenant } = c.get('session').key;
  return userName => availabilityOf(parts.sessions.get({ tenant, person: userName }));
};

function mountTargets(app: Hono<WorkspaceEnv>, parts: ServiceParts, colleagues: Colleagues): void {
  const { configuration, preferences } = parts;
  const done = (c: Context<WorkspaceEnv>): Response => c.json({ status: { code: 0 } });
  const saved = (c: Context<WorkspaceEnv>, list: readonly Parameters<typeof savedWire>[0][]): Response => {
    const query = queryOf(c, limitQuery);
    const targets = list
      .slice(0, query.limit)
      .map(each => ({ ...each, ...savedWire(each, personOf(c).tenantDBID, configuration, availability(c, parts)) }));
    return c.json({ status: { code: 0 }, data: { targets, totalMatches: list.length } });
  };
  app.get('/targets', async c => {
    const query = queryOf(c, targetsQuery);
    const data = await searchTargets(
      {
        tenantDbid: personOf(c).tenantDBID,
        term: query.searchTerm,
        types: query.types,
        limit: query.limit,
        exact: query.matchType?.toLowerCase() === 'exact',
        descending: query.sort?.startsWith('desc') === true,
        filter: {
          words: filterOf(query.filterName),
          excludeGroup: query.excludeGroup,
          restrictGroup: query.restrictGroup,
          excludeFromGroup: query.excludeFromGroup,
          restrictToGroup: query.restrictToGroup,
        },
      },
      configuration,
      availability(c, parts),
      parts.search,
    );
    return c.json({ status: { code: 0 }, data });
  });
  app.get('/targets/recents', async c => saved(c, await preferences.recents(c.get('session').key.tenant, c.get('session').key.person)));
  app.get('/targets/personal-favorites', async c =>
    saved(c, await preferences.favorites(c.get('session').key.tenant, c.get('session').key.person)),
  );
  app.post('/targets/recents/ack-missed-calls', async c => {
    const { tenant, person } = c.get('session').key;
    await preferences.acknowledgeMissed(tenant, person);
    return done(c);
  });
  app.post('/targets/recents/add', async c => {
    const { target, recentInformation } = parsedData(addRecentData, (await bodyOf(c)).data);
    const { tenant, person } = c.get('session').key;
    const timeStampMs = recentInformation.timeStamp ?? parts.clock.now();
    await preferences.addRecent(tenant, person, { ...plain(target), media: recentInformation.media, timeStampMs, missed: false });
    return done(c);
  });
  app.post('/targets/personal-favorites/save', async c => {
    const { target, category, ignoreDuplication } = parsedData(saveFavoriteData, (await bodyOf(c)).data);
    const { tenant, person } = c.get('session').key;
    const added = await preferences.saveFavorite(tenant, person, { ...plain(target), category });
    if (!added && ignoreDuplication !== true)
      throw new AppError('session.conflict', { field: 'data.target', text: 'data.target: is a favourite already' });
    return done(c);
  });
  app.post('/targets/personal-favorites/delete/:type/:id', async c => {
    const { tenant, person } = c.get('session').key;
    if (!(await preferences.deleteFavorite(tenant, person, c.req.param('type'), c.req.param('id'))))
      throw new AppError('request.not-found');
    return done(c);
  });
  app.get('/targets/:type/:id', async c => {
    const type = c.req.param('type');
    const find = (known: AvailabilityOf): TargetWire | undefined =>
      isTargetType(type) ? findTarget(type, c.req.param('id'), personOf(c).tenantDBID, configuration, known) : undefined;
    const first = find(availability(c, parts));
    const agent = first?.type === 'agent' ? configuration.get('CfgPerson', first.DBID) : undefined;
    const found = agent === undefined ? first : find(await everywhere(c, parts, [agent], colleagues));
    if (found === undefined) throw new AppError('request.not-found');
    return c.json({ status: { code: 0 }, data: { targets: [found], totalMatches: 1 } });
  });
}

type SavedInput = z.infer<typeof saveFavoriteData>['target'];
const plain = (
  target: SavedInput,
): { type: string; id: string; firstName?: string; lastName?: string; emailAddresses: string[]; numbers: string[] } => ({
  type: target.type,
  id: target.id,
  ...(target.firstName === undefined ? {} : { firstName: target.firstName }),
  ...(target.lastName === undefined ? {} : { lastName: target.lastName }),
  emailAddresses: target.emailAddresses,
  numbers: target.numbers,
});
