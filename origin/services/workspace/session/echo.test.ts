import { expect, it } from 'vitest';
import type { TlibEvent, TlibEventName } from '@handover/shared/genesys';
import { Echo } from './echo.ts';

const event = (messageName: TlibEventName, more: Partial<TlibEvent> = {}): TlibEvent => ({
  messageName,
  eventSequenceNumber: 1,
  time: 0,
  server: 's',
  ...more,
});

it('an event shows the effect of a command when its name and its call fit', () => {
  const echo = new Echo();
  const end = echo.begin({ messageName: 'RequestHoldCall', thisDN: '7001', connID: 'A' }, 'op');
  expect(echo.of(event('EventHeld', { connID: 'A' }))).toBe('op');
  expect(echo.of(event('EventHeld', { connID: 'B' }))).toBeUndefined();
  expect(echo.of(event('EventRetrieved', { connID: 'A' }))).toBeUndefined();
  end();
  expect(echo.of(event('EventHeld', { connID: 'A' }))).toBeUndefined();
});

it('the consult call of a transfer shows its effect by its main call', () => {
  const echo = new Echo();
  echo.begin({ messageName: 'RequestInitiateTransfer', thisDN: '7001', connID: 'A' }, 'op');
  expect(echo.of(event('EventDialing', { connID: 'B', parentConnID: 'A' }))).toBe('op');
  expect(echo.of(event('EventDialing', { connID: 'C' }))).toBeUndefined();
});

it('a new call that belongs to another shows no effect of make-call', () => {
  const echo = new Echo();
  echo.begin({ messageName: 'RequestMakeCall', thisDN: '7001' }, 'op');
  expect(echo.of(event('EventDialing', { connID: 'B' }))).toBe('op');
  expect(echo.of(event('EventDialing', { connID: 'B', parentConnID: 'A' }))).toBeUndefined();
});
