import { z } from 'zod';

/** The Configuration API's wire, `/configuration/v3`: what can be read, by which queries, and what is answered. */

/** Types of objects as they stand in paths; `users` and `agents` are persons. */
export const objectTypes = ['persons', 'users', 'agents', 'agent-groups', 'skills', 'dns', 'places'] as const;
export type ObjectType = (typeof objectTypes)[number];

export interface PersonWire {
  DBID: number;
  tenantDBID: number;
  userName: string;
  firstName: string;
  lastName: string;
  employeeID: string;
  emailAddress?: string;
  externalID?: string;
  isAgent: boolean;
  enabled: boolean;
  placeDBID?: number;
  placeName?: string;
  skills: { DBID: number; name: string; level: number }[];
  agentGroups: { DBID: number; name: string }[];
}
export interface NamedWire {
  DBID: number;
  tenantDBID: number;
  name: string;
  enabled: boolean;
}
export interface AgentGroupWire extends NamedWire {
  agentDBIDs: number[];
}
export interface DnWire extends NamedWire {
  number: string;
  type: string;
  switchDBID: number;
  switchName: string;
}
export interface PlaceWire extends NamedWire {
  dns: { DBID: number; number: string; switchName: string }[];
}
export type ObjectWire = PersonWire | NamedWire | AgentGroupWire | DnWire | PlaceWire;

/** One agent's quarter of an hour. Times are ISO 8601; states in seconds. */
export interface QuarterWire {
  start: string;
  states: Record<string, number>;
  handled: Record<string, number>;
}

const id = z.coerce.number({ error: 'must be a number' }).int().min(1).max(Number.MAX_SAFE_INTEGER);
const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform(text => text === 'true');
const list = z
  .string()
  .max(8_192)
  .transform(text => text.split(',').filter(part => part !== ''));
const ids = list.transform(parts => parts.map(Number)).pipe(z.array(z.number('must be numbers').int().min(1)).max(1_000));
const dnTypes = ['Extension', 'ACDQueue', 'RoutingPoint', 'VirtRoutingPoint', 'Trunk'] as const;

/** Query of `GET /objects/{type}`. */
export const objectsQuery = z.object({
  search_term: z.string().max(255).default(''),
  /** `words`: each word, or the beginning of one, or but for a typing mistake. `includes`: any part of a value. `exact`: a whole value. */
  match_method: z.enum(['words', 'includes', 'exact']).default('words'),
  /** `relevance` only with a term. */
  sort_key: z.enum(['name', 'relevance']).optional(),
  sort_ascending: flag.default(true),
  dbids: ids.optional(),
  dn_type: list.pipe(z.array(z.string().pipe(z.enum(dnTypes)))).optional(),
  skill_dbid: id.optional(),
  group_dbid: id.optional(),
  limit: z.coerce.number({ error: 'must be a number' }).int().min(1).max(1_000).default(100),
  offset: z.coerce.number({ error: 'must be a number' }).int().min(0).max(1_000_000).default(0),
});
export type ObjectsQuery = z.infer<typeof objectsQuery>;

/** Query of `GET /objects/persons/{dbid}/history`; by default the last eight hours. */
export const historyQuery = z.object({
  from: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T08:00:00Z' }).optional(),
  to: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T08:00:00Z' }).optional(),
});
