import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  answerJson,
  createFakeOrigin,
  createStage,
  healthOf,
  pinOf,
  startChildOrigin,
  until,
  type Ask,
  type FakeOrigin,
  type Stage,
} from './stage.ts';

let us1: FakeOrigin;
let eu1: FakeOrigin;
let stage: Stage;
let undo: (() => void)[] = [];

beforeEach(async () => {
  [us1, eu1] = await Promise.all([createFakeOrigin('us-east/1'), createFakeOrigin('eu-west/1')]);
});
afterEach(async () => {
  for (const step of undo.reverse()) step();
  undo = [];
  await stage.stop();
  await Promise.all([us1, eu1].map(origin => origin.down().catch(() => undefined)));
});

const connect = '/workspace/v3/notifications/connect';
const poll: Ask = {
  method: 'POST',
  headers: { 'content-type': 'application/json;charset=UTF-8' },
  body: JSON.stringify([{ channel: '/meta/connect', id: '9', clientId: 'c1', connectionType: 'long-polling' }]),
};
const park = (origin: FakeOrigin): void => {
  origin.handler = () => undefined;
};
const answered = (origin: FakeOrigin): void => {
  origin.handler = (_, response) =>
    answerJson(response, 200, [{ channel: '/meta/connect', id: '9', successful: true, ext: origin.node }], { 'x-handover-epoch': '12' });
};

describe('a parked poll', () => {
  it('moves inside its request when its origin is killed, and the answer pins to the new one', async () => {
    const child = await startChildOrigin('us-east/1');
    undo.push(() => child.process.kill('SIGKILL'));
    answered(eu1);
    stage = await createStage([child, eu1]);
    const parked = stage.ask(connect, poll);
    await until('the poll is parked', () => child.executed.length === 1);
    const killedMs = Date.now();
    child.process.kill('SIGKILL');
    const answer = await parked;
    expect(Date.now() - killedMs).toBeLessThan(1_000);
    expect([answer.status, answer.text.includes('eu-west/1')]).toEqual([200, true]);
    expect((await pinOf(answer))?.pin).toMatchObject({ region: 'eu-west', epoch: 12 });
    expect(eu1.seen[0]?.attempt?.excluded).toEqual(['us-east/1']);
  });

  it('moves inside its request when its origin freezes', async () => {
    const child = await startChildOrigin('us-east/1');
    undo.push(() => child.process.kill('SIGKILL'));
    answered(eu1);
    stage = await createStage([child, eu1]);
    const parked = stage.ask(connect, poll);
    await until('the poll is parked', () => child.executed.length === 1);
    const frozenMs = Date.now();
    child.process.kill('SIGSTOP');
    const answer = await parked;
    expect(Date.now() - frozenMs).toBeLessThan(6_000);
    expect([answer.status, answer.text.includes('eu-west/1')]).toEqual([200, true]);
  });

  it('moves at once when a short request has the silence confirmed', async () => {
    const child = await startChildOrigin('us-east/1');
    undo.push(() => child.process.kill('SIGKILL'));
    answered(eu1);
    stage = await createStage([child, eu1]);
    const parked = stage.ask(connect, poll);
    await until('the poll is parked', () => child.executed.length === 1);
    child.process.kill('SIGSTOP');
    const short = await stage.ask('/workspace/v3/current-session');
    const shortMs = Date.now();
    const answer = await parked;
    expect([short.status, answer.status]).toEqual([200, 200]);
    expect(Date.now() - shortMs).toBeLessThan(700);
  });

  it('is woken with all others, not at its own next look', async () => {
    const child = await startChildOrigin('us-east/1');
    undo.push(() => child.process.kill('SIGKILL'));
    answered(eu1);
    stage = await createStage([child, eu1]);
    const parked = Array.from({ length: 20 }, () => stage.ask(connect, poll));
    await until('all are parked', () => child.executed.length === 20);
    child.process.kill('SIGSTOP');
    await stage.ask('/workspace/v3/current-session');
    const shortMs = Date.now();
    const answers = await Promise.all(parked);
    expect(Date.now() - shortMs).toBeLessThan(1_500);
    expect(answers.filter(answer => answer.text.includes('eu-west/1'))).toHaveLength(20);
  });

  it('takes the watch over from one that ends', async () => {
    answered(eu1);
    us1.handler = ({ headers }, response) =>
      headers['x-first'] === '1' ? void setTimeout(() => answerJson(response, 200, []), 300) : undefined;
    stage = await createStage([us1, eu1]);
    const first = stage.ask(connect, { ...poll, headers: { ...poll.headers, 'x-first': '1' } });
    await until('the first is parked', () => us1.seen.length === 1);
    const second = stage.ask(connect, poll);
    await first;
    const silentMs = Date.now();
    us1.health = 'silent';
    expect((await second).text).toContain('eu-west/1');
    expect(Date.now() - silentMs).toBeLessThan(6_000);
  });

  it('stays while its origin lives, however long that is silent, and its time says nothing about the origin', async () => {
    park(us1);
    stage = await createStage([us1, eu1]);
    const parked = stage.ask(connect, poll);
    await until('the poll is parked', () => us1.seen.length === 1);
    await until('five probes passed meanwhile', () => us1.probes.length >= 5);
    expect([eu1.seen.length, (await healthOf(stage, 'us-east')).state]).toEqual([0, 'up']);
    await us1.down();
    answered(eu1);
    expect((await parked).text).toContain('eu-west/1');
  });

  it('stays where it is when everything looks down', async () => {
    park(us1);
    stage = await createStage([us1, eu1]);
    const leave = new AbortController();
    const parked = stage.ask(connect, { ...poll, signal: leave.signal }).catch(() => 'left');
    await until('the poll is parked', () => us1.seen.length === 1);
    us1.health = 'silent';
    eu1.health = 'silent';
    await until(
      'all are down',
      async () => (await healthOf(stage, 'us-east')).state === 'down' && (await healthOf(stage, 'eu-west')).state === 'down',
    );
    expect(await Promise.race([parked, new Promise(resolve => setTimeout(() => resolve('still parked'), 1_200))])).toBe('still parked');
    leave.abort();
    await parked;
  });

  it('follows a 421 of an origin that lets its session go', async () => {
    stage = await createStage([us1, eu1]);
    answered(eu1);
    us1.handler = (_, response) => void setTimeout(() => answerJson(response, 421, {}, { 'x-handover-replay': 'eu-west' }), 300);
    const answer = await stage.ask(connect, poll);
    expect([answer.status, answer.text.includes('eu-west/1')]).toEqual([200, true]);
  });

  it('that its client leaves does not count against the origin', async () => {
    park(us1);
    stage = await createStage([us1, eu1]);
    for (let n = 0; n < 8; n += 1) {
      const leave = new AbortController();
      const parked = stage.ask(connect, { ...poll, signal: leave.signal }).catch(() => 'left');
      await until('parked', () => us1.seen.length === n + 1);
      leave.abort();
      expect(await parked).toBe('left');
    }
    expect((await healthOf(stage, 'us-east')).state).toBe('up');
    us1.handler = (_, response) => answerJson(response, 200, { node: 'us-east/1' });
    expect((await stage.ask('/workspace/v3/current-session')).headers['x-handover-region']).toBe('us-east');
  });
});

describe('Bayeux answers', () => {
  it('402 of an origin reaches the client untouched', async () => {
    stage = await createStage([us1, eu1]);
    const refused = [
      { channel: '/meta/connect', id: '9', successful: false, error: '402::Unknown client', advice: { reconnect: 'handshake' } },
    ];
    us1.handler = (_, response) => answerJson(response, 200, refused);
    const answer = await stage.ask(connect, poll);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, refused]);
    expect(eu1.seen).toHaveLength(0);
  });

  it('pin the client at its handshake, so that the next connect finds the same node', async () => {
    stage = await createStage([us1, eu1]);
    const handshake = await stage.ask('/statistics/v3/notifications/handshake', {
      ...poll,
      body: JSON.stringify([{ channel: '/meta/handshake', id: '1' }]),
    });
    expect((await pinOf(handshake))?.pin).toMatchObject({ region: 'us-east', node: '1' });
  });

  it('a batch with a publish is not sent twice', async () => {
    stage = await createStage([us1, eu1]);
    us1.handler = (_, response) => void response.socket?.resetAndDestroy();
    const answer = await stage.ask('/workspace/v3/notifications', { ...poll, body: JSON.stringify([{ channel: '/chat/room', data: {} }]) });
    expect(answer.status).toBe(503);
    expect([us1.seen.length, eu1.seen.length]).toEqual([1, 0]);
  });
});
