import type { KeyValue } from './key-value.ts';

/** What the page knows of work in writing that is no chat: e-mails and work items. */
export type ItemMedium = 'email' | 'workitem';

export interface Email {
  from: string;
  to: readonly string[];
  cc: readonly string[];
  bcc: readonly string[];
  subject: string;
  /** Undefined when there is none but in HTML. */
  text: string | undefined;
  html: string | undefined;
}

export interface Attachment {
  id: string;
  name: string;
  /** In bytes. */
  size: number;
}

export interface Item {
  id: string;
  medium: ItemMedium;
  /** `Composing`: an e-mail that the agent writes. */
  state: 'Invited' | 'Processing' | 'Composing';
  subject: string | undefined;
  capabilities: readonly string[];
  userData: readonly KeyValue[];
  email: Email | undefined;
  attachments: readonly Attachment[];
}

/** An e-mail as its form holds it: addresses are separated by commas. */
export interface Letter {
  from: string;
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  body: string;
}
/** By the id of the e-mail. */
export type Letters = Readonly<Record<string, Letter>>;

/** What lies in a workbin, nobody's at the moment. */
export interface Resting {
  id: string;
  medium: ItemMedium;
  subject: string | undefined;
  from: string | undefined;
}
export interface Workbin {
  id: string;
  medium: ItemMedium;
  items: readonly Resting[];
}

export interface StandardResponse {
  id: string;
  name: string;
  category: string;
}

/** What the server did not take, by the name of the field as the form knows it. */
export interface Fault {
  field: string;
  message: string;
}
