import { z } from 'zod';
import { kvListSchema } from './kv.ts';

/** Bodies of the operations on contacts, their history and standard responses. Unknown keys are ignored. */

const name = z.string().trim().min(1).max(64);
const id = z.string().min(1).max(64);
const query = z.string().max(1_000, 'at most 1,000 characters');
const value = z.string().max(4_096);
const returnedAttributes = z.array(name).max(100);
const maxResults = z.int().min(1).max(100);
const primary = { primary: z.boolean().optional(), isPrimary: z.boolean().optional() };
const described = { value, description: z.string().max(255).optional(), ...primary };
/** A moment: milliseconds, or a text that names one. */
const moment = z.union([z.number().int().min(0).max(8_640_000_000_000_000), z.string().max(40)]).transform((given, context) => {
  const ms = typeof given === 'number' ? given : Date.parse(given);
  if (!Number.isNaN(ms)) return ms;
  context.addIssue({ code: 'custom', message: 'must be a time' });
  return z.NEVER;
});

/** Attributes come as `{name, value}` each; some desktops send `{FirstName: 'Ann'}`. */
const properties = z
  .array(z.union([z.object({ name, ...described }), z.record(name, z.union([value, z.array(value).max(20)]))]))
  .max(64)
  .transform(list =>
    list.flatMap(each => {
      if (isNamed(each)) return [each];
      return Object.entries(each).flatMap(([key, values]) => [values].flat().map(one => ({ name: key, value: one })));
    }),
  );
type Named = {
  name: string;
  value: string;
  description?: string | undefined;
  primary?: boolean | undefined;
  isPrimary?: boolean | undefined;
};
const isNamed = (each: object): each is Named => 'value' in each && 'name' in each && typeof each.name === 'string';

const sort = z.object({
  attributeName: name,
  mode: z
    .string()
    .max(16)
    .default('asc')
    .transform(text => (/^desc/i.test(text) ? ('desc' as const) : ('asc' as const))),
});

export const noUcsData = z.object({});
export const searchContactsData = z.object({
  query,
  returnedAttributes: returnedAttributes.default([]),
  startIndex: z.int().min(0).max(10_000).default(0),
  maxResults: maxResults.default(10),
  sortCriteria: z.array(sort).max(4).default([]),
});
export const createContactData = z.object({ properties: properties.refine(list => list.length > 0, 'at least one attribute') });
export const contactDetailsData = z.object({ returnedAttributes: returnedAttributes.default([]) });
export const updateContactData = z.object({
  contactId: id.optional(),
  version: z.int().min(1).optional(),
  addedProperties: properties.optional(),
  changedProperties: z
    .array(z.union([z.object({ id, ...described }), z.object({ name, ...described })]))
    .max(64)
    .default([]),
  deletedProperties: z
    .array(z.union([name, z.object({ id: id.optional(), name: name.optional() })]))
    .max(64)
    .default([]),
});
export const contactHistoryData = z.object({
  returnedAttributes: returnedAttributes.default([]),
  fromDate: moment.optional(),
  toDate: moment.optional(),
});
export const agentHistoryData = contactHistoryData.extend({ sort: z.string().max(16).optional(), userId: z.string().max(255).optional() });
export const interactionDetailsData = z.object({ returnedAttributes: returnedAttributes.default([]) });
export const identifyContactData = z.object({ createContactEnabled: z.boolean().default(false) });
export const assignInteractionData = z.object({ contactId: id });
export const searchInteractionsData = z.object({
  query: query.default(''),
  owner: z.array(z.string().min(1).max(255)).max(20).default([]),
  maxResults: maxResults.default(50),
  returnedAttributes: returnedAttributes.default([]),
});
export const interactionCommentData = z.object({ comment: z.string().max(4_096) });
export const callCompletedData = z.object({ callDuration: z.int().min(0).max(864_000), userData: kvListSchema.default([]) });

export const rootCategoriesData = z.object({ approved: z.boolean().optional(), language: z.string().max(64).optional() });
export const categoryDetailsData = z.object({
  returnChildrenCategories: z.boolean().default(true),
  returnChildrenSRInfo: z.boolean().default(true),
  approved: z.boolean().optional(),
});
export const responseDetailsData = z.object({ version: z.number().optional(), attachments: z.boolean().default(true) });
export const renderFieldCodesData = z.object({
  interactionId: id,
  usePlainText: z.boolean().default(false),
  customProperties: kvListSchema.default([]),
  agentCustomProperties: kvListSchema.default([]),
});
export const reportUsageData = z.object({
  interactionId: id,
  responseType: z
    .enum([
      'SystemAutoResponse',
      'SuggestedResponsesIgnored',
      'SuggestedResponseChoosen',
      'SuggestedResponseNotReceived',
      'AdministratorResponse',
    ])
    .default('AdministratorResponse'),
});
export const searchResponsesData = z.object({
  query,
  returnedAttributes: returnedAttributes.default([]),
  maxResults: maxResults.default(20),
});
