import http from 'node:http';
import vm from 'node:vm';
import { adapt } from 'cometd-nodejs-client';

interface ScriptElement {
  src: string;
  type: string;
  async: boolean;
  onerror: ((error: unknown) => void) | null;
}

/**
 * As much of a browser's page as cometd.js needs for callback-polling and for reloading: script elements that are fetched
 * with the page's cookies and run in its window, and a session storage.
 */
export function openPage(): void {
  adapt();
  const window = globalThis as unknown as { window: Record<string, unknown> };
  const page = window.window;
  let cookie = '';
  const storage = new Map<string, string>();
  page['sessionStorage'] = {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => void storage.set(name, value),
    removeItem: (name: string) => void storage.delete(name),
  };
  const head = {
    appendChild: (script: ScriptElement): void => {
      const request = http.get(script.src, { headers: cookie === '' ? {} : { cookie } }, response => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        response.on('end', () => {
          for (const set of response.headers['set-cookie'] ?? []) cookie = set.split(';', 1)[0] ?? '';
          if (response.statusCode === 200) vm.runInNewContext(text, page);
          else script.onerror?.(new Error(`status ${String(response.statusCode)}`));
        });
      });
      request.on('error', error => script.onerror?.(error));
    },
    removeChild: (): void => undefined,
  };
  page['document'] = {
    getElementsByTagName: () => [head],
    createElement: (): ScriptElement => ({ src: '', type: '', async: true, onerror: null }),
  };
}
