import type { Contact, PastInteraction, ResponseCategory, StandardResponse } from '../../../contracts/contacts.ts';

const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());
const wanted = (names: readonly string[]): ((name: string) => boolean) => {
  const set = new Set(names);
  return name => set.size === 0 || set.has(name);
};

/** A contact with the attributes that are wanted; no names mean all. */
export function contactWire(contact: Contact, names: readonly string[]): Record<string, unknown> {
  const is = wanted(names);
  const attributes: Record<string, unknown[]> = {};
  for (const { name, primary, ...rest } of contact.attributes)
    if (is(name)) (attributes[name] ??= []).push({ ...rest, name, isPrimary: primary });
  return {
    id: contact.id,
    contactId: contact.id,
    version: contact.version,
    attributes,
    createdDate: iso(contact.createdAtMs),
    modifiedDate: iso(contact.modifiedAtMs),
  };
}

/** A past interaction under the names that desktops ask for. */
export function pastWire(past: PastInteraction, names: readonly string[]): Record<string, unknown> {
  const is = wanted(names);
  const attributes: Readonly<Record<string, unknown>> = {
    Id: past.id,
    ContactId: past.contactId,
    MediaTypeId: past.mediaType,
    TypeId: past.interactionType,
    SubtypeId: past.interactionSubtype,
    Status: past.status,
    OwnerId: past.owner,
    Subject: past.subject,
    TheComment: past.comment,
    Text: past.text,
    StartDate: iso(past.startedAtMs),
    EndDate: iso(past.endedAtMs),
    Duration: past.durationS,
  };
  const shown = Object.fromEntries(Object.entries(attributes).filter(([name, value]) => value !== undefined && is(name)));
  return {
    id: past.id,
    interactionId: past.id,
    mediaType: past.mediaType,
    ...shown,
    ...(is('UserData') ? { userData: past.userData } : {}),
  };
}

export const categoryWire = ({ id, parentId, name, description }: ResponseCategory): Record<string, unknown> => ({
  id,
  ...(parentId === undefined ? {} : { parentId }),
  name,
  description,
});

export function responseWire(response: StandardResponse, withBody: boolean, withAttachments = withBody): Record<string, unknown> {
  const { body, plainTextBody, attachments, ...rest } = response;
  return { ...rest, ...(withBody ? { body, plainTextBody } : {}), ...(withAttachments ? { attachments } : {}) };
}
