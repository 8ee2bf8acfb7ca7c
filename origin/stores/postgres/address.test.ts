import { describe, expect, test } from 'vitest';
import { addressesFrom } from './address.ts';

describe('DATABASE_URL', () => {
  test('lists servers in order, with their ports and the shared login', () => {
    expect(addressesFrom('postgres://us%40er:p%3Ass@h1:5433,h2/handover?sslmode=verify-full')).toEqual([
      { host: 'h1', port: 5433, database: 'handover', user: 'us@er', password: 'p:ss', tls: 'verify-full' },
      { host: 'h2', port: 5432, database: 'handover', user: 'us@er', password: 'p:ss', tls: 'verify-full' },
    ]);
  });

  test('reads an IPv6 address and a list without login', () => {
    expect(addressesFrom('postgresql://[::1]:5432/x')).toEqual([
      { host: '::1', port: 5432, database: 'x', user: '', password: '', tls: 'disable' },
    ]);
  });

  test.each([
    ['', 'no text'],
    ['mysql://h/x', 'another scheme'],
    ['postgres://h1', 'no database'],
    ['postgres://u:secret@h1:99999/x', 'a port out of range'],
    ['postgres://u:secret@h1:0/x', 'port 0'],
    ['postgres://u:secret@,/x', 'empty hosts'],
    ['postgres://u:secret@h 1/x', 'a space'],
    ['postgres://u:secret@h1/x?sslmode=maybe', 'an unknown TLS mode'],
    ['postgres://u:secret@h1/x?options=-c', 'an unknown option'],
    ['postgres://u:%zz@h1/x', 'a broken percent sign'],
    [`postgres://${Array.from({ length: 9 }, (_, index) => `h${index}`).join(',')}/x`, 'too many'],
  ])('%s is refused (%s), naming the key and not the password', text => {
    const fault = (): unknown => addressesFrom(text);
    expect(fault).toThrow(/DATABASE_URL/);
    expect(fault).not.toThrow(/secret/);
  });
});
