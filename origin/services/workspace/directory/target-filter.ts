import type { TargetWire } from '@handover/shared/api/workspace';
import type { CfgAgentGroup } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';

type Word = 'name' | 'userName' | 'firstName' | 'lastName' | 'employeeId' | 'number';
const allWords: readonly Word[] = ['name', 'userName', 'firstName', 'lastName', 'employeeId', 'number'];

/** Which targets of a search are kept. Groups are named, or given by their DBID. */
export interface TargetFilter {
  /** What the term is looked for in. */
  words: readonly Word[];
  /** Of the agent groups: none of these, only these. */
  excludeGroup: readonly string[];
  restrictGroup: readonly string[];
  /** Of the agents: no member of these, only members of these. */
  excludeFromGroup: readonly string[];
  restrictToGroup: readonly string[];
}

const named: Readonly<Record<string, readonly Word[]>> = {
  namesorphonenumbermatches: allWords,
  firstnameorlastnamematches: ['name', 'firstName', 'lastName'],
  usernamematches: ['userName'],
  employeeidmatches: ['employeeId'],
  phonenumbermatches: ['number'],
};

/** By the name of a filter; one that nobody knows looks everywhere. */
export const filterOf = (name: string | undefined): readonly Word[] => named[name?.toLowerCase() ?? ''] ?? allWords;

/** The words of a target that the filter looks in. */
export const wordsOf = (target: TargetWire, filter: TargetFilter): string[] =>
  filter.words.map(word => target[word]).filter(text => text !== undefined);

/** Whether the filter says more than a search without one. */
export const filters = ({ words, excludeGroup, restrictGroup, excludeFromGroup, restrictToGroup }: TargetFilter): boolean =>
  words !== allWords || [excludeGroup, restrictGroup, excludeFromGroup, restrictToGroup].some(list => list.length > 0);

/** Judges targets by their groups. */
export function keptBy(filter: TargetFilter, tenantDbid: number, configuration: Configuration): (target: TargetWire) => boolean {
  const groups = configuration.all('CfgAgentGroup').filter(group => group.tenantDBID === tenantDbid);
  const meant = (names: readonly string[]): CfgAgentGroup[] =>
    groups.filter(each => names.includes(each.name) || names.includes(String(each.dbid)));
  const members = (names: readonly string[]): Set<number> => new Set(meant(names).flatMap(group => group.agentDBIDs));
  const [without, within] = [members(filter.excludeFromGroup), members(filter.restrictToGroup)];
  const [not, only] = [filter.excludeGroup, filter.restrictGroup].map(names => new Set(meant(names).map(group => group.dbid)));
  return target => {
    if (target.type === 'agent') return !without.has(target.DBID) && (filter.restrictToGroup.length === 0 || within.has(target.DBID));
    if (target.type !== 'agent-group') return true;
    return not?.has(target.DBID) !== true && (filter.restrictGroup.length === 0 || only?.has(target.DBID) === true);
  };
}
