import { chromium, type Browser, type Page } from 'playwright-core';
import { until } from './waiting.ts';

/** The workspace page in Chromium, driven by the keyboard alone. */
export interface WorkspacePage {
  readonly page: Page;
  /** Moves the focus with Tab to the control of this name and presses Enter on it. */
  press(name: string): Promise<void>;
  /** Moves the focus with Tab to the field of this name and types. */
  type(name: string, text: string): Promise<void>;
  /** Waits until a call is shown in this state; answers the whole text of its card. */
  call(state: string): Promise<string>;
  agentState(text: string): Promise<void>;
  /** Everything that the page complained of to its console, and what it threw. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

const executablePath = '/usr/bin/chromium';
const maxTabs = 60;
/** Runs in the page: the name of what has the focus, as a reader of screens would say it. */
const focusedName = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return '';
  return (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent).trim();
})()`;

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Opens the start page in a fresh profile. */
export async function openPage(browser: Browser, url: string): Promise<WorkspacePage> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 720 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on('pageerror', error => faults.push(error.message));
  await page.goto(url);
  const focused = (): Promise<string> => page.evaluate<string>(focusedName);
  const focus = (name: string): Promise<unknown> =>
    until(`"${name}" can be reached with Tab`, 60_000, async () => {
      for (let tabs = 0; tabs < maxTabs; tabs += 1) {
        if ((await focused()) === name && (await page.locator(':focus').isEnabled())) return true;
        await page.keyboard.press('Tab');
      }
      return false;
    });
  return {
    page,
    faults,
    async press(name) {
      await focus(name);
      await page.keyboard.press('Enter');
    },
    async type(name, text) {
      await focus(name);
      await page.keyboard.type(text);
    },
    async call(state) {
      const card = page.locator(`[data-testid=call][data-state=${state}]`).first();
      await card.waitFor();
      return card.innerText();
    },
    async agentState(text) {
      await page.getByTestId('agent-state').filter({ hasText: text }).waitFor();
    },
    close: () => context.close(),
  };
}
