import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openPage, sessionOf, startSystem, until, type RunningSystem, type WorkspacePage } from '../support/index.ts';

// A customer chats in a frame of a shop's page, an agent on the agent's page.
let system: RunningSystem;
let browser: Browser;
let shop: Server;
let shopUrl: string;
let agent: WorkspacePage;
let customer: WorkspacePage;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ ui: true, nodes: 1 }), openBrowser()]);
  const attributes = 'data-queue="chat-inbound" data-nickname="Eve" data-label="Ask us"';
  shop = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><title>Shop</title><h1>Shop</h1><script async src="${system.url}/ui/chat/embed.js" ${attributes}></script>`,
    );
  });
  await new Promise<void>(resolve => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://127.0.0.1:${String((shop.address() as AddressInfo).port)}`;
  [agent, customer] = await Promise.all([openPage(browser, `${system.url}/`), openPage(browser, shopUrl)]);
  await agent.page.waitForURL('**/auth/v3/sign-in?*');
  await agent.type('User name', 'agent1');
  await agent.type('Password', 'agent1');
  await agent.page.keyboard.press('Enter');
  await agent.page.waitForURL('**/ui/workspace/');
  await agent.agentState('ready');
});
afterAll(async () => {
  await agent.close();
  await customer.close();
  await browser.close();
  shop.close();
  shop.closeAllConnections();
  await system.stop();
});

const chatFrame = () => customer.page.frameLocator('iframe[title="Ask us"]');
const atCustomer = (text: string) => chatFrame().getByRole('log', { name: 'Conversation' }).getByText(text, { exact: true });
const atAgent = (text: string) => agent.page.getByRole('log', { name: 'Transcript' }).getByText(text, { exact: true });
const frame = (): Frame | undefined => customer.page.frames().find(each => each.url().includes('/ui/chat/'));

it('is not framed by a page that no operator allowed', async () => {
  await customer.page.getByRole('button', { name: 'Ask us' }).click();
  await until('the frame is refused', 15_000, () => customer.page.frames().some(each => each.url().startsWith('chrome-error:')));
});

it('in a page that is allowed, opens a chat, and both write, one after the loss of a region too, and nothing stands twice', async () => {
  const allowed = await fetch(`${system.url}/environment/v3/cors`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('ops:ops').toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data: { origin: shopUrl } }),
  });
  expect(allowed.status).toBe(200);
  await until('the shop may frame the chat', 20_000, async () => {
    await customer.page.reload();
    // The frame was open before the reload, and is again.
    return chatFrame()
      .getByLabel('Your name')
      .waitFor({ timeout: 1_000 })
      .then(
        () => true,
        () => false,
      );
  });
  await agent.press('Take chats');
  await agent.page.getByText('Ready for chats', { exact: true }).waitFor();

  expect(await chatFrame().getByLabel('Your name').inputValue()).toBe('Eve');
  await chatFrame()
    .getByLabel(/What is it about/)
    .fill('my order');
  await chatFrame().getByRole('button', { name: 'Start the chat' }).press('Enter');
  await agent.page.locator('[data-testid=chat][data-state=Invited]').waitFor();
  await agent.press('Accept chat');
  await chatFrame().getByText('has joined').waitFor();
  const message = chatFrame().getByRole('textbox', { name: 'Your message' });
  await message.pressSequentially('it is lost');
  await agent.page.getByText('Eve is writing …').waitFor();
  await message.press('Enter');
  await atAgent('it is lost').waitFor();
  await agent.type('Message', 'I look');
  await chatFrame().getByText('is writing …').waitFor();
  await agent.page.keyboard.press('Enter');
  await atCustomer('I look').waitFor();

  const before = await sessionOf(system, 'agent1');
  await message.pressSequentially('thank y');
  await system.handover('fault', 'kill', 'region', before.region);
  // Said while nobody may be there to hear it.
  await message.pressSequentially('ou');
  await message.press('Enter');
  await message.pressSequentially('and then');
  await atAgent('thank you').waitFor({ timeout: 30_000 });
  await until('the agent can answer', 30_000, async () => {
    if (await atCustomer('found it').isVisible()) return true;
    if ((await agent.page.getByLabel('Message').inputValue()) === '') await agent.type('Message', 'found it');
    await agent.press('Send');
    return atCustomer('found it')
      .waitFor({ timeout: 3_000 })
      .then(
        () => true,
        () => false,
      );
  });

  // The tab's whole page is loaded again.
  await customer.page.reload();
  await atCustomer('found it').waitFor();
  expect(await message.inputValue()).toBe('and then');
  for (const text of ['it is lost', 'I look', 'thank you', 'found it']) {
    expect([text, await atCustomer(text).count(), await atAgent(text).count()]).toEqual([text, 1, 1]);
  }
  await chatFrame().getByRole('button', { name: 'End chat' }).click();
  await chatFrame().getByText('The chat has ended.').waitFor();
  await agent.page.getByRole('log', { name: 'Transcript' }).getByText('Eve left').waitFor();
  expect(frame()?.url()).toContain('#queue=chat-inbound');
  expect([agent.faults, customer.faults]).toEqual([[], []]);
});
