import { describe, expect, it } from 'vitest';
import { Attachments } from './attachments.ts';

const open = (): { attachments: Attachments; evicted: string[] } => {
  const evicted: string[] = [];
  return { attachments: new Attachments(clientId => void evicted.push(clientId)), evicted };
};

describe('who counts as present', () => {
  it('whoever has a client, however long ago the last request was', () => {
    const { attachments } = open();
    attachments.attach('a', 9e9, 0);
    attachments.addClient('a', 'c');
    expect(attachments.present(9_000_000)).toBe(1);
    expect(attachments.lastSeenMs(9_000_000)).toBe(9_000_000);
  });
  it('a minute after its last request, whoever has none', () => {
    const { attachments } = open();
    attachments.attach('a', 9e9, 1_000);
    expect([attachments.present(60_999), attachments.present(61_000)]).toEqual([1, 0]);
  });
  it('not whose client left and who has asked for nothing since', () => {
    const { attachments } = open();
    attachments.attach('a', 9e9, 1_000);
    attachments.addClient('a', 'c');
    attachments.removeClient('c', 2_000);
    expect(attachments.present(2_001)).toBe(0);
    expect(attachments.lastSeenMs(9_000)).toBe(2_000);
    attachments.attach('a', 9e9, 3_000);
    expect(attachments.present(3_001)).toBe(1);
  });
});

it('a client of nobody is not remembered', () => {
  const { attachments } = open();
  attachments.addClient('a', 'c');
  expect(attachments.clientCount).toBe(0);
});

it('at most eight clients of one web session: the oldest gives way', () => {
  const { attachments, evicted } = open();
  attachments.attach('a', 9e9, 0);
  for (let i = 0; i < 10; i += 1) attachments.addClient('a', `c${String(i)}`);
  expect(evicted).toEqual(['c0', 'c1']);
  expect(attachments.clientCount).toBe(8);
});

it('at most sixteen web sessions: one without a client, the longest idle, gives way', () => {
  const { attachments, evicted } = open();
  attachments.attach('used', 9e9, 0);
  attachments.addClient('used', 'c');
  for (let i = 0; i < 16; i += 1) attachments.attach(`s${String(i)}`, 9e9, i + 1);
  expect(attachments.get('used')).toBeDefined();
  expect(attachments.get('s0')).toBeUndefined();
  expect(evicted).toEqual([]);
});
