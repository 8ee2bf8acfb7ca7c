import { describe, expect, test } from 'vitest';
import type { ContactCenterSetting } from '../../contracts/stores.ts';
import { allowedOrigins, isLocation, originFrom, settingAt } from './origins.ts';

const setting = (location: string, value: string, name = 'cors-origins'): ContactCenterSetting => ({
  id: location,
  contactCenterId: 'c',
  name,
  location,
  value,
  shared: false,
  version: 1,
});

describe('an origin', () => {
  test.each([
    ['https://crm.test', 'https://crm.test'],
    [' http://localhost:8080/ ', 'http://localhost:8080'],
    ['HTTPS://Crm.Test:443', 'https://crm.test'],
  ])('%s is %s', (text, origin) => expect(originFrom(text)).toBe(origin));

  test.each([
    ['*'],
    ['null'],
    [''],
    ['crm.test'],
    ['https://crm.test/path'],
    ['https://crm.test?x'],
    ['https://u:p@crm.test'],
    ['ftp://crm.test'],
    ['javascript:alert(1)'],
    [`https://${'x'.repeat(300)}.test`],
  ])('%s is none', text => expect(originFrom(text)).toBeUndefined());
});

describe('a setting at a location', () => {
  test('is the most specific one that holds there', () => {
    const settings = [setting('/', 'all'), setting('/us-east', 'east'), setting('/us-east/rack-1', 'rack'), setting('/us', 'us')];
    expect(settingAt(settings, 'cors-origins', '/us-east')?.value).toBe('east');
    expect(settingAt(settings, 'cors-origins', '/us-east/rack-1')?.value).toBe('rack');
    expect(settingAt(settings, 'cors-origins', '/eu-west')?.value).toBe('all');
    expect(settingAt(settings, 'other', '/us-east')).toBeUndefined();
  });

  test.each([
    ['/', true],
    ['/us-east', true],
    ['/a/b', true],
    ['us', false],
    ['', false],
    ['/a//b', false],
    ['/a b', false],
    ['/../x', false],
  ])('%s is a location: %s', (text, expected) => expect(isLocation(text)).toBe(expected));
});

describe('allowed origins', () => {
  test('are the listed ones and those of each contact centre’s setting, each once, without what is none', () => {
    const listed = [{ id: '1', origin: 'https://a.test' }];
    const two = { contactCenterId: 'two' };
    const settings = [
      setting('/', 'https://a.test, https://b.test'),
      { ...setting('/us-east', 'https://c.test,nonsense'), ...two },
      { ...setting('/eu-west', 'https://d.test'), ...two },
    ];
    expect(allowedOrigins(listed, settings, '/us-east')).toEqual(['https://a.test', 'https://b.test', 'https://c.test']);
  });
});
