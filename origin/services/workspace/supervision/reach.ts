import type { CfgPerson } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { Configuration } from '../../../contracts/configuration.ts';

/** `unknown` is all that is said of people of another contact centre. */
type OutOfReach = 'unknown' | 'forbidden';

/** The person, when the supervisor may change their state: supervisors may for themselves and for the agents of groups that they manage. */
export function withinReach(
  supervisor: CfgPerson | undefined,
  person: CfgPerson | undefined,
  configuration: Configuration,
): Result<CfgPerson, OutOfReach> {
  if (supervisor === undefined || person === undefined || person.tenantDBID !== supervisor.tenantDBID) return refuse('unknown');
  if (person.dbid === supervisor.dbid) return ok(person);
  const leads = configuration
    .all('CfgAgentGroup')
    .some(
      group =>
        group.tenantDBID === supervisor.tenantDBID &&
        group.state === 'Enabled' &&
        group.managerDBIDs.includes(supervisor.dbid) &&
        group.agentDBIDs.includes(person.dbid),
    );
  return leads ? ok(person) : refuse('forbidden');
}
