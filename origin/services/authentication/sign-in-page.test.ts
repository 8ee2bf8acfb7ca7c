import { describe, expect, test } from 'vitest';
import { createSignInPage } from './sign-in-page.ts';

const page = createSignInPage({ frameAncestors: ['https://*.lightning.force.com', "x; script-src 'unsafe-inline'"], formTargets: [] });
const hostile = `"><script>alert('&')</script>{{submit}}`;

describe('the sign-in page', () => {
  test('shows what it is given as text, and fills nothing in twice', () => {
    const html = page.form({ uid: hostile, region: hostile, userName: hostile });
    expect(html).not.toContain('<script>');
    expect(html).toContain('&#34;&#62;&#60;script&#62;');
    expect(html).toContain('{{submit}}');
  });

  test('labels every field, and says a fault where a screen reader finds it', () => {
    const html = page.form({ uid: 'u', region: 'r', userName: 'agent1', fault: 'refused' });
    const inputs = [...html.matchAll(/<input\s[^>]*>/gs)].map(match => match[0]).filter(input => !input.includes('type="hidden"'));
    expect(inputs).toHaveLength(2);
    for (const input of inputs) {
      const id = /id="([^"]+)"/.exec(input)?.[1] ?? '';
      expect(html).toContain(`<label for="${id}">`);
      expect(input).toContain('aria-invalid="true" aria-errormessage="fault"');
    }
    expect(html).toContain('id="fault" role="alert"');
    expect(html).toMatch(/<html lang="en">/);
  });

  test('puts the cursor where typing goes on', () => {
    expect(page.form({ uid: 'u', region: 'r', userName: '' })).toMatch(/id="username"[^>]*autofocus/s);
    expect(page.form({ uid: 'u', region: 'r', userName: 'agent1' })).toMatch(/id="password"[^>]*autofocus/s);
  });

  test('lets only origins into its policy', () => {
    const policy = page.headers(['https://app.test', 'evil; default-src *'])['content-security-policy'] ?? '';
    expect(policy).toContain("frame-ancestors 'self' https://*.lightning.force.com");
    expect(policy).toContain("form-action 'self' https://app.test;");
    expect(policy).not.toMatch(/unsafe|evil|default-src \*/);
  });

  test('shows no text of a failure but its code, as text', () => {
    expect(page.failure('<b>x')).toContain('&#60;b&#62;x');
  });
});
