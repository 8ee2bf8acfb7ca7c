import { z } from 'zod';
import { kvListSchema } from './kv.ts';

/** Bodies of the Workspace API: `{data:{…}, operationId?}`. Unknown keys are ignored, as clients of several versions send some. */

const number = z.string().trim().min(1).max(255);
const connId = z.string().regex(/^[0-9A-Za-z]{1,32}$/, 'must be a call id');
const name = z.string().min(1).max(255);
const reasonsAndExtensions = { reasons: kvListSchema.optional(), extensions: kvListSchema.optional() };
const destination = { destination: number, location: z.string().max(255).optional(), userData: kvListSchema.optional() };

export const workModes = ['AfterCallWork', 'AuxWork', 'LegalGuard', 'NoCallDisconnect', 'WalkAway'] as const;

export const noData = z.object({});
export const plainData = z.object(reasonsAndExtensions);
export const notReadyData = z.object({
  reasonCode: z.string().max(255).optional(),
  agentWorkMode: z.enum(workModes).optional(),
  ...reasonsAndExtensions,
});
export const dialData = z.object({ ...destination, outboundCallerId: z.string().max(255).optional(), ...reasonsAndExtensions });
export const singleStepData = z.object({ ...destination, ...reasonsAndExtensions });
export const redirectData = z.object({ destination: number, ...reasonsAndExtensions });
export const forwardData = z.object({ forwardTo: number });
export const parentData = z.object({ parentConnId: connId.optional(), ...reasonsAndExtensions });
export const heldData = z.object({ heldConnId: connId, ...reasonsAndExtensions });
export const mergeData = z.object({ otherConnId: connId, ...reasonsAndExtensions });
export const dropData = z.object({ dnToDrop: number, ...reasonsAndExtensions });
export const userDataData = z.object({ userData: kvListSchema });
/** What is noted as the call is marked done; desktops that have nothing to note send no list. */
export const completeData = z.object({ userData: kvListSchema.nullish().transform(list => list ?? []) });
export const keyData = z.object({ key: name });
export const dtmfData = z.object({
  dtmfDigits: z.string().regex(/^[0-9A-Da-d*#,]{1,64}$/, 'must be 1 to 64 of 0-9, A-D, *, # and comma'),
  ...reasonsAndExtensions,
});
export const userEventData = z.object({
  userData: kvListSchema,
  callUuid: z.string().max(64).optional(),
  connId: connId.optional(),
});
export const startMonitoringData = z.object({
  phoneNumberToMonitor: number,
  monitoringMode: z.enum(['Mute', 'Coach', 'Connect']).optional(),
  monitoringNextCallType: z.enum(['OneCall', 'AllCalls']).optional(),
  monitoringScope: z.enum(['Call', 'Agent']).optional(),
  location: z.string().max(255).optional(),
});
export const stopMonitoringData = z.object({ phoneNumber: number });
export const scopeData = z.object({ monitoringScope: z.enum(['Call', 'Agent']).optional() });
export const publishData = z.object({ eventContent: kvListSchema });
/** What the agent thinks of the desktop; clients send more, which is ignored. */
export const feedbackData = z.object({ text: z.string().max(8_192).optional() });
/** What a supervisor says about another agent's voice beside who is meant. */
export type RemoteStateData = z.infer<typeof notReadyData>;
export const remoteData = z.object({ userName: name, dn: number, ...notReadyData.shape });

export const activateChannelsData = z.object({
  agentId: z.string().max(255).nullish(),
  placeName: z.string().max(255).nullish(),
  dn: z.string().max(255).nullish(),
  queueName: z.string().max(255).nullish(),
  agentWorkMode: z.enum(['AutoIn', 'ManualIn']).nullish(),
  dynamicPhoneNumber: z.string().max(255).nullish(),
  autoCompleteCall: z.boolean().nullish(),
  channels: z.array(z.string().max(64)).max(32).nullish(),
});
export type ActivateChannelsData = z.infer<typeof activateChannelsData>;

const savedTarget = z.object({
  type: name,
  id: z.union([name, z.int()]).transform(String),
  firstName: z.string().max(255).optional(),
  lastName: z.string().max(255).optional(),
  emailAddresses: z.array(z.string().max(320)).max(16).default([]),
  numbers: z.array(z.string().max(255)).max(16).default([]),
});
export const addRecentData = z.object({
  target: savedTarget,
  recentInformation: z.object({ media: z.string().max(64).default('voice'), timeStamp: z.number().optional() }),
});
export const saveFavoriteData = z.object({
  target: savedTarget,
  category: z.string().min(1).max(255),
  ignoreDuplication: z.boolean().optional(),
});

export const operationIdSchema = z.string().min(1).max(128).optional();
