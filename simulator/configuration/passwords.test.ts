import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

test('a password is the user name until it is changed', () => {
  const passwords = new Passwords(() => 0);
  expect(passwords.check('agent1', 'agent1', true)).toBe('ok');
  passwords.change('agent1', 'secret');
  expect(passwords.check('agent1', 'agent1', true)).toBe('wrong');
  expect(passwords.check('agent1', 'secret', true)).toBe('ok');
});

test('nobody signs in as a person who is not there', () => {
  expect(new Passwords(() => 0).check('ghost', 'ghost', false)).toBe('wrong');
});

test('five failures within a minute close the door for that user name only, until they are old', () => {
  let now = 0;
  const passwords = new Passwords(() => now);
  for (let n = 0; n < 5; n += 1) expect(passwords.check('agent1', 'x', true)).toBe('wrong');
  expect(passwords.check('agent1', 'agent1', true)).toBe('too-many');
  expect(passwords.check('agent2', 'agent2', true)).toBe('ok');
  now = 60_001;
  expect(passwords.check('agent1', 'agent1', true)).toBe('ok');
});
