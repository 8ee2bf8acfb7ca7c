import { expect, it } from 'vitest';
import { capabilitiesOf } from './capabilities.ts';

const data = ['attach-user-data', 'update-user-data', 'delete-user-data-pair'];
const talking = [
  'clear',
  'send-dtmf',
  'initiate-conference',
  'initiate-transfer',
  'single-step-conference',
  'single-step-transfer',
  ...data,
];
const consult = ['complete-transfer', 'complete-conference', 'alternate', 'reconnect', 'merge'];

it.each([
  ['Ringing', ['answer', 'clear', 'redirect', ...data, 'start-recording']],
  ['Dialing', ['release', 'clear', 'send-dtmf', ...data]],
  ['Established', ['release', 'hold', ...talking, 'start-recording']],
  ['Held', ['release', 'retrieve', ...talking, 'start-recording']],
  ['Released', ['complete', ...data]],
  ['Completed', []],
] as const)('a %s call offers exactly its set', (state, expected) => {
  expect(capabilitiesOf({ state, recordingState: 'Stopped' }).sort()).toEqual([...expected].sort());
});

it.each(['Dialing', 'Established'] as const)('a %s consult call offers its completion', state => {
  expect(capabilitiesOf({ state, recordingState: 'Stopped', parentConnId: 'A' })).toEqual(expect.arrayContaining(consult));
});
it.each(['Ringing', 'Held', 'Released'] as const)('a %s consult call does not', state => {
  for (const each of consult) expect(capabilitiesOf({ state, recordingState: 'Stopped', parentConnId: 'A' })).not.toContain(each);
});

it.each([
  ['Stopped', ['start-recording']],
  ['Recording', ['pause-recording', 'stop-recording']],
  ['Paused', ['resume-recording', 'stop-recording']],
] as const)('a recording that is %s offers %j', (recordingState, expected) => {
  const offered = capabilitiesOf({ state: 'Established', recordingState }).filter(each => each.endsWith('-recording'));
  expect(offered.sort()).toEqual(expected);
});

it.each([
  ['Ringing', 'Mute', ['answer', 'release']],
  ['Established', 'Mute', ['release', 'hold', 'switch-to-coaching', 'switch-to-barge-in']],
  ['Established', 'Coach', ['release', 'hold', 'switch-to-listen-in', 'switch-to-barge-in']],
  ['Established', 'Connect', ['release', 'hold', 'switch-to-listen-in', 'switch-to-coaching']],
  ['Held', 'Coach', ['release', 'retrieve']],
  ['Released', 'Mute', ['complete']],
] as const)('a %s call that is monitored by %s offers what the supervisor may', (state, monitorMode, expected) => {
  expect(capabilitiesOf({ state, recordingState: 'Stopped', monitorMode })).toEqual(expected);
});
