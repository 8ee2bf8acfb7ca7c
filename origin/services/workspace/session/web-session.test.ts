import { describe, expect, it } from 'vitest';
import { attachmentKey, cookieValues, fromAttachmentKey, webSessionFrom } from './web-session.ts';

describe('cookie values', () => {
  it.each([
    ['a=1; WORKSPACE_SESSIONID=x', ['x']],
    ['a=1;WORKSPACE_SESSIONID=x', ['x']],
    ['WORKSPACE_SESSIONID=x; Path=/; Secure; HttpOnly', ['x']],
    ['WORKSPACE_SESSIONID=x;WORKSPACE_SESSIONID=y', ['x', 'y']],
    ['WORKSPACE_SESSIONID="x"', ['x']],
    ['WORKSPACE_SESSIONID=a=b', ['a=b']],
    ['NOT_WORKSPACE_SESSIONID=x', []],
    ['WORKSPACE_SESSIONID', []],
    [';;;===;', []],
    ['', []],
    ['x'.repeat(20_000), []],
  ])('of %j', (header, expected) => expect(cookieValues(header, 'WORKSPACE_SESSIONID')).toEqual(expected));
  it('of no header are none', () => expect(cookieValues(undefined, 'a')).toEqual([]));
});

it('of several sessions the newest that opens and lives counts', async () => {
  const codec = {
    seal: () => '',
    open: (text: string) => {
      const [sid, issued, expires] = text.split('.');
      return expires === undefined
        ? undefined
        : { sid: sid ?? '', tenant: 't', person: 'p', issuedAtMs: Number(issued), expiresAtMs: Number(expires) };
    },
  };
  const header = ['old.1.100', 'new.2.100', 'expired.3.5', 'broken'].map(value => `WORKSPACE_SESSIONID=${value}`).join('; ');
  expect((await webSessionFrom(header, codec, 10))?.sid).toBe('new');
});

it('an attachment key comes back as its parts, whatever the names hold', () => {
  const key = { tenant: 'a/b', person: 'CORP\\jane%/' };
  expect(fromAttachmentKey(attachmentKey(key, 's'))).toEqual({ key, sid: 's' });
  expect(fromAttachmentKey('nothing')).toBeUndefined();
});
