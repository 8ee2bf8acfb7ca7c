import { describe, expect, test } from 'vitest';
import { newCode, regionOfCode } from './codes.ts';
import { addressOf } from './exchange.ts';
import { grantIdFor, subjectOfGrant } from './grant-id.ts';
import { grantedScope } from './scopes.ts';
import { accountFrom, accountIdFor, loginFrom } from './user-names.ts';

describe('an authorization code', () => {
  test('begins with its region and is never the same', () => {
    const codes = new Set(Array.from({ length: 100 }, () => newCode('us-east')));
    expect(codes.size).toBe(100);
    for (const code of codes) expect(regionOfCode(code)).toBe('us-east');
  });

  test.each(
    [
      [
        '',
        '.',
        'us-east',
        'us-east.',
        'us-east.short',
        '.abcdefghijklmnopqrstuvwxyz',
        'US.abcdefghijklmnopqrstuvwxyz',
        `us-east.${'x'.repeat(65)}`,
        'us-east.abc def ghi jkl mno pqr',
        `a\nb.${'x'.repeat(32)}`,
      ],
    ].flat(),
  )('%j is none', text => expect(regionOfCode(text)).toBeUndefined());
});

describe('a grant id', () => {
  test.each([['acme\\agent1'], ['a.b\\ü.x'], ['x'.repeat(255)]])('gives its subject back: %s', accountId => {
    const subject = { accountId, clientId: 'c.1' };
    expect(subjectOfGrant(grantIdFor(subject))).toEqual(subject);
  });

  test.each([
    [''],
    ['a.b.c'],
    ['..'],
    [`${'x'.repeat(16)}.`],
    [`${'x'.repeat(16)}.YQ.`],
    [`${'x'.repeat(16)}.YQ.YQ.YQ`],
    ['x'.repeat(2_000)],
  ])('%j is none', text => expect(subjectOfGrant(text)).toBeUndefined());
});

describe('a login', () => {
  test.each([
    ['agent1', undefined, { domain: undefined, userName: 'agent1' }],
    ['ACME\\agent1', undefined, { domain: 'acme', userName: 'agent1' }],
    ['agent1', 'Acme', { domain: 'acme', userName: 'agent1' }],
    ['acme\\agent1', 'other', { domain: 'acme', userName: 'agent1' }],
    [' agent1 ', '', { domain: undefined, userName: 'agent1' }],
    ['agent@acme.test', undefined, { domain: undefined, userName: 'agent@acme.test' }],
  ])('%s (tenant field %s) is read', (text, tenant, login) => expect(loginFrom(text, tenant)).toEqual(login));

  test.each([[''], [' '], ['\\'], ['acme\\'], ['\\agent1'], ['a\\b\\c'], ['agent\u0000'], ['agent\n1'], ['x'.repeat(256)]])(
    '%j is none',
    text => expect(loginFrom(text)).toBeUndefined(),
  );

  test('an account id gives tenant and user back', () => {
    expect(accountFrom(accountIdFor('acme', 'a\\b'))).toEqual({ tenant: 'acme', userName: 'a\\b' });
    for (const text of ['', 'acme', '\\x', 'acme\\']) expect(accountFrom(text)).toBeUndefined();
  });
});

describe('the scope of a token', () => {
  test.each([
    [undefined, ['*'], '*'],
    ['', ['openid'], 'openid'],
    ['*', ['*'], '*'],
    ['openid  *', ['*'], 'openid *'],
    ['openid openid', ['openid'], 'openid'],
    ['* openid', ['openid'], 'openid'],
    ['*', ['openid'], undefined],
    ['nonsense', ['*'], undefined],
  ])('asked for %j, allowed %j: %j', (asked, allowed, granted) => expect(grantedScope(asked, allowed)).toBe(granted));
});

describe('the address of an attempt', () => {
  const from = (forwarded: string | string[] | undefined): string =>
    addressOf({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '10.0.0.1' } });
  test('is what the nearest proxy saw, not what a client claims', () => {
    expect(from('1.2.3.4, 198.51.100.7')).toBe('198.51.100.7');
    expect(from(['1.2.3.4', '198.51.100.7'])).toBe('198.51.100.7');
  });
  test('is the socket’s without a proxy', () => {
    for (const header of [undefined, '', ' , ']) expect(from(header)).toBe('10.0.0.1');
  });
});
