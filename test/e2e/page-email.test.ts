import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  openBrowser,
  openPage,
  sessionsOf,
  siteLog,
  startSystem,
  until,
  type RunningSystem,
  type WorkspacePage,
} from '../support/index.ts';

// E-mails on the agent's page in Chromium, by keyboard alone.
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

const email = (state: string) => tab.page.locator(`[data-testid=email][data-state=${state}]`);
const body = (): Promise<string> => tab.page.getByRole('textbox', { name: 'E-mail text' }).inputValue();
const gone = (state: string): Promise<unknown> => until(`no e-mail is ${state}`, 20_000, async () => (await email(state).count()) === 0);

async function comes(subject: string, text: string, mediaType: 'email' | 'workitem' = 'email'): Promise<void> {
  const response = await fetch(`${system.url}/simulator/interactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mediaType, queue: `${mediaType}-inbound`, nickname: 'Eve', subject, text, agent: 'agent1' }),
  });
  expect(response.status).toBeLessThan(300);
}

it('answers an e-mail whose draft outlives its region and the page, and sends it once', async () => {
  await tab.press('Take e-mails');
  await tab.page.getByTestId('email-medium').filter({ hasText: 'Ready for e-mails' }).waitFor();
  await comes('My order', 'Where is it?');
  await email('Invited').waitFor();
  await tab.press('Accept e-mail');
  await email('Processing').getByText('Where is it?', { exact: true }).waitFor();
  await tab.press('Reply');
  await email('Composing').waitFor();
  expect(await tab.page.getByLabel('To', { exact: true }).inputValue()).toBe('eve@customer.example');
  expect(await body()).toContain('> Where is it?');
  await tab.type('E-mail text', 'It is on its w');

  const [before] = await sessionsOf(system, 'agent1');
  if (before === undefined) throw new Error('no session');
  await system.handover('fault', 'kill', 'region', before.region);
  await until('the session is elsewhere', 60_000, async () => {
    const [after] = await sessionsOf(system, 'agent1');
    return after !== undefined && after.region !== before.region;
  });
  await tab.page.keyboard.type('ay');
  expect(await body()).toContain('It is on its way');
  await tab.page.reload();
  await email('Composing').waitFor();
  expect(await body()).toContain('It is on its way');

  await until('it is sent', 30_000, async () => {
    await tab.press('Send e-mail');
    return gone('Composing').then(
      () => true,
      () => false,
    );
  });
  const sent = (await siteLog(system.url, '7001')).filter(command => command.messageName === 'RequestPlaceInQueue');
  expect(sent.map(command => command.server)).toEqual([expect.stringContaining('interaction_')]);
  await tab.press('Mark e-mail done');
  await gone('Processing');
  expect(tab.faults).toEqual([]);
});

it('says which field was refused, takes files and a standard response, rests in a workbin and is discarded', async () => {
  await tab.press('New e-mail');
  await email('Composing').waitFor();
  await tab.press('Send e-mail');
  await email('Composing')
    .getByText(/at least|Too small|expected/)
    .waitFor();
  await tab.type('To', 'bob@customer.example');
  await tab.type('Subject', 'News');
  await tab.press('Save draft');
  await tab.page.getByTestId('letter-kept').filter({ hasText: 'Saved.' }).waitFor();
  await tab.page.locator('input[type=file]').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('a list') });
  await email('Composing')
    .getByRole('link', { name: /^list\.txt/ })
    .waitFor();
  await tab.press('Remove list.txt');
  await email('Composing')
    .getByRole('link', { name: /^list\.txt/ })
    .waitFor({ state: 'detached' });
  await tab.press('Standard responses');
  await tab.page.getByRole('menuitem', { name: 'Goodbye' }).waitFor();
  await tab.page.keyboard.press('Enter');
  await until('the text is there', 20_000, async () => (await body()).startsWith('Thank you'));
  await tab.press('Save draft');
  await tab.page.getByTestId('letter-kept').filter({ hasText: 'Saved.' }).waitFor();
  await tab.press('Give away');
  await tab.press('Put into email-draft');
  await gone('Composing');
  await tab.press('Take News');
  await email('Composing').waitFor();
  expect(await tab.page.getByLabel('To', { exact: true }).inputValue()).toBe('bob@customer.example');
  expect(await body()).toMatch(/^Thank you/);
  await tab.press('Discard draft');
  await gone('Composing');
  expect(tab.faults).toEqual([]);
});

it('shows HTML in a frame that runs, loads and leads to nothing, and gives the e-mail away', async () => {
  const asked: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
  const probe = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  const link = `<a href="${probe}/link" target="_self">link</a>`;
  const script = '<script>document.getElementById("p").textContent = "ran"</script>';
  await comes('News', `<html><p id="p">hello</p>${script}<img src="${probe}/image" alt="image">${link}</html>`);
  await email('Invited').waitFor();
  await tab.press('Accept e-mail');
  const frame = tab.page.frameLocator('iframe[title="The e-mail as it was sent"]');
  await frame.getByText('hello', { exact: true }).waitFor();
  await frame.getByRole('link', { name: 'link' }).press('Enter');
  expect(await frame.locator('#p').innerText()).toBe('hello');

  await tab.press('Give away');
  await tab.type('To agent', 'nobody');
  await tab.press('Transfer to agent');
  await email('Processing').getByText('there is no such agent').waitFor();
  await tab.type('Into queue', 'email-outbound');
  await tab.press('Place in queue');
  await gone('Processing');
  elsewhere.close();
  expect(asked).toEqual([]);
});

it('takes a work item, shows what came with it, and marks it done', async () => {
  const workitem = (state: string) => tab.page.locator(`[data-testid=workitem][data-state=${state}]`);
  await tab.press('Take work items');
  await tab.page.getByTestId('workitem-medium').filter({ hasText: 'Ready for work items' }).waitFor();
  await comes('Check', 'a form to check', 'workitem');
  await workitem('Invited').waitFor();
  await tab.press('Accept work item');
  await workitem('Processing').getByText('a form to check', { exact: true }).waitFor();
  await tab.press('Mark work item done');
  await workitem('Processing').waitFor({ state: 'detached' });
  expect(tab.faults).toEqual([]);
});
