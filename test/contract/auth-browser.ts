/** As much of a browser as the sign-in chain needs: cookies by name and path, redirects one at a time. */
export interface Browser {
  get(url: string, headers?: Record<string, string>): Promise<Response>;
  post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  cookies(): string[];
}

export function createBrowser(): Browser {
  const jar = new Map<string, { value: string; path: string }>();
  const send = async (url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> => {
    const { pathname } = new URL(url);
    const matching = [...jar].filter(([, cookie]) => pathname === cookie.path || pathname.startsWith(cookie.path.replace(/\/?$/, '/')));
    const cookie = matching.map(([name, { value }]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find(entry => entry.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
      const gone = value === '' || attributes.some(entry => /^max-age=0$|^expires=thu, 01 jan 1970/i.test(entry));
      if (gone) jar.delete(name);
      else jar.set(name, { value, path });
    }
    return answer;
  };
  return {
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, form, headers = {}) => send(url, { method: 'POST', body: new URLSearchParams(form), headers }),
    cookies: () => [...jar.keys()],
  };
}

/** Where an answer leads, as an absolute URL. */
export function locationOf(answer: Response, base: string): string {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no location, HTTP ${answer.status} at ${answer.url}`);
  return new URL(location, base).href;
}

/** From `/oauth/authorize` through the page to the URL with the code. */
export async function signIn(browser: Browser, base: string, authorize: string, user: string, password = user): Promise<string> {
  const page = locationOf(await browser.get(authorize), base);
  if (new URL(page).searchParams.has('code')) return page;
  const html = await (await browser.get(page)).text();
  const uid = /name="uid" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const region = /name="region" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const resume = locationOf(await browser.post(`${base}/auth/v3/sign-in`, { uid, region, username: user, password }), base);
  return locationOf(await browser.get(resume), base);
}
