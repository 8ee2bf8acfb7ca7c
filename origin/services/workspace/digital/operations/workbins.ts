import type { WorkbinWire } from '@handover/shared/api/workspace';
import { kvList } from '@handover/shared/genesys';
import type { MediaType } from '@handover/shared/genesys';
import { settingsOf } from '../../directory/configuration.ts';
import { mediaTypes } from '../interaction.ts';
import type { At } from './row.ts';

/** `workbin.<medium>.<name>` in the desktop's options names a workbin type. */
const option = /^workbin\.(\w+)\.[\w-]+$/;
const usual: readonly (readonly [MediaType, string])[] = [
  ['email', 'email-in-progress'],
  ['email', 'email-draft'],
  ['workitem', 'workitem-in-progress'],
];

/** The agent's personal workbins: those of the options, or the usual ones. */
export function workbinsOf(at: At): WorkbinWire[] {
  const { person, parts } = at.desk.host;
  const settings = person === undefined ? [] : (kvList(settingsOf(person, parts.configuration), 'interaction-workspace') ?? []);
  const named = settings.flatMap(pair => {
    const mediaType = mediaTypes.find(each => each === option.exec(pair.key)?.[1]);
    return mediaType === undefined || pair.type !== 'str' || pair.value === '' ? [] : [[mediaType, pair.value] as const];
  });
  return (named.length > 0 ? named : usual).map(([mediatype, id]) => ({ id, name: id, mediatype, ownerId: at.seat.agentID }));
}
