import type { Item, ItemMedium, Letter, Workbin } from '../state/item.ts';
import { addressesFrom } from '../state/letters.ts';
import type { Event } from '../state/model.ts';

/** The largest file that the server takes. */
const maxFileBytes = 2_097_152;

export type Send = (name: string, path: string, data?: unknown, subjectId?: string) => void;

/** What an agent does with e-mails and work items. `name` is how the page calls it when it fails. */
export interface ItemActions {
  /** An operation that needs no more than the interaction. */
  readonly act: (name: string, item: Item, verb: string, data?: object) => void;
  readonly create: (name: string, queue: string, from: string) => void;
  /** Begins an answer, or with `forward` a copy for somebody else. */
  readonly answer: (name: string, item: Item, verb: 'reply' | 'forward', start: { queue: string; from: string; body: string }) => void;
  readonly save: (name: string, item: Item, letter: Letter) => void;
  readonly send: (name: string, item: Item, letter: Letter, queue: string) => void;
  readonly attach: (name: string, item: Item, file: File) => void;
  readonly removeAttachment: (name: string, item: Item, documentId: string) => void;
  readonly intoWorkbin: (name: string, item: Item, workbin: Workbin) => void;
  readonly take: (name: string, medium: ItemMedium, id: string, workbinId: string) => void;
}

export const itemPath = (medium: ItemMedium, id: string, verb: string): string =>
  `/media/${medium}/interactions/${encodeURIComponent(id)}/${verb}`;

const contentOf = ({ from, to, cc, bcc, subject, body }: Letter): object => ({
  from: from.trim(),
  to: addressesFrom(to),
  cc: addressesFrom(cc),
  bcc: addressesFrom(bcc),
  subject,
  mime: 'text/plain',
  body,
  bodyAsPlainText: body,
});

export function createItemActions(
  send: Send,
  sendFile: (name: string, path: string, file: File, subjectId: string) => void,
  emit: (event: Event) => void,
): ItemActions {
  const act: ItemActions['act'] = (name, item, verb, data = {}) => send(name, itemPath(item.medium, item.id, verb), data, item.id);
  return {
    act,
    create: (name, queue, from) =>
      send(name, '/media/email/interactions/create', { ...(queue === '' ? {} : { queue }), ...(from === '' ? {} : { from }) }),
    answer: (name, item, verb, { queue, from, body }) =>
      act(name, item, verb, { queue, from, mime: 'text/plain', body, bodyAsPlainText: body }),
    save: (name, item, letter) => act(name, item, 'save', contentOf(letter)),
    send: (name, item, letter, queue) => act(name, item, 'send', { queue, ...contentOf(letter) }),
    attach(name, item, file) {
      const message = file.size === 0 ? 'the file is empty' : file.size > maxFileBytes ? `at most ${maxFileBytes} bytes` : undefined;
      if (message === undefined) sendFile(name, itemPath(item.medium, item.id, 'add-attachment'), file, item.id);
      else emit({ kind: 'fault', id: item.id, fault: { field: 'attachment', message } });
    },
    removeAttachment: (name, item, documentId) => act(name, item, `remove-attachment/${encodeURIComponent(documentId)}`),
    intoWorkbin: (name, item, workbin) =>
      send(name, `/workbins/${encodeURIComponent(workbin.id)}/add-interaction`, { interactionId: item.id }, item.id),
    take: (name, medium, id, workbinId) => send(name, itemPath(medium, id, 'pull'), { workbinId }, id),
  };
}
