import { readFileSync } from 'node:fs';

/** Texts of the page, one table per language. */
interface Texts {
  title: string;
  heading: string;
  userName: string;
  userNameHint: string;
  password: string;
  submit: string;
  refused: string;
  throttled: string;
  unavailable: string;
  unavailableHeading: string;
  expired: string;
  expiredHint: string;
  startAgain: string;
  signedOut: string;
  signedOutHint: string;
  signInAgain: string;
  failed: string;
  failedHint: string;
}

export type SignInFault = 'refused' | 'throttled' | 'unavailable';

export interface SignInPage {
  form(state: { uid: string; region: string; userName: string; fault?: SignInFault }): string;
  /** The sign-in is over or unknown. */
  expired(): string;
  signedOut(): string;
  /** A store or server is gone for the moment. */
  unavailable(): string;
  /** An authorization request that cannot be answered to its client. */
  failure(error: string): string;
  readonly styles: string;
  /** Headers of every page. `formTargets`: origins that the form's answer may lead to. */
  headers(formTargets?: readonly string[]): Record<string, string>;
}

const folder = new URL('../../../ui/sign-in/', import.meta.url);

/** The page of `ui/sign-in`: read once, filled in per request; nothing of it is a script. */
export function createSignInPage(options: { frameAncestors: readonly string[]; formTargets: readonly string[] }): SignInPage {
  const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  const texts = JSON.parse(read('strings.en.json')) as Texts;
  const layout = read('layout.html');
  const formPart = read('form.html');
  const messagePart = read('message.html');
  const page = (content: string): string => fill(layout, { title: escapeHtml(texts.title), content });
  const message = (heading: string, hint: string, link: string): string =>
    page(fill(messagePart, { heading: escapeHtml(heading), hint: escapeHtml(hint), link: escapeHtml(link) }));
  return {
    styles: read('sign-in.css'),
    form: ({ uid, region, userName, fault }) =>
      page(
        fill(formPart, {
          heading: escapeHtml(texts.heading),
          userNameLabel: escapeHtml(texts.userName),
          userNameHint: escapeHtml(texts.userNameHint),
          passwordLabel: escapeHtml(texts.password),
          submit: escapeHtml(texts.submit),
          uid: escapeHtml(uid),
          region: escapeHtml(region),
          userName: escapeHtml(userName),
          fault: fault === undefined ? '' : `<p class="fault" id="fault" role="alert">${escapeHtml(texts[fault])}</p>`,
          described: fault === undefined ? '' : ' aria-invalid="true" aria-errormessage="fault"',
          userNameFocus: userName === '' ? ' autofocus' : '',
          passwordFocus: userName === '' ? '' : ' autofocus',
        }),
      ),
    expired: () => message(texts.expired, texts.expiredHint, texts.startAgain),
    unavailable: () => message(texts.unavailableHeading, texts.unavailable, texts.startAgain),
    signedOut: () => message(texts.signedOut, texts.signedOutHint, texts.signInAgain),
    failure: error => message(texts.failed, `${texts.failedHint} (${error})`, texts.startAgain),
    headers: formTargets => ({
      'content-security-policy': [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        `form-action ${sources(["'self'", ...options.formTargets, ...(formTargets ?? [])])}`,
        `frame-ancestors ${sources(["'self'", ...options.frameAncestors])}`,
      ].join('; '),
      'cache-control': 'no-store',
      // Not `no-referrer`: with it browsers send the form with `Origin: null`, which looks like a stranger's.
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    }),
  };
}

const sourceShape = /^(?:'self'|https?:\/\/[A-Za-z0-9.*[\]:-]+)$/;
// Only what can be nothing else than a source expression gets into the header.
const sources = (list: readonly string[]): string => [...new Set(list)].filter(source => sourceShape.test(source)).join(' ');

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
