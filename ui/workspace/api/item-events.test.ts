import { expect, it } from 'vitest';
import type { Email, Item } from '../state/item.ts';
import { eventFromMessage } from './events.ts';

const told = (interaction: object) =>
  eventFromMessage({ messageType: 'InteractionStateChanged', interaction: { id: 'e1', ...interaction } });
const emailOf = (email: object): Email | undefined => {
  const event = told({ mediatype: 'email', state: 'Processing', email });
  return event?.kind === 'item' ? event.item.email : undefined;
};

it.each(['Invited', 'Processing', 'Composing'] as const)('an e-mail in state %s is in the agent’s hands', state => {
  const item: Item = {
    id: 'e1',
    medium: 'email',
    state,
    subject: 'Order',
    capabilities: ['save'],
    userData: [],
    email: undefined,
    attachments: [],
  };
  expect(told({ mediatype: 'email', state, subject: 'Order', capabilities: ['save'] })).toEqual({ kind: 'item', item });
});

it.each(['Sent', 'Canceled', 'InWorkbin', 'Transferred', 'Rejected', 'Completed', 'Revoked'])('work in state %s is over', state => {
  expect(told({ mediatype: 'workitem', state })).toEqual({ kind: 'item-over', id: 'e1' });
});

it('text is read as text, and HTML only where there is no text', () => {
  expect(emailOf({ mime: 'text/plain', body: 'hi', bodyAsPlainText: 'hi' })).toMatchObject({ text: 'hi', html: undefined });
  expect(emailOf({ body: 'hi' })).toMatchObject({ text: 'hi', html: undefined });
  expect(emailOf({ mime: 'text/html', body: '<b>hi</b>', bodyAsPlainText: 'hi' })).toMatchObject({ text: 'hi', html: '<b>hi</b>' });
  expect(emailOf({ mime: 'text/html', body: '<b>hi</b>' })).toMatchObject({ text: undefined, html: '<b>hi</b>' });
});

it('HTML that a server repeats as plain text is HTML', () => {
  const body = '<html><p>hi</p></html>';
  expect(emailOf({ body, bodyAsPlainText: body })).toMatchObject({ text: undefined, html: body });
});

it('a change of a workbin names what came or went', () => {
  const interaction = {
    id: 'e1',
    mediatype: 'email',
    state: 'InWorkbin',
    subject: 's',
    email: { from: 'eve@x.example', subject: 'Order' },
  };
  const message = {
    messageType: 'WorkbinsMessage',
    notificationType: 'WorkbinContentChanged',
    workbinId: 'email-draft',
    operation: 'Placed',
    interaction,
  };
  expect(eventFromMessage(message)).toEqual({
    kind: 'workbin-changed',
    workbinId: 'email-draft',
    operation: 'Placed',
    item: { id: 'e1', medium: 'email', subject: 'Order', from: 'eve@x.example' },
  });
});

const initialised = (configuration: object) =>
  eventFromMessage({ messageType: 'WorkspaceInitializationComplete', state: 'Complete', data: { user: {}, configuration } });
const option = (key: string, value: string) => ({ key, type: 'str', value });

it('queue and sender of what agents write come from the configuration', () => {
  const options = [option('email.default-queue', 'd'), option('email.outbound-queue', 'o'), option('email.from-addresses', 'Senders')];
  const settings = [{ key: 'interaction-workspace', type: 'kvlist', value: options }];
  const values = [{ name: 'a@x.example' }, { name: 'b@x.example', default: true }];
  expect(initialised({ settings, businessAttributes: [{ name: 'Senders', values }] })).toMatchObject({
    outgoing: { queue: 'o', from: 'b@x.example' },
  });
  expect(initialised({})).toMatchObject({ outgoing: { queue: '', from: '' } });
});
