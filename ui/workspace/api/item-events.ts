import type { Email, Item, ItemMedium, Resting, Workbin } from '../state/item.ts';
import type { KeyValue } from '../state/key-value.ts';
import type { Event } from '../state/model.ts';

interface EmailWire {
  from?: string;
  to?: string[];
  cc?: string[];
  bcc?: string[];
  subject?: string;
  mime?: string;
  body?: string;
  bodyAsPlainText?: string;
}
/** What the page reads of an interaction. */
export interface InteractionWire {
  id: string;
  mediatype: string;
  state: string;
  subject?: string;
  capabilities?: string[];
  userData?: KeyValue[];
  email?: EmailWire;
  attachments?: { id: string; name: string; size: number }[];
}
/** What the page reads of messages about workbins. */
export interface WorkbinChangeWire {
  notificationType?: string;
  workbinId?: string;
  operation?: 'Placed' | 'Taken' | 'Properties';
  interaction?: InteractionWire;
}

const itemStates: readonly Item['state'][] = ['Invited', 'Processing', 'Composing'];
const isItemMedium = (medium: string | undefined): medium is ItemMedium => medium === 'email' || medium === 'workitem';

/** Every state that is not one of work in hand ends the agent's part in it. */
export function itemEvent(wire: InteractionWire): Event | undefined {
  const { id, mediatype: medium, subject, capabilities = [], userData = [], attachments = [] } = wire;
  if (!isItemMedium(medium)) return undefined;
  const state = itemStates.find(each => each === wire.state);
  if (state === undefined) return { kind: 'item-over', id };
  const email = wire.email === undefined ? undefined : emailFrom(wire.email);
  return { kind: 'item', item: { id, medium, state, subject, capabilities, userData, email, attachments } };
}

const isHtml = ({ mime, body }: EmailWire): boolean =>
  mime === undefined ? /^\s*<(!doctype|html|head|body|div|p|table)\b/i.test(body ?? '') : /html/i.test(mime);

function emailFrom(wire: EmailWire): Email {
  const { from = '', to = [], cc = [], bcc = [], subject = '', body, bodyAsPlainText } = wire;
  const html = isHtml(wire) ? body : undefined;
  // Some servers repeat the HTML where plain text belongs.
  const plain = bodyAsPlainText === html ? undefined : bodyAsPlainText;
  return { from, to, cc, bcc, subject, html, text: plain ?? (html === undefined ? body : undefined) };
}

export function workbinEvent({ notificationType, workbinId, operation, interaction }: WorkbinChangeWire): Event | undefined {
  if (notificationType !== 'WorkbinContentChanged' || workbinId === undefined || operation === undefined) return undefined;
  const item = interaction === undefined ? undefined : restingFrom(interaction);
  return item === undefined ? undefined : { kind: 'workbin-changed', workbinId, operation, item };
}

function restingFrom({ id, mediatype: medium, subject, email }: InteractionWire): Resting | undefined {
  return isItemMedium(medium) ? { id, medium, subject: email?.subject ?? subject, from: email?.from } : undefined;
}

/** Workbins of the media that the page shows, with nothing in them yet. */
export const workbinsFrom = (wires: readonly { id: string; mediatype?: string }[]): Workbin[] =>
  wires.flatMap(({ id, mediatype }) => (isItemMedium(mediatype) ? [{ id, medium: mediatype, items: [] }] : []));

/** What lies in a workbin. */
export const restingIn = (interactions: readonly InteractionWire[]): Resting[] =>
  interactions.flatMap(interaction => restingFrom(interaction) ?? []);
