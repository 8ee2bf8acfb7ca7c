import { expect, test } from 'vitest';
import { sessionKey, sessionParts } from './session-key.ts';

test.each([
  [{ tenant: 'acme', person: 'agent1' }, 'acme:agent1'],
  [{ tenant: 'a:c', person: 'é, x' }, 'a%3Ac:%C3%A9%2C%20x'],
  [{ tenant: 'acme', person: 'agent1', service: 'statistics' as const }, 'acme:agent1:statistics'],
])('%o is named and found again', (key, name) => {
  expect(sessionKey(key)).toBe(name);
  expect(sessionParts(name)).toEqual(key);
});

test.each(['acme', 'acme:agent1:chess', 'acme:agent1:statistics:x', 'acme:%'])('"%s" names no session', name => {
  expect(sessionParts(name)).toBeUndefined();
});
