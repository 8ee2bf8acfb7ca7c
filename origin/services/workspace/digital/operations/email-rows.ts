import { emailCreateData, emailReplyData, emailSaveData, emailSendData, noData } from '@handover/shared/api/workspace';
import type { EmailWire } from '@handover/shared/api/workspace';
import { kvFind, kvStr } from '@handover/shared/genesys';
import type { KvList } from '@handover/shared/genesys';
import { commentKey, emailFrom, emailKey, emailPair } from '../email.ts';
import type { EmailContent } from '../email.ts';
import { createOwn } from './create.ts';
import { change, giveAway } from './item.ts';
import { acceptRow } from './item-rows.ts';
import { clean } from './perform.ts';
import { accepted, deskOperation, itemOperation } from './row.ts';
import type { DigitalAnswer, DigitalOperation, ItemAt } from './row.ts';

const path = (verb: string): string => `/media/email/interactions/{id}/${verb}`;
const email = { mediaType: 'email', resend: 'once' } as const;

type Draft = EmailContent & { comment?: string | undefined };

/** The properties that hold what the draft says now. */
function draftPairs(at: ItemAt, draft: Draft): { added?: KvList; changed?: KvList } {
  const { userData } = at.interaction.properties;
  const pairs = [emailPair(userData, draft), ...(draft.comment === undefined ? [] : [kvStr(commentKey, draft.comment)])];
  const there = kvFind(userData, emailKey) !== undefined;
  return there ? { changed: pairs } : { added: pairs };
}

const save = (at: ItemAt, draft: Draft): Promise<DigitalAnswer> => change(at, draftPairs(at, draft), 'EmailSaved');

const subjectOf = (prefix: string, original: EmailWire | undefined): string => {
  const subject = original?.subject ?? '';
  return subject.toLowerCase().startsWith(prefix.toLowerCase()) ? subject : `${prefix} ${subject}`.trim();
};

/** A draft about an e-mail that is in hand. */
function answerTo(name: string, verb: string, prefix: string, subtype: string): DigitalOperation {
  return itemOperation({
    ...email,
    name,
    path: path(verb),
    data: emailReplyData,
    run: (at, { queue, userData, ...content }) => {
      const original = emailFrom(at.interaction.properties.userData);
      const back = verb === 'reply' && original?.from !== undefined ? [original.from] : [];
      const subject = content.subject ?? subjectOf(prefix, original);
      const to = content.to.length > 0 ? content.to : back;
      if (to.length === 0 && verb === 'reply')
        return { kind: 'field', field: 'data.to', message: 'the e-mail names no sender to reply to' };
      const { contactID } = at.interaction.properties;
      return createOwn(at, {
        mediaType: 'email',
        interactionType: 'Outbound',
        interactionSubtype: subtype,
        queue,
        subject,
        parentInteractionID: at.id,
        ...(contactID === undefined ? {} : { contactID }),
        userData: [...clean(userData), emailPair([], { ...content, to, subject })],
      });
    },
  });
}

/** Operations on e-mails. */
export const emailRows: readonly DigitalOperation[] = [
  acceptRow('acceptEmail', path('accept'), { mediaType: 'email' }),
  deskOperation({
    ...email,
    name: 'createEmail',
    path: '/media/email/interactions/create',
    data: emailCreateData,
    run: (at, { queue, userData, threadId, parentId, contactId, comment, ...content }) =>
      createOwn(at, {
        mediaType: 'email',
        interactionType: 'Outbound',
        interactionSubtype: 'OutboundNew',
        queue,
        ...(content.subject === undefined ? {} : { subject: content.subject }),
        ...(parentId === undefined ? {} : { parentInteractionID: parentId }),
        ...(contactId === undefined ? {} : { contactID: contactId }),
        userData: [
          ...clean(userData),
          ...(threadId === undefined ? [] : [kvStr('ThreadId', threadId)]),
          ...(comment === undefined ? [] : [kvStr(commentKey, comment)]),
          emailPair([], content),
        ],
      }),
  }),
  answerTo('replyEmail', 'reply', 'Re:', 'OutboundReply'),
  answerTo('forwardEmail', 'forward', 'Fwd:', 'OutboundForward'),
  itemOperation({ ...email, name: 'saveEmail', path: path('save'), data: emailSaveData, states: ['Composing'], run: save }),
  itemOperation({
    ...email,
    name: 'sendEmail',
    path: path('send'),
    data: emailSendData,
    states: ['Composing'],
    run: async (at, { queue, useReviewer: _reviewer, ...draft }) => {
      const saved = await save(at, draft);
      if (saved !== accepted) return saved;
      return giveAway(at, 'Sent', { messageName: 'RequestPlaceInQueue', ...at.seat, interactionID: at.id, queue });
    },
  }),
  itemOperation({
    ...email,
    name: 'cancelEmail',
    path: path('cancel'),
    data: noData,
    states: ['Composing'],
    run: at => giveAway(at, 'Canceled', { messageName: 'RequestStopProcessing', ...at.seat, interactionID: at.id }),
  }),
];
