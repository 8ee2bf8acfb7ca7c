import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  customerCalls,
  customerCallsAt,
  openBrowser,
  openPage,
  sessionsOf,
  startSystem,
  until,
  type RunningSystem,
  type WorkspacePage,
} from '../support/index.ts';

// The agent's page in Chromium, by keyboard alone.
let system: RunningSystem;
let browser: Browser;
let tab: WorkspacePage;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem({ ui: true }), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.stop();
});
beforeEach(async () => void (tab = await openPage(browser, `${system.url}/`)));
afterEach(() => tab.close());

async function signIn(user: string): Promise<void> {
  await tab.page.waitForURL('**/auth/v3/sign-in?*');
  await tab.type('User name', user);
  await tab.type('Password', user);
  await tab.page.keyboard.press('Enter');
  await tab.page.waitForURL('**/ui/workspace/');
  await tab.agentState('ready');
}

async function takeCall(dn: string): Promise<void> {
  await tab.press('Ready');
  await tab.agentState('Ready');
  await customerCalls(system.url, dn);
  await tab.call('Ringing');
  await tab.press('Answer');
  await tab.call('Established');
}

const banner = (): Promise<string> => tab.page.getByRole('status').first().innerText();

describe('signing in', () => {
  it('says no more than that a wrong password is not right, and lets the agent try again', async () => {
    await tab.page.waitForURL('**/auth/v3/sign-in?*');
    await tab.type('User name', 'agent1');
    await tab.type('Password', 'wrong');
    await tab.page.keyboard.press('Enter');
    expect(await tab.page.getByRole('alert').innerText()).toBe('User name or password is not right.');
    expect(await tab.page.getByLabel('User name').inputValue()).toBe('agent1');
    await tab.type('Password', 'agent1');
    await tab.page.keyboard.press('Enter');
    await tab.agentState('ready');
    await tab.press('Sign out');
    await tab.page.getByText('You are signed out.').waitFor();
  });
});

describe('a shift by keyboard', () => {
  it('takes a call, holds, transfers, ends, marks it done and signs out', async () => {
    await signIn('agent2');
    await takeCall('7002');
    await tab.press('Hold');
    await tab.call('Held');
    await tab.press('Retrieve');
    await tab.call('Established');
    await tab.type('Transfer to', '7009');
    await tab.press('Consult');
    await tab.page.getByRole('article', { name: 'Call with 7009' }).and(tab.page.locator('[data-state=Established]')).waitFor();
    await tab.press('Complete transfer');
    await until(
      'both legs are over',
      10_000,
      async () => (await tab.page.locator('[data-testid=call]:not([data-state=Released])').count()) === 0,
    );
    for (let left = await tab.page.getByTestId('call').count(); left > 0; left -= 1) {
      await tab.press('Mark done');
      await until('one less', 60_000, async () => (await tab.page.getByTestId('call').count()) < left);
    }

    await customerCalls(system.url, '7002');
    await tab.call('Ringing');
    await tab.press('Answer');
    await tab.call('Established');
    await tab.press('Hang up');
    await tab.call('Released');
    await tab.press('Mark done');
    await tab.page.getByText('No calls.').waitFor();
    await tab.press('Not ready');
    await tab.agentState('Not ready');
    await tab.press('Sign out');
    await tab.page.getByText('You are signed out.').waitFor();
    await until('the agent session ends', 60_000, async () => (await sessionsOf(system, 'agent2')).length === 0);
    expect(tab.faults).toEqual([]);
  });

  it('is the same in a page that is loaded again', async () => {
    await signIn('agent3');
    await takeCall('7003');
    await tab.page.reload();
    await tab.call('Established');
    await tab.agentState('Ready');
    await tab.press('Hang up');
    await tab.press('Mark done');
    await tab.press('Sign out');
    await tab.page.getByText('You are signed out.').waitFor();
  });
});

describe('a page whose servers are lost', () => {
  it('shows a call that comes in while nobody touches it and its region is frozen', async () => {
    await signIn('agent4');
    const [before] = await sessionsOf(system, 'agent4');
    if (before === undefined) throw new Error('no session');
    await tab.press('Ready');
    await tab.agentState('Ready');
    await system.handover('fault', 'freeze', 'region', before.region);
    await customerCallsAt(system, before.region, '7004');
    await tab.call('Ringing');
    await tab.press('Answer');
    await tab.call('Established');
    expect((await sessionsOf(system, 'agent4'))[0]?.region).not.toBe(before.region);
    await system.handover('fault', 'heal', 'region', before.region);
    await tab.press('Hang up');
    await tab.call('Released');
    expect(tab.faults).toEqual([]);
  });

  it('goes on with its call when its region is killed, and shows the call as lost when its site is', async () => {
    await signIn('agent1');
    await takeCall('7001');
    const [before] = await sessionsOf(system, 'agent1');
    if (before === undefined) throw new Error('no session');
    await system.handover('fault', 'kill', 'region', before.region);
    await tab.press('Hold');
    await tab.call('Held');
    await tab.press('Retrieve');
    await tab.call('Established');
    await until('the banner is quiet again', 60_000, async () => (await banner()) === '');
    expect(await tab.page.getByRole('alert').count()).toBe(0);
    const [after] = await sessionsOf(system, 'agent1');
    expect(after).toMatchObject({ sessionId: before.sessionId });
    expect(after?.region).not.toBe(before.region);
    await system.handover('fault', 'heal', 'region', before.region);

    // The call is at the switch where the agent logged in, whoever owns the session now.
    await system.handover('fault', 'kill', 'site', before.region);
    expect(await tab.call('Released')).toContain('This call was lost together with its site.');
    await tab.agentState('Not ready');
    await tab.press('Mark done');
    await tab.page.getByText('No calls.').waitFor();
    await takeCall('7001');
    expect(tab.page.url()).toContain('/ui/workspace/');
    expect(tab.faults).toEqual([]);
  });
});
