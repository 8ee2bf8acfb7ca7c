import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage, sessionsOf, startSystem, until, type RunningSystem, type WorkspacePage } from '../support/index.ts';

// A chat on the agent's page in Chromium, by keyboard alone.
let system: RunningSystem;
let browser: Browser;
let tab: WorkspacePage;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ ui: true, nodes: 1 }), openBrowser()]);
  tab = await openPage(browser, `${system.url}/`);
  await tab.page.waitForURL('**/auth/v3/sign-in?*');
  await tab.type('User name', 'agent1');
  await tab.type('Password', 'agent1');
  await tab.page.keyboard.press('Enter');
  await tab.page.waitForURL('**/ui/workspace/');
  await tab.agentState('ready');
});
afterAll(async () => {
  await tab.close();
  await browser.close();
  await system.stop();
});

const chat = (state: string): Promise<void> => tab.page.locator(`[data-testid=chat][data-state=${state}]`).waitFor();
const line = (text: string): Promise<void> => tab.page.getByRole('log', { name: 'Transcript' }).getByText(text, { exact: true }).waitFor();

it('takes a chat, answers, keeps the draft while its region is lost, goes on, leaves and marks it done', async () => {
  await tab.page.getByTestId('chat-medium').filter({ hasText: 'Not ready for chats' }).waitFor();
  await tab.press('Take chats');
  await tab.page.getByTestId('chat-medium').filter({ hasText: 'Ready for chats' }).waitFor();
  const response = await fetch(`${system.url}/simulator/chats`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ queue: 'chat-inbound', nickname: 'Eve', text: 'my order is lost', agent: 'agent1' }),
  });
  expect(response.status).toBeLessThan(300);
  await chat('Invited');
  await tab.press('Accept chat');
  await chat('Chat');
  await line('my order is lost');
  // The button that was pressed is gone; what was to come next has the focus.
  expect(await tab.page.locator(':focus').getAttribute('maxlength')).toBe('8192');
  await tab.type('Message', 'I look into it');
  await tab.press('Send');
  await line('I look into it');

  const [before] = await sessionsOf(system, 'agent1');
  if (before === undefined) throw new Error('no session');
  await tab.type('Message', 'it is on its w');
  await system.handover('fault', 'kill', 'region', before.region);
  await until('the session is elsewhere', 60_000, async () => {
    const [after] = await sessionsOf(system, 'agent1');
    return after !== undefined && after.region !== before.region;
  });
  await tab.page.keyboard.type('ay');
  expect(await tab.page.getByLabel('Message').inputValue()).toBe('it is on its way');
  await until('the chat can be spoken in', 30_000, async () => {
    await tab.press('Send');
    return line('it is on its way').then(
      () => true,
      () => false,
    );
  });
  expect(await tab.page.getByRole('log', { name: 'Transcript' }).getByText('my order is lost', { exact: true }).count()).toBe(1);
  await tab.press('Leave chat');
  await tab.press('Mark chat done');
  await until('the chat is gone', 20_000, async () => (await tab.page.getByTestId('chat').count()) === 0);
  expect(tab.faults).toEqual([]);
});

it('shows the agent’s numbers of the day', async () => {
  await tab.page.getByTestId('statistics').getByText('Incoming').waitFor();
});

it('finds a contact by the beginning of its names, and offers its number', async () => {
  await tab.type('Find a contact', 'jo');
  await tab.press('Find');
  await tab.page
    .getByTestId('contact-search')
    .filter({ hasText: /found|of/ })
    .waitFor();
  const entries = tab.page.getByRole('region', { name: 'Contacts' }).getByRole('listitem');
  expect(await entries.count()).toBeGreaterThan(0);
  for (const entry of await entries.allInnerTexts()) expect(entry).toMatch(/\bjo/i);
  expect(await entries.first().getByRole('button').innerText()).toMatch(/^Call \+?\d+/);
});
