import type { KvList } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';

/** One value of a contact. A name may occur several times; at most one value of a name is the primary one. */
export interface ContactAttribute {
  id: string;
  /** e.g. `FirstName`, `EmailAddress`. */
  name: string;
  value: string;
  description?: string | undefined;
  primary: boolean;
}
export type NewAttribute = Omit<ContactAttribute, 'id' | 'primary'> & { primary?: boolean | undefined };

export interface Contact {
  /** UUID. */
  id: string;
  /** Grows with each change. */
  version: number;
  attributes: readonly ContactAttribute[];
  createdAtMs: number;
  modifiedAtMs: number;
}

/** A part of a word pattern: text as it stands, `many` for any text, `one` for any one character. */
export type PatternPart = { literal: string } | 'many' | 'one';

/** A search as a tree. Without a field a term looks into all of them. */
export type SearchQuery =
  | { kind: 'all' }
  | { kind: 'term'; field: string | undefined; pattern: readonly PatternPart[] }
  | { kind: 'and' | 'or'; parts: readonly SearchQuery[] }
  | { kind: 'not'; part: SearchQuery };

export interface Page {
  startIndex: number;
  maxResults: number;
}
export interface SortCriterion {
  attributeName: string;
  mode: 'asc' | 'desc';
}

export interface ContactChange {
  added: readonly NewAttribute[];
  /** By id, or all values of the name when there is none. */
  changed: readonly (Omit<NewAttribute, 'name'> & ({ id: string; name?: undefined } | { id?: undefined; name: string }))[];
  /** Ids of attributes, or names: then every value of the name. */
  deleted: readonly string[];
  /** Refuses with `version` when the contact was changed since. */
  version?: number | undefined;
}

export type ContactRefusal = 'unknown' | 'version' | 'too-many' | 'same';

export interface Identified {
  /** The best match; the created one; undefined when there was none and none was to be made. */
  contactId: string | undefined;
  /** Every match, the best first; at most 20. */
  contactIds: readonly string[];
  created: boolean;
}

/** The contacts of contact centres. A tenant never sees those of another. A contact that was merged is answered as the one it went into. */
export interface Contacts {
  /** Matches in the given order, then by age; `total` stops counting at 10,000. */
  search(
    tenant: string,
    query: SearchQuery,
    page: Page,
    sort: readonly SortCriterion[],
  ): Promise<{ contacts: readonly Contact[]; total: number }>;
  get(tenant: string, id: string): Promise<Contact | undefined>;
  /** At most 64 attributes. */
  create(tenant: string, attributes: readonly NewAttribute[]): Promise<Contact>;
  update(tenant: string, id: string, change: ContactChange): Promise<Result<Contact, ContactRefusal>>;
  /** Its interactions stay, without a contact. False when there was none. */
  remove(tenant: string, id: string): Promise<boolean>;
  /** Moves interactions and attributes that are not there yet from one contact into another. */
  merge(tenant: string, from: string, into: string): Promise<Result<Contact, ContactRefusal>>;
  /**
   * Contacts that have one of these values (e-mail addresses, phone numbers), those with most matches first. With `create` one is made of
   * `attributes` when there is none; two that ask at once get the same.
   */
  identify(
    tenant: string,
    clues: readonly { name: string; value: string }[],
    create: readonly NewAttribute[] | undefined,
  ): Promise<Identified>;
}

export interface PastInteraction {
  /** As the server names it; unique in the tenant. */
  id: string;
  contactId?: string | undefined;
  /** `voice`, `chat`, `email`, … */
  mediaType: string;
  interactionType: string;
  interactionSubtype: string;
  status: 'InProgress' | 'Completed';
  /** User name of the agent who handled it last. */
  owner?: string | undefined;
  subject?: string | undefined;
  comment?: string | undefined;
  /** What was said or written, as plain text; at most 65,536 characters. */
  text?: string | undefined;
  startedAtMs: number;
  endedAtMs?: number | undefined;
  durationS?: number | undefined;
  userData: KvList;
}

export interface HistoryRange {
  fromMs?: number | undefined;
  toMs?: number | undefined;
  order: 'asc' | 'desc';
  maxResults: number;
}
export type HistoryChange = Partial<Omit<PastInteraction, 'id'>>;

/** What contacts and agents did, by interaction. */
export interface InteractionHistory {
  /** Writes it down: new, or over what is known of it; a field that is not given stays. Answers whether it was new. */
  recordInteraction(tenant: string, interaction: PastInteraction): Promise<boolean>;
  get(tenant: string, id: string): Promise<PastInteraction | undefined>;
  /** Undefined when there is no such interaction, or no such contact. */
  update(tenant: string, id: string, change: HistoryChange): Promise<PastInteraction | undefined>;
  ofContact(tenant: string, contactId: string, range: HistoryRange): Promise<readonly PastInteraction[]>;
  ofAgent(tenant: string, userName: string, range: HistoryRange): Promise<readonly PastInteraction[]>;
  /** The newest first; `found` stops counting at 10,000. */
  search(
    tenant: string,
    query: SearchQuery,
    options: { owners: readonly string[]; maxResults: number },
  ): Promise<{ interactions: readonly PastInteraction[]; found: number }>;
}

export interface ResponseCategory {
  id: string;
  parentId?: string | undefined;
  name: string;
  description: string;
}
export interface StandardResponse {
  id: string;
  categoryId: string;
  name: string;
  description: string;
  subject: string;
  /** HTML, with field codes such as `<$Contact.FirstName$>`. */
  body: string;
  plainTextBody: string;
  language: string;
  approved: boolean;
  version: number;
  attachments: readonly { documentId: string; name: string; mimeType: string; size: number }[];
}

/** Texts that agents use again and again, in a tree of categories; and which of them each person likes. */
export interface StandardResponses {
  rootCategories(tenant: string): Promise<readonly ResponseCategory[]>;
  /** The category with what is directly in it. */
  category(
    tenant: string,
    id: string,
  ): Promise<{ category: ResponseCategory; children: readonly ResponseCategory[]; responses: readonly StandardResponse[] } | undefined>;
  get(tenant: string, id: string): Promise<StandardResponse | undefined>;
  attachment(
    tenant: string,
    responseId: string,
    documentId: string,
  ): Promise<{ name: string; mimeType: string; content: Uint8Array } | undefined>;
  search(tenant: string, query: SearchQuery, maxResults: number): Promise<readonly StandardResponse[]>;
  favorites(tenant: string, person: string): Promise<readonly StandardResponse[]>;
  /** False when there is no such response; at most 100 a person are kept, the newest. */
  addFavorite(tenant: string, person: string, id: string): Promise<boolean>;
  removeFavorite(tenant: string, person: string, id: string): Promise<boolean>;
  removeAllFavorites(tenant: string, person: string): Promise<void>;
  /** False when there is no such response. */
  reportUsage(tenant: string, usage: { responseId: string; person: string; interactionId: string; type: string }): Promise<boolean>;
  /** Writes a category and its responses, over those with the same ids. */
  put(
    tenant: string,
    category: ResponseCategory,
    responses: readonly (Omit<StandardResponse, 'attachments' | 'version' | 'categoryId'> & {
      attachments: readonly { documentId: string; name: string; mimeType: string; text: string }[];
    })[],
  ): Promise<void>;
}

/** Whether a server that keeps contacts answers. */
export interface ContactService {
  readonly state: 'up' | 'down';
  onChange(listener: (state: 'up' | 'down') => void): () => void;
}

/** Everything that a Universal Contact Server knows. */
export interface ContactServer {
  contacts: Contacts;
  history: InteractionHistory;
  responses: StandardResponses;
  /** Absent where nobody watches over it: then it counts as there. */
  service?: ContactService;
}
