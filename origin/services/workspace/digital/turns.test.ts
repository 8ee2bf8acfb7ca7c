import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets 64 in at a time, and the next when one leaves', async () => {
  const turns = new Turns();
  const leave = await Promise.all(Array.from({ length: 64 }, () => turns.enter()));
  const order: number[] = [];
  const late = [1, 2].map(async number => {
    const leaveLate = await turns.enter();
    order.push(number);
    return leaveLate;
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  leave[0]?.();
  await late[0];
  expect(order).toEqual([1]);
  (await late[0])?.();
  await late[1];
  expect(order).toEqual([1, 2]);
});
