import type { IxnProperties } from '@handover/shared/genesys';
import type { At } from './row.ts';

const supervises = ({ desk }: At): boolean => desk.host.person?.roles.includes('ROLE_SUPERVISOR') === true;

/** Whose workbins are the agent's: the agent, the place, the groups. */
function isOwn({ desk, seat }: At, owner: string): boolean {
  if (owner === seat.agentID || owner === seat.placeName) return true;
  const { person, parts } = desk.host;
  return parts.configuration.all('CfgAgentGroup').some(group => group.name === owner && group.agentDBIDs.includes(person?.dbid ?? -1));
}

/** Whether the agent may see what lies in this owner's workbins. */
export const mayRead = (at: At, owner: string): boolean => supervises(at) || isOwn(at, owner);

/** Interactions of a tenant that is known and another one are nobody's business here. */
export function isOurs({ desk }: At, { tenantName }: IxnProperties): boolean {
  const { person, parts } = desk.host;
  const tenant = parts.configuration.all('CfgTenant').find(each => each.name === tenantName);
  return tenant === undefined || tenant.dbid === person?.tenantDBID;
}

/** Whether the agent may see one interaction: in hand, in an own workbin, or a supervisor's. */
export function mayLookAt(at: At, properties: IxnProperties): boolean {
  if (at.desk.state.interactions.has(properties.interactionID)) return true;
  if (!isOurs(at, properties)) return false;
  return supervises(at) || (properties.workbin !== undefined && isOwn(at, properties.workbin.ownerID));
}
