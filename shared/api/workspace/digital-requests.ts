import { z } from 'zod';
import { kvListSchema } from './kv.ts';

/** Bodies of the digital operations. Unknown keys are ignored, as clients of several versions send some. */

const name = z.string().trim().min(1).max(255);
const id = z.string().regex(/^[0-9A-Za-z_.:-]{1,64}$/, 'must be an interaction id');
const agentId = name;
const words = (max: number) => z.string().max(max);
const visibility = z.enum(['All', 'Agent', 'Supervisor']).default('All');
const message = z.string().min(1).max(8_192);
const url = z
  .string()
  .max(2_048)
  .regex(/^https?:\/\/[^\s]+$/i, 'must be an http or https URL');
const addresses = z.array(z.string().trim().min(3).max(320)).min(1).max(100);
const more = z.array(z.string().trim().min(3).max(320)).max(100).default([]);

/** Clients send a reason in three parts; the server takes one word. */
const reason = z
  .object({ reasonSystemName: words(255).optional(), reasonDescription: words(255).optional(), reason: z.number().optional() })
  .transform(value => value.reasonSystemName ?? value.reasonDescription)
  .optional();
const extension = kvListSchema.optional();

export const mediaStateData = z.object({ reasonCode: words(255).optional(), reason, extension });
export const activateMediaData = z.object({
  placeName: words(255).nullish(),
  channels: z.array(z.string().max(64)).max(32).nullish(),
});
export const mediaPlainData = z.object({ extension });
export const placeInQueueData = z.object({
  queue: name,
  reason,
  extension,
  addedProperties: kvListSchema.optional(),
  changedProperties: kvListSchema.optional(),
  deletedProperties: kvListSchema.optional(),
});
export const holdInQueueData = z.object({ queue: name, reason, extension });
export const pullData = z.object({ ownerId: words(255).optional(), workbinId: words(255).optional(), reason, extension });
export const deleteUserDataData = z.object({ keys: z.array(name).min(1).max(200) });
export const commentData = z.object({ comment: words(4_096) });
export const contentData = z.object({
  comment: words(4_096).optional(),
  threadId: words(64).optional(),
  parentId: words(64).optional(),
  contactId: words(64).optional(),
});
export const agentTargetData = z.object({ agentId, extension });
export const queueTargetData = z.object({ queue: name });
export const createMediaData = z.object({
  subtype: name.default('InboundNew'),
  /** Without one, the medium's default queue of the desktop's options. */
  queue: name.optional(),
  parentId: id.optional(),
  contactId: words(64).optional(),
  subject: words(1_024).optional(),
  userData: kvListSchema.default([]),
  extension,
});
export const mediaMonitoringData = z.object({
  agentId,
  monitoringMode: z.enum(['Monitor', 'Coach', 'Bargein']),
  monitoringNextInteractionType: z.enum(['NextInteraction', 'AllInteractions']),
});

export const nicknameData = z.object({ nickname: words(64).optional() });
export const newNicknameData = z.object({ nickname: z.string().trim().min(1).max(64), visibility });
export const chatMessageData = z.object({
  message,
  messageType: words(64).optional(),
  visibility,
  treatAs: z.enum(['Normal', 'System']).optional(),
});
export const typingData = z.object({ message: words(8_192).optional(), visibility });
export const noticeData = z.object({ message: words(8_192).optional(), visibility, userData: kvListSchema.optional() });
export const urlData = z.object({ url, visibility });
export const leaveChatData = z.object({
  afterAction: z.enum(['CloseIfNoAgents', 'ForceClose', 'KeepAlive']).default('CloseIfNoAgents'),
  message: words(8_192).optional(),
  messageType: words(64).optional(),
  treatAs: z.enum(['Normal', 'System']).optional(),
});

const emailBody = {
  body: words(49_152).optional(),
  bodyAsPlainText: words(49_152).optional(),
  mime: words(128).optional(),
  subject: words(1_024).optional(),
  comment: words(4_096).optional(),
};
const emailTarget = { from: z.string().trim().min(3).max(320), to: addresses, cc: more, bcc: more };
export const emailAcceptData = z.object({ useReviewer: z.boolean().optional(), extension });
export const emailReplyData = z.object({
  queue: name,
  from: emailTarget.from,
  to: more,
  cc: more,
  bcc: more,
  ...emailBody,
  userData: kvListSchema.default([]),
});
export const emailCreateData = z.object({
  queue: name.optional(),
  threadId: words(64).optional(),
  parentId: id.optional(),
  contactId: words(64).optional(),
  from: emailTarget.from.optional(),
  to: z
    .union([
      z
        .string()
        .max(320)
        .transform(one => (one === '' ? [] : [one])),
      more,
    ])
    .default([]),
  ...emailBody,
  userData: kvListSchema.default([]),
});
export const emailSaveData = z.object({ ...emailTarget, ...emailBody });
export const emailSendData = z.object({ queue: name, ...emailTarget, ...emailBody, useReviewer: z.boolean().optional() });

const documentId = z.uuid();
export const documentData = z.object({
  documentId,
  size: z.int().min(0).max(2_147_483_647).default(0),
  mime: words(128).default('application/octet-stream'),
  name: words(255).optional(),
});
export const maxAttachmentBytes = 2_097_152;
export const maxAttachments = 10;
export const attachmentData = z.object({
  name: z.string().trim().min(1).max(255),
  mime: words(128).default('application/octet-stream'),
  content: z.instanceof(Uint8Array<ArrayBuffer>),
});

const workbinIds = z
  .union([z.array(name).min(1).max(50), name.transform(list => list.split(',').map(each => each.trim()))])
  .refine(list => list.length <= 50 && list.every(each => each !== ''), 'must be 1 to 50 workbin ids');
const ownerId = words(255).optional();
export const workbinData = z.object({ ownerId });
export const workbinsData = z.object({ workbinIds, ownerId });
export const workbinSubscribeData = z.object({ ownerId, notifyPropertyChanges: z.boolean().optional() });
export const addToWorkbinData = z.object({ ownerId, interactionId: id, reason, extension });

const interactions = z.array(id).min(1).max(100);
const startIndex = z.int().min(0).max(1_000_000).default(0);
const size = z.int().min(1).max(200).default(50);
export const snapshotData = z.object({ condition: words(2_048).default(''), startIndex, size, order: words(255).optional() });
export const snapshotContentData = z.object({ startIndex, size });
export const manyData = z.object({ interactions });
export const manyUserDataData = z.object({
  interactions: interactions.optional(),
  addedUserData: kvListSchema.default([]),
  updatedUserData: kvListSchema.default([]),
  deletedUserData: z.array(name).max(200).default([]),
});
export const manyToQueueData = z.object({ queue: name, interactions });
export const manyToWorkbinData = z.object({ workbinId: name, ownerId: name, interactions });
