import { kvInt, kvNested, kvStr } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { withEpochsAsNumbers, withEpochsAsText } from './epochs.ts';

const epoch = 1_838_000_000_000_001;
const signed = {
  messageName: 'RequestHoldCall',
  extensions: [kvStr('a', 'b'), kvNested('handover', [kvStr('node', 'us/1'), kvInt('epoch', epoch)])],
};
const word = { messageName: 'EventUserEvent', userData: [kvNested('handover', [kvStr('kind', 'announce'), kvInt('epoch', epoch)])] };

test.each([[signed], [word]])('an epoch travels as a string and comes back as the number it was', message => {
  const outside = withEpochsAsText(message);
  expect(JSON.stringify(outside)).toContain(`{"key":"epoch","type":"str","value":"${epoch}"}`);
  expect(withEpochsAsNumbers(outside)).toEqual(message);
});

test.each([
  ['no such lists', { messageName: 'A' }],
  ['other keys', { messageName: 'A', userData: [kvNested('mine', [kvInt('epoch', 5)]), kvInt('epoch', 7)] }],
  ['lists that are none', { messageName: 'A', userData: 'x' }],
])('%s stay as they are', (_name, message) => {
  expect(withEpochsAsText(message)).toBe(message);
});

test.each(['', 'x', '1e3', '99999999999999999'])('what is no epoch ("%s") is left to be judged by who reads it', value => {
  const message = { messageName: 'A', extensions: [kvNested('handover', [kvStr('epoch', value)])] };
  expect(withEpochsAsNumbers(message)).toEqual(message);
});
