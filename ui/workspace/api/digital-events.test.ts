import { expect, it } from 'vitest';
import { contactQuery } from './contact-query.ts';
import { eventFromMessage } from './events.ts';

const interaction = (mediatype: string, state: string) =>
  eventFromMessage({ messageType: 'InteractionStateChanged', interaction: { id: 'c1', mediatype, state } });

it.each(['Completed', 'Revoked', 'Transferred', 'Rejected', 'InWorkbin'])('a chat in state %s is no longer the agent’s', state => {
  expect(interaction('chat', state)).toEqual({ kind: 'chat-over', id: 'c1' });
});

it('what happens to media that the page does not show is left out', () => {
  expect(interaction('outboundpreview', 'Processing')).toBeUndefined();
});

it('a contact without a name or a number is shown all the same', () => {
  const attributes = { EmailAddress: [{ value: 'eve@example.com' }] };
  const message = {
    messageType: 'UcsMessage',
    name: 'EventSearchContact',
    operationId: 'o',
    contacts: [{ contactId: 'k', attributes }],
    totalCount: 4,
  };
  const contacts = [{ id: 'k', name: '', email: 'eve@example.com', phones: [] }];
  expect(eventFromMessage(message)).toEqual({ kind: 'found', operationId: 'o', contacts, total: 4 });
});

it('every word of a search must be found, and signs of the query language are plain text', () => {
  const [first = '', second = '', ...more] = contactQuery(' jo (x) ').split(' AND ');
  expect(more).toEqual([]);
  expect(first).toContain('FirstName:jo*');
  expect(second).toContain('LastName:\\(x\\)*');
});
