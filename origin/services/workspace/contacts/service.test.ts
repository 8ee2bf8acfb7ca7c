import { expect, test } from 'vitest';
import type { ContactServer } from '../../../contracts/contacts.ts';
import { createBench, openTab, type Tab } from '../fakes/bench.ts';

const channel = '/workspace/v3/contacts';

/** A contact server whose state the test says. */
async function withContacts() {
  const listeners = new Set<(state: 'up' | 'down') => void>();
  const service = {
    state: 'up' as 'up' | 'down',
    onChange(listener: (state: 'up' | 'down') => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const bench = createBench({ contacts: { service } as unknown as ContactServer });
  bench.workspace.start();
  const become = (state: 'up' | 'down'): void => {
    service.state = state;
    for (const listener of listeners) listener(state);
  };
  const subscribe = ({ key, clientId }: Tab): void => bench.workspace.policy.onSubscribed(key, clientId, channel);
  return { bench, become, subscribe, listeners, tab: await openTab(bench) };
}
const told = (tab: Tab): unknown[] => tab.heard(channel).map(message => [message['serviceName'], message['serviceState']]);

test('the loss of the contact server is told, and its end', async () => {
  const { become, subscribe, tab } = await withContacts();
  subscribe(tab);
  expect(told(tab)).toEqual([]);
  become('down');
  become('up');
  expect(told(tab)).toEqual([
    ['UCS', 'UNAVAILABLE'],
    ['UCS', 'AVAILABLE'],
  ]);
});

test('who subscribes during a loss is told of it, and so does the session say', async () => {
  const { become, subscribe, tab } = await withContacts();
  become('down');
  const before = told(tab).length;
  subscribe(tab);
  expect(told(tab).slice(before)).toEqual([['UCS', 'UNAVAILABLE']]);
  const { body } = await tab.get('/current-session');
  expect(body.data).toMatchObject({
    user: { activeSession: { services: expect.arrayContaining([{ serviceName: 'UCS', serviceState: 'UNAVAILABLE' }]) as unknown } },
  });
});

test('who missed the end of a loss is told how it stands now', async () => {
  const { bench, become, subscribe, tab } = await withContacts();
  subscribe(tab);
  become('down');
  become('up');
  const missed = tab.heard(channel).slice(-1);
  bench.workspace.policy.onMissed?.(tab.key, tab.clientId, missed);
  expect(told(tab).at(-1)).toEqual(['UCS', 'AVAILABLE']);
  expect(told(tab)).toHaveLength(3);
});

test('nobody listens to the contact server after the end', async () => {
  const { bench, listeners } = await withContacts();
  bench.workspace.stop();
  expect(listeners.size).toBe(0);
});
