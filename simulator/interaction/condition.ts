import type { IxnProperties } from '@handover/shared/genesys';
import { kvNumber, kvText } from '@handover/shared/genesys';

type Test = (properties: IxnProperties) => boolean;

/** Attributes by the names that conditions give them; any other name means user data. */
const attributes: Readonly<Record<string, (properties: IxnProperties) => string | number | undefined>> = {
  id: properties => properties.interactionID,
  interaction_id: properties => properties.interactionID,
  media_type: properties => properties.mediaType,
  type: properties => properties.interactionType,
  subtype: properties => properties.interactionSubtype,
  queue: properties => properties.queue,
  workbin: properties => properties.workbin?.workbinType,
  owner: properties => properties.workbin?.ownerID,
  state: properties => properties.state,
  assigned_to: properties => properties.assignedTo,
  subject: properties => properties.subject,
  received_at: properties => properties.receivedAt,
  placed_in_queue_at: properties => properties.placedInQueueAt,
};

const valueOf = (properties: IxnProperties, name: string): string | number | undefined =>
  Object.hasOwn(attributes, name)
    ? attributes[name]?.(properties)
    : (kvText(properties.userData, name) ?? kvNumber(properties.userData, name));

const comparison = /^\s*([A-Za-z_][\w-]{0,63})\s*(=|!=|<>|<=|>=|<|>)\s*(?:'([^']{0,255})'|(-?\d{1,15}))\s*/;
const maxComparisons = 20;

/**
 * Reads `queue = 'email-inbound' and received_at > 1700000000000 or …`: comparisons with text or numbers; `and` binds closer than `or`; an
 * empty condition is true. Undefined when it cannot be read.
 */
export function conditionFrom(text: string): Test | undefined {
  let rest = text.trim();
  if (rest === '') return () => true;
  const alternatives: Test[][] = [[]];
  for (let count = 0; count < maxComparisons; count += 1) {
    const match = comparison.exec(rest);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    alternatives.at(-1)?.push(compare(match[1], match[2], match[3] ?? Number(match[4])));
    rest = rest.slice(match[0].length);
    if (rest === '') return properties => alternatives.some(all => all.every(test => test(properties)));
    const joint = /^(and|or)\b/i.exec(rest);
    if (joint === null) return undefined;
    if (joint[0].toLowerCase() === 'or') alternatives.push([]);
    rest = rest.slice(joint[0].length);
  }
  return undefined;
}

function compare(name: string, operator: string, wanted: string | number): Test {
  return properties => {
    const value = valueOf(properties, name);
    if (operator === '!=' || operator === '<>') return value !== wanted;
    if (value === undefined || typeof value !== typeof wanted) return false;
    switch (operator) {
      case '=':
        return value === wanted;
      case '<':
        return value < wanted;
      case '>':
        return value > wanted;
      case '<=':
        return value <= wanted;
      default:
        return value >= wanted;
    }
  };
}

/** Reads `received_at desc`; by the time of arrival without one. Undefined when it cannot be read. */
export function orderFrom(text: string | undefined): ((a: IxnProperties, b: IxnProperties) => number) | undefined {
  const match = /^\s*([A-Za-z_][\w-]{0,63})(?:\s+(asc|desc))?\s*$/i.exec(text === undefined || text.trim() === '' ? 'received_at' : text);
  const name = match?.[1];
  if (name === undefined) return undefined;
  const sign = match?.[2]?.toLowerCase() === 'desc' ? -1 : 1;
  return (a, b) => {
    const [first, second] = [valueOf(a, name) ?? '', valueOf(b, name) ?? ''];
    return first === second ? 0 : first < second ? -sign : sign;
  };
}
