import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startInstallation, type TestInstallation } from './auth-support.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(path => existsSync(path));

describe.skipIf(executablePath === undefined)('the sign-in page in a browser', () => {
  let installation: TestInstallation;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    installation = await startInstallation();
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await installation?.stop();
  });
  beforeEach(async () => {
    const context = await browser.newContext();
    page = await context.newPage();
    complaints.length = 0;
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
    const { url, authentication } = installation.east;
    await page.goto(`${url}${authentication.identity.authorizeUrl({ state: 's1' })}`);
  });

  test('the keyboard alone is enough to sign in, and leads to our own pages with a code', async () => {
    await page.waitForFunction("document.activeElement.id === 'username'");
    await page.keyboard.type('agent1');
    await page.keyboard.press('Tab');
    await page.keyboard.type('agent1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/workspace\/v3\/start\?/);
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('code')).toMatch(/^us-east\./);
    expect(searchParams.get('state')).toBe('s1');
  });

  test('a wrong password is said by an alert, the name stays, and the cursor is where typing goes on', async () => {
    await page.getByLabel('User name').fill('agent1');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('User name').inputValue()).toBe('agent1');
    await page.waitForFunction("document.activeElement.id === 'password'");
    await page.keyboard.type('agent1');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/workspace\/v3\/start\?/);
  });

  test('its policy blocks nothing of the page itself', async () => {
    expect(await page.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor")).not.toBe('rgb(239, 239, 239)');
    expect(complaints.filter(text => !text.includes('favicon'))).toEqual([]);
  });
});
