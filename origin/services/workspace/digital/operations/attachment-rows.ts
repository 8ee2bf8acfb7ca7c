import { attachmentData, documentData, maxAttachments, noData } from '@handover/shared/api/workspace';
import type { AttachmentWire } from '@handover/shared/api/workspace';
import { uuidv7 } from '@handover/shared/ids';
import { kvFind, kvInt, kvList, kvNested, kvStr } from '@handover/shared/genesys';
import type { KvList } from '@handover/shared/genesys';
import { attachmentsFrom, attachmentsKey, refusedFile } from '../attachments.ts';
import { change } from './item.ts';
import { unsupported } from './perform.ts';
import { accepted, itemOperation } from './row.ts';
import type { DigitalAnswer, DigitalOperation, ItemAt } from './row.ts';

const path = (verb: string): string => `/media/{mediatype}/interactions/{id}/${verb}`;
const once = { resend: 'once' } as const;

const listOf = (at: ItemAt): KvList => kvList(at.interaction.properties.userData, attachmentsKey) ?? [];
const tenantOf = (at: ItemAt): string => at.desk.host.key.tenant;

function setList(at: ItemAt, list: KvList): Promise<DigitalAnswer> {
  if (list.length === 0) return change(at, { deletedKeys: [attachmentsKey] });
  const pair = kvNested(attachmentsKey, list);
  const there = kvFind(at.interaction.properties.userData, attachmentsKey) !== undefined;
  return change(at, there ? { changed: [pair] } : { added: [pair] });
}

function add(at: ItemAt, document: Omit<AttachmentWire, 'path'>): Promise<DigitalAnswer> {
  const { id, name, mime, size } = document;
  const others = listOf(at).filter(pair => pair.key !== id);
  return setList(at, [...others, kvNested(id, [kvStr('name', name), kvStr('mime', mime), kvInt('size', size)])]);
}

const full = (at: ItemAt): boolean => listOf(at).length >= maxAttachments;
const tooMany: DigitalAnswer = { kind: 'field', field: 'attachment', message: `at most ${String(maxAttachments)} attachments` };

const named = (at: ItemAt): AttachmentWire | undefined =>
  attachmentsFrom(at.interaction.properties).find(each => each.id === at.params['documentId']);
const unknown: DigitalAnswer = { kind: 'error', code: 'request.not-found', field: 'documentId' };

/** Takes a file in; its body is a form, not JSON. */
export const addAttachment: DigitalOperation = itemOperation({
  ...once,
  name: 'addAttachment',
  path: path('add-attachment'),
  data: attachmentData,
  run: async (at, { name, mime, content }) => {
    const { documents } = at.desk.host.parts;
    if (documents === undefined) return unsupported();
    if (full(at)) return tooMany;
    const refused = refusedFile(name, mime, content);
    if (refused !== undefined) return { kind: 'field', field: 'attachment', message: refused };
    const id = uuidv7();
    await documents.put(tenantOf(at), { id, name, mime, content });
    return add(at, { id, name, mime, size: content.length });
  },
});

/** Operations on the files of an interaction. */
export const attachmentRows: readonly DigitalOperation[] = [
  itemOperation({
    ...once,
    name: 'addDocument',
    path: path('add-document'),
    data: documentData,
    run: (at, { documentId, name, mime, size }) => (full(at) ? tooMany : add(at, { id: documentId, name: name ?? documentId, mime, size })),
  }),
  itemOperation({
    resend: 'repeat',
    method: 'get',
    name: 'attachments',
    path: path('attachments/{documentId}'),
    data: noData,
    run: async at => {
      const attachment = named(at);
      const document = attachment === undefined ? undefined : await at.desk.host.parts.documents?.get(tenantOf(at), attachment.id);
      return document === undefined ? unknown : { kind: 'file', ...document };
    },
  }),
  itemOperation({
    ...once,
    name: 'removeAttachment',
    path: path('remove-attachment/{documentId}'),
    data: noData,
    run: async at => {
      const attachment = named(at);
      if (attachment === undefined) return unknown;
      const answer = await setList(
        at,
        listOf(at).filter(pair => pair.key !== attachment.id),
      );
      if (answer === accepted) await at.desk.host.parts.documents?.remove(tenantOf(at), attachment.id);
      return answer;
    },
  }),
];
