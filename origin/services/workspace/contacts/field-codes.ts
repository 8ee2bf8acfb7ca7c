import { kvText, type KvList } from '@handover/shared/genesys';
import type { Contact, PastInteraction } from '../../../contracts/contacts.ts';

/** Who and what a text may speak of. */
export interface Subjects {
  readonly agent: Readonly<Record<string, string | undefined>>;
  readonly contact: Contact | undefined;
  readonly interaction: PastInteraction | undefined;
  readonly custom: KvList;
  readonly agentCustom: KvList;
}

const codeShape = /<\$\s*([A-Za-z]+)\s*\.\s*([A-Za-z0-9_ -]{1,64}?)\s*\$>/g;
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text with every field code, such as `<$Contact.FirstName$>`, replaced by its value; what has none becomes empty. */
export function renderFieldCodes(text: string, subjects: Subjects, format: 'html' | 'text'): string {
  return text.replace(codeShape, (_code, object: string, field: string) => {
    const value = valueOf(object, field, subjects) ?? '';
    return format === 'html' ? value.replace(/[&<>"']/g, sign => escapes[sign] ?? sign) : value;
  });
}

function valueOf(object: string, field: string, { agent, contact, interaction, custom, agentCustom }: Subjects): string | undefined {
  switch (object.toLowerCase()) {
    case 'contact': {
      if (field === 'FullName')
        return ['FirstName', 'LastName']
          .map(name => attribute(contact, name))
          .filter(Boolean)
          .join(' ');
      return attribute(contact, field);
    }
    case 'agent':
      return kvText(agentCustom, field) ?? agent[field];
    case 'interaction':
      return kvText(custom, field) ?? ofInteraction(interaction, field);
    default:
      return undefined;
  }
}

function attribute(contact: Contact | undefined, name: string): string | undefined {
  const values = contact?.attributes.filter(each => each.name === name) ?? [];
  return (values.find(each => each.primary) ?? values[0])?.value;
}

function ofInteraction(interaction: PastInteraction | undefined, field: string): string | undefined {
  switch (field) {
    case 'Id':
      return interaction?.id;
    case 'Subject':
      return interaction?.subject;
    case 'DateCreated':
      return interaction === undefined ? undefined : new Date(interaction.startedAtMs).toISOString();
    default:
      return kvText(interaction?.userData, field);
  }
}
