import { expect, test } from 'vitest';
import fc from 'fast-check';
import { checkRequest, requiredAttributes } from './requests.ts';

const connID = '00000000000000AB';
const complete: Readonly<Record<string, unknown>> = {
  applicationName: 'Test',
  thisDN: '7001',
  otherDN: '7002',
  targetDN: '7002',
  agentID: '7001',
  connID,
  otherConnID: connID,
  userData: [],
  key: 'k',
  dtmfDigits: '1',
  treatmentType: 'Music',
};

test.each(Object.entries(requiredAttributes))('%s names the attribute that is missing or of the wrong type', (messageName, required) => {
  const whole = { messageName, referenceID: 1, ...complete };
  expect(checkRequest(whole).ok).toBe(true);
  for (const attribute of required) {
    const { [attribute as never]: _, ...less } = whole;
    expect(checkRequest(less)).toMatchObject({ ok: false, attribute, referenceID: 1 });
    for (const wrong of [7, null, {}, [7], ''])
      expect(checkRequest({ ...whole, [attribute]: wrong })).toMatchObject({ ok: false, attribute });
  }
});

test.each([
  [{ messageName: 'RequestFly', referenceID: 1 }, 'messageName'],
  [{ messageName: 'toString', referenceID: 1 }, 'messageName'],
  [{ referenceID: 1 }, 'messageName'],
  [{ messageName: 'RequestAgentReady', thisDN: '7001' }, 'referenceID'],
  [{ messageName: 'RequestAgentReady', referenceID: 1.5, thisDN: '7001' }, 'referenceID'],
  [{ messageName: 'RequestAgentReady', referenceID: 1, thisDN: '7'.repeat(300) }, 'thisDN'],
  [{ messageName: 'RequestAgentReady', referenceID: 1, thisDN: '7001', agentWorkMode: 'Asleep' }, 'agentWorkMode'],
  [{ messageName: 'RequestAgentReady', referenceID: 1, thisDN: '7001', reasons: [{ key: 'a', type: 'str' }] }, 'reasons'],
  [
    { messageName: 'RequestAgentReady', referenceID: 1, thisDN: '7001', extensions: [{ key: 'a', type: 'kvlist', value: [[]] }] },
    'extensions',
  ],
])('%j is refused', (message, attribute) => {
  expect(checkRequest(message)).toMatchObject({ ok: false, attribute });
});

test('a list nested too deep is refused', () => {
  let nested: unknown = [];
  for (let depth = 0; depth < 8; depth += 1) nested = [{ key: 'a', type: 'kvlist', value: nested }];
  const message = { messageName: 'RequestAttachUserData', referenceID: 1, thisDN: '7001', connID, userData: nested };
  expect(checkRequest(message)).toMatchObject({ ok: false, attribute: 'userData' });
});

test('any JSON object is judged without a throw, and what passes has only known attributes', () => {
  const key = fc.constantFrom('messageName', 'referenceID', ...Object.keys(complete), '__proto__', 'x');
  const value = fc.oneof(fc.constantFrom(...Object.keys(requiredAttributes), connID, '7001', 1), fc.jsonValue());
  fc.assert(
    fc.property(fc.dictionary(key, value), message => {
      const checked = checkRequest(message);
      if (checked.ok) expect(Object.keys(checked.request)).not.toContain('x');
    }),
  );
});
