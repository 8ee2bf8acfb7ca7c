import type { UcsConnector } from '../../../origin/connectors/ucs/index.ts';

/** Contacts and their history, whoever keeps them. */
export type Keeper = Pick<UcsConnector, 'contacts' | 'history'>;
export type Contacts = Keeper['contacts'];
export type History = Keeper['history'];
export type Contact = NonNullable<Awaited<ReturnType<Contacts['get']>>>;
export type PastInteraction = NonNullable<Awaited<ReturnType<History['get']>>>;
export type SearchQuery = Parameters<Contacts['search']>[1];
export type PatternPart = Extract<SearchQuery, { kind: 'term' }>['pattern'][number];
export type NewAttribute = Parameters<Contacts['create']>[1][number];
export type ContactAttribute = Contact['attributes'][number];
export type ContactChange = Parameters<Contacts['update']>[2];
export type ContactRefusal = Extract<Awaited<ReturnType<Contacts['update']>>, { ok: false }>['reason'];
export type HistoryChange = Parameters<History['update']>[2];
export type HistoryRange = Parameters<History['ofContact']>[2];
