import type { ObjectsQuery, ObjectType, ObjectWire } from '@handover/shared/api/configuration';
import { AppError } from '@handover/shared/errors';
import type { Configuration } from '../../contracts/configuration.ts';
import type { DocumentKey, SearchIndex } from '../../contracts/search.ts';
import type { Reader } from './reader.ts';
import { meanings, nameOf, wireOf, type ReadObject } from './wire.ts';

export interface Found {
  objects: ObjectWire[];
  totalCount: number;
}

/**
 * What a query asks for. Without a term, and when it names objects, the configuration itself answers; with a term the index does, and
 * throws `search.unavailable` when it cannot. Objects of other tenants, and those that the reader may not see, do not exist.
 */
export async function findObjects(
  type: ObjectType,
  query: ObjectsQuery,
  reader: Reader,
  configuration: Configuration,
  index: Pick<SearchIndex, 'search'>,
): Promise<Found> {
  refuseOdd(type, query);
  const visible = (object: ReadObject): boolean => isVisible(object, type, reader);
  const wires = (objects: readonly ReadObject[]): ObjectWire[] => objects.map(object => wireOf(object, configuration));
  if (query.search_term.trim() === '' || query.dbids !== undefined) {
    const objects = listed(type, query, configuration).filter(visible).sort(byName(query.sort_ascending));
    return { objects: wires(objects.slice(query.offset, query.offset + query.limit)), totalCount: objects.length };
  }
  const { kinds, agents } = meanings[type];
  const page = await index.search({
    tenantDbid: reader.tenantDbid,
    kinds,
    term: query.search_term,
    match: query.match_method === 'includes' ? 'part' : query.match_method,
    enabledOnly: !reader.all,
    agentsOnly: agents || !reader.all,
    ...(query.skill_dbid === undefined ? {} : { skillDbid: query.skill_dbid }),
    ...(query.group_dbid === undefined ? {} : { groupDbid: query.group_dbid }),
    ...(query.dn_type === undefined ? {} : { dnTypes: query.dn_type }),
    byName: query.sort_key === 'name',
    descending: !query.sort_ascending,
    offset: query.offset,
    limit: query.limit,
  });
  // The index may be a moment behind: what the configuration no longer has, or no longer shows this reader, is not shown.
  return { objects: wires(page.hits.flatMap(hit => objectOf(type, hit, configuration)).filter(visible)), totalCount: page.total };
}

/** One object, if the reader may see it. */
export function findObject(type: ObjectType, dbid: number, reader: Reader, configuration: Configuration): ReadObject | undefined {
  const object = configuration.get(meanings[type].type, dbid);
  return object !== undefined && isVisible(object, type, reader) ? object : undefined;
}

function refuseOdd(type: ObjectType, query: ObjectsQuery): void {
  const persons = meanings[type].type === 'CfgPerson';
  if (query.dn_type !== undefined && type !== 'dns') throw invalid('dn_type', 'is for dns only');
  if (query.skill_dbid !== undefined && !persons) throw invalid('skill_dbid', 'is for persons only');
  if (query.group_dbid !== undefined && !persons) throw invalid('group_dbid', 'is for persons only');
  if (query.dbids !== undefined && query.search_term !== '') throw invalid('dbids', 'goes without search_term');
}

const invalid = (field: string, text: string): AppError => new AppError('request.invalid', { field, text: `${field}: ${text}` });

function listed(type: ObjectType, query: ObjectsQuery, configuration: Configuration): ReadObject[] {
  const { type: wanted } = meanings[type];
  const one = (dbid: number): ReadObject[] => {
    const object = configuration.get(wanted, dbid);
    return object === undefined ? [] : [object];
  };
  const all: readonly ReadObject[] = query.dbids === undefined ? configuration.all(wanted) : query.dbids.flatMap(one);
  const members = query.group_dbid === undefined ? undefined : (configuration.get('CfgAgentGroup', query.group_dbid)?.agentDBIDs ?? []);
  return all.filter(
    object =>
      (members === undefined || members.includes(object.dbid)) &&
      (query.skill_dbid === undefined || hasSkill(object, query.skill_dbid)) &&
      (query.dn_type === undefined || (object.type === 'CfgDN' && query.dn_type.includes(object.dnType))),
  );
}

const hasSkill = (object: ReadObject, skillDbid: number): boolean =>
  object.type === 'CfgPerson' && (object.agentInfo?.skillLevels ?? []).some(({ skillDBID }) => skillDBID === skillDbid);

function isVisible(object: ReadObject, type: ObjectType, reader: Reader): boolean {
  if (object.tenantDBID !== reader.tenantDbid) return false;
  if (object.type === 'CfgPerson' && (meanings[type].agents || !reader.all) && !object.isAgent) return false;
  return reader.all || object.state === 'Enabled';
}

const objectOf = (type: ObjectType, hit: DocumentKey, configuration: Configuration): ReadObject[] => {
  const object = configuration.get(meanings[type].type, hit.dbid);
  return object === undefined ? [] : [object];
};

function byName(ascending: boolean): (a: ReadObject, b: ReadObject) => number {
  const sign = ascending ? 1 : -1;
  return (a, b) => sign * nameOf(a).localeCompare(nameOf(b)) || a.dbid - b.dbid;
}
