import { expect, test } from 'vitest';
import fc from 'fast-check';
import { LineReader } from './lines.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

test('messages are found however the stream is cut', () => {
  const messages = [{ a: 1 }, { text: 'äöü\n€' }, {}];
  const stream = bytes(messages.map(message => `${JSON.stringify(message)}\n`).join(''));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 })), cuts => {
      const reader = new LineReader();
      const found: unknown[] = [];
      let from = 0;
      for (const cut of [...cuts, stream.length]) {
        found.push(...reader.push(stream.subarray(from, from + cut)));
        from += cut;
      }
      expect(found).toEqual(messages.map(message => ({ message })));
    }),
  );
});

test.each([
  ['nonsense\n', 'not-json'],
  ['{"a":\n', 'not-json'],
  ['[1]\n', 'not-an-object'],
  ['null\n', 'not-an-object'],
  ['"text"\n', 'not-an-object'],
])('%j is reported in its place and the next line is read', (text, fault) => {
  expect(new LineReader().push(bytes(`${text}{"b":2}\n`))).toEqual([{ fault }, { message: { b: 2 } }]);
});

test('a line over the limit ends the reading, whether it comes at once or in parts', () => {
  const reader = new LineReader(10);
  expect(reader.push(bytes('12345678901\n{"b":2}\n'))).toEqual([{ fault: 'line-too-long' }]);
  expect(reader.push(bytes('{"b":2}\n'))).toEqual([]);
  const slow = new LineReader(10);
  expect(slow.push(bytes('123456'))).toEqual([]);
  expect(slow.push(bytes('78901'))).toEqual([{ fault: 'line-too-long' }]);
});

test('any bytes are survived', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), chunk => {
      for (const line of new LineReader().push(Buffer.from(chunk))) expect('fault' in line || typeof line.message === 'object').toBe(true);
    }),
  );
});
