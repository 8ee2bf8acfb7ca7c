import { expect, test } from 'vitest';
import { idleMsFrom, maxRetryMsFrom } from './times.ts';

test.each([
  ['addp', 10, 5_000],
  ['addp', 0, undefined],
  ['none', 10, undefined],
] as const)('a connection by "%s" with a time-out of %i s is idle for %s ms at most', (connProtocol, timeoutLocalS, idleMs) => {
  expect(idleMsFrom({ connProtocol, timeoutLocalS })).toBe(idleMs);
});

const server = (timeoutS: number) => ({ serverInfo: { host: 'h', port: 1, timeoutS, attempts: 3 } });

test('the impatient server of a pair decides how long a pause may be', () => {
  expect(maxRetryMsFrom([server(10), server(4), server(0), {}])).toBe(4_000);
  expect(maxRetryMsFrom([server(0)])).toBeUndefined();
});
