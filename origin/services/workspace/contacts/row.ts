import type { z } from 'zod';
import type { ContactServer } from '../../../contracts/contacts.ts';
import type { AgentSession } from '../session/agent-session.ts';

/** What an operation is asked with. */
export interface UcsAt {
  readonly session: AgentSession;
  readonly server: ContactServer;
  readonly tenant: string;
  readonly person: string;
  readonly params: Readonly<Record<string, string>>;
}

/** An event for the clients; what the server refuses; or a field that cannot be used. */
export type UcsOutcome =
  | { kind: 'event'; name: string; payload: Readonly<Record<string, unknown>> }
  | { kind: 'refused'; errorCode: string; errorMessage: string }
  | { kind: 'field'; field: string; message: string };

export interface UcsOperation {
  readonly name: string;
  readonly path: string;
  readonly data: z.ZodType;
  run(at: UcsAt, data: unknown): Promise<UcsOutcome>;
}

/** A row whose data are typed by its schema. */
export const ucsOperation = <T>(row: {
  name: string;
  path: string;
  data: z.ZodType<T>;
  run: (at: UcsAt, data: T) => Promise<UcsOutcome>;
}): UcsOperation => ({ ...row, run: (at, data) => row.run(at, data as T) });

export const told = (name: string, payload: Readonly<Record<string, unknown>>): UcsOutcome => ({ kind: 'event', name, payload });

const refusals = {
  'contact.unknown': 'There is no such contact.',
  'contact.version': 'The contact was changed meanwhile.',
  'contact.too-many': 'A contact has at most 64 attributes.',
  'contact.same': 'A contact cannot be merged with itself.',
  'interaction.unknown': 'There is no such interaction.',
  'category.unknown': 'There is no such category.',
  'response.unknown': 'There is no such standard response.',
} as const;

export const refusedAs = (errorCode: keyof typeof refusals): UcsOutcome => ({
  kind: 'refused',
  errorCode,
  errorMessage: refusals[errorCode],
});
