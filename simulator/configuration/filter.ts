import type { CfgObject, CfgObjectType } from '@handover/shared/genesys';
import { isField } from './shapes.ts';

/** Filter keys as the Configuration Server's documents name them; the object's own field names work too. */
const documented: Readonly<Record<string, string>> = {
  tenant_dbid: 'tenantDBID',
  user_name: 'userName',
  employee_id: 'employeeID',
  first_name: 'firstName',
  last_name: 'lastName',
  external_id: 'externalID',
  is_agent: 'isAgent',
  switch_dbid: 'switchDBID',
  dn_number: 'number',
  login_code: 'loginCode',
  app_type: 'appType',
  dn_type: 'dnType',
};

type Predicate = (object: CfgObject) => boolean;

/** A test for objects, or the filter key that nobody knows. */
export function filterOf(type: CfgObjectType, filter: Readonly<Record<string, unknown>>): Predicate | { unknown: string } {
  const tests: Predicate[] = [];
  for (const [key, value] of Object.entries(filter)) {
    const relation = relations[key];
    const field = documented[key] ?? key;
    if (relation !== undefined) tests.push(object => relation(object, value));
    else if (isField(type, field) && ['string', 'number', 'boolean'].includes(typeof value))
      tests.push(object => (object as unknown as Readonly<Record<string, unknown>>)[field] === value);
    else return { unknown: `filter.${key}` };
  }
  return object => tests.every(test => test(object));
}

const relations: Readonly<Record<string, (object: CfgObject, value: unknown) => boolean>> = {
  skill_dbid: (object, value) =>
    object.type === 'CfgPerson' && object.agentInfo?.skillLevels.some(level => level.skillDBID === value) === true,
  login_dbid: (object, value) =>
    object.type === 'CfgPerson' && object.agentInfo?.agentLogins.some(login => login.agentLoginDBID === value) === true,
  place_dbid: (object, value) => object.type === 'CfgPerson' && object.agentInfo?.placeDBID === value,
  dn_dbid: (object, value) => object.type === 'CfgPlace' && object.dnDBIDs.some(dbid => dbid === value),
  person_dbid: (object, value) => object.type === 'CfgAgentGroup' && object.agentDBIDs.some(dbid => dbid === value),
};
