import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerJson, codeOf, createFakeOrigin, createStage, healthOf, nodeOf, pinOf, until, type FakeOrigin, type Stage } from './stage.ts';

let us1: FakeOrigin;
let us2: FakeOrigin;
let eu1: FakeOrigin;
let stage: Stage;

beforeEach(async () => {
  [us1, us2, eu1] = await Promise.all([createFakeOrigin('us-east/1'), createFakeOrigin('us-east/2'), createFakeOrigin('eu-west/1')]);
});
afterEach(async () => {
  await stage.stop();
  await Promise.all([us1, us2, eu1].map(origin => origin.down().catch(() => undefined)));
});

const session = '/workspace/v3/current-session';
const makeCall = '/workspace/v3/voice/make-call';
const hold = '/workspace/v3/voice/calls/1/hold';
const post = { method: 'POST', body: '{"data":{}}', headers: { 'content-type': 'application/json' } };

describe('a region that refuses', () => {
  it('is left inside the request, and the same answer pins to who served', async () => {
    stage = await createStage([us1, eu1]);
    const before = await pinOf(await stage.ask(session));
    expect(before?.pin).toMatchObject({ region: 'us-east', node: '1' });
    await us1.down();
    const answer = await stage.ask(session, { headers: { cookie: before?.cookie ?? '' } });
    expect([answer.status, nodeOf(answer), answer.headers['x-handover-region']]).toEqual([200, 'eu-west/1', 'eu-west']);
    expect((await pinOf(answer))?.pin).toMatchObject({ region: 'eu-west', node: '1' });
    expect(answer.tookMs).toBeLessThan(1_000);
  });

  it('is named to the next origin in the signed attempt, with the same request id', async () => {
    stage = await createStage([us1, eu1]);
    await us1.down();
    await stage.ask(hold, { ...post, headers: { 'x-request-id': 'the-request-1' } });
    expect(eu1.seen[0]?.attempt).toMatchObject({ excluded: ['us-east/1'] });
    expect(eu1.seen[0]?.headers['x-request-id']).toBe('the-request-1');
    expect(eu1.seen[0]?.body.toString()).toBe(post.body);
  });

  it('is tried at its other node before another region', async () => {
    stage = await createStage([us1, us2, eu1]);
    const pinned = await until('a pin to node 1', async () => {
      const found = await pinOf(await stage.ask(session));
      return found?.pin.node === '1' ? found : undefined;
    });
    await us1.down();
    const answer = await stage.ask(session, { headers: { cookie: pinned.cookie } });
    expect(nodeOf(answer)).toBe('us-east/2');
    expect(us2.seen.at(-1)?.attempt?.excluded).toEqual(['us-east/1']);
    expect((await pinOf(answer))?.pin).toMatchObject({ region: 'us-east', node: '2' });
    expect(eu1.seen).toHaveLength(0);
  });

  it('is skipped once it is known, so that even a once request is served', async () => {
    stage = await createStage([us1, eu1]);
    await us1.down();
    await stage.ask(session);
    await until('the verdict', async () => (await healthOf(stage, 'us-east')).state === 'down');
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, nodeOf(answer)]).toEqual([200, 'eu-west/1']);
  });

  it('does not cost the once request that comes while its death is being confirmed', async () => {
    stage = await createStage([us1, eu1]);
    await us1.down();
    const [first, second] = await Promise.all([
      stage.ask(session),
      new Promise(resolve => setTimeout(resolve, 30)).then(() => stage.ask(makeCall, post)),
    ]);
    expect(nodeOf(first)).toBe('eu-west/1');
    expect([second.status, nodeOf(second)]).toEqual([200, 'eu-west/1']);
  });

  it('serves again after two good probes, and sessions that moved stay where they are', async () => {
    stage = await createStage([us1, eu1]);
    await us1.down();
    const moved = await pinOf(await stage.ask(session));
    await until('down', async () => (await healthOf(stage, 'us-east')).state === 'down');
    await us1.up();
    await until('up', async () => (await healthOf(stage, 'us-east')).state === 'up');
    expect(nodeOf(await stage.ask(session))).toBe('us-east/1');
    expect(nodeOf(await stage.ask(session, { headers: { cookie: moved?.cookie ?? '' } }))).toBe('eu-west/1');
  });
});

describe('a connection that is lost after the request was sent', () => {
  const reset = (origin: FakeOrigin): void => {
    origin.handler = (_, response) => void response.socket?.resetAndDestroy();
  };

  it('makes the outcome of a once request unknown, and executes it once', async () => {
    stage = await createStage([us1, eu1]);
    reset(us1);
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, codeOf(answer)]).toEqual([503, 'outcome.unknown']);
    expect([us1.seen.length, eu1.seen.length]).toEqual([1, 0]);
  });

  it('sends a repeatable request elsewhere', async () => {
    stage = await createStage([us1, eu1]);
    reset(us1);
    const answer = await stage.ask(hold, post);
    expect([answer.status, nodeOf(answer)]).toEqual([200, 'eu-west/1']);
    expect([us1.seen.length, eu1.seen.length]).toEqual([1, 1]);
  });

  it('does not condemn an origin that lives', async () => {
    stage = await createStage([us1, eu1]);
    reset(us1);
    await stage.ask(hold, post);
    us1.handler = (_, response) => answerJson(response, 200, { node: 'us-east/1' });
    await until('the suspicion is over', async () => nodeOf(await stage.ask(session)) === 'us-east/1');
    expect((await healthOf(stage, 'us-east')).state).toBe('up');
  });
});

describe('a region that is silent', () => {
  const freeze = (origin: FakeOrigin): void => {
    origin.health = 'silent';
    origin.handler = () => undefined;
  };

  it('loses a repeatable request after the probes confirm it, not before 1.9 s', async () => {
    stage = await createStage([us1, eu1]);
    await stage.ask(session);
    freeze(us1);
    const answer = await stage.ask(hold, post);
    expect([answer.status, nodeOf(answer)]).toEqual([200, 'eu-west/1']);
    expect(answer.tookMs).toBeGreaterThanOrEqual(1_890);
    expect(answer.tookMs).toBeLessThan(3_000);
    const [first, second] = [us1.seen.at(-1), eu1.seen.at(-1)];
    expect(second?.headers['x-request-id']).toBe(first?.headers['x-request-id']);
    expect((second?.attempt?.timeMs ?? 0) - (first?.attempt?.timeMs ?? 0)).toBeGreaterThanOrEqual(1_890);
  });

  it('leaves the outcome of a once request unknown', async () => {
    stage = await createStage([us1, eu1]);
    await stage.ask(session);
    freeze(us1);
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, codeOf(answer)]).toEqual([503, 'outcome.unknown']);
    expect(answer.tookMs).toBeLessThan(3_000);
    expect(eu1.seen.filter(seen => seen.path === makeCall)).toHaveLength(0);
  });

  it('is not left when it is only slow', async () => {
    stage = await createStage([us1, eu1]);
    us1.handler = (_, response) => void setTimeout(() => answerJson(response, 200, { node: 'us-east/1' }), 2_600);
    const answer = await stage.ask(hold, post);
    expect([answer.status, nodeOf(answer)]).toEqual([200, 'us-east/1']);
    expect([us1.seen.length, eu1.seen.length]).toEqual([1, 0]);
  });
});

describe('an answer that says nothing was executed', () => {
  const misdirect = (origin: FakeOrigin, region: string): void => {
    origin.handler = (_, response) => answerJson(response, 421, {}, { 'x-handover-replay': region });
  };

  it('421 is replayed in the named region with the same body, and the answer pins there', async () => {
    stage = await createStage([us1, eu1]);
    misdirect(us1, 'eu-west');
    eu1.handler = (seen, response) =>
      answerJson(response, 200, { node: 'eu-west/1', got: seen.body.toString() }, { 'x-handover-epoch': '77' });
    const answer = await stage.ask(makeCall, post);
    expect(JSON.parse(answer.text)).toEqual({ node: 'eu-west/1', got: post.body });
    expect(answer.headers['x-handover-epoch']).toBe('77');
    expect((await pinOf(answer))?.pin).toMatchObject({ region: 'eu-west', epoch: 77 });
    expect(answer.headers['x-handover-node']).toBeUndefined();
  });

  it('421 is followed once only', async () => {
    stage = await createStage([us1, eu1]);
    misdirect(us1, 'eu-west');
    misdirect(eu1, 'us-east');
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, codeOf(answer)]).toEqual([502, 'region.replay']);
    expect([us1.seen.length, eu1.seen.length]).toEqual([1, 1]);
  });

  it('421 whose region is dead comes back to who refused, with the dead node excluded', async () => {
    stage = await createStage([eu1, us1]);
    await us1.down();
    eu1.handler = ({ attempt }, response) =>
      attempt?.excluded.includes('us-east/1') === true
        ? answerJson(response, 200, { node: 'eu-west/1' })
        : answerJson(response, 421, {}, { 'x-handover-replay': 'us-east' });
    const answer = await stage.ask(hold, post);
    expect([answer.status, nodeOf(answer)]).toEqual([200, 'eu-west/1']);
  });

  it('421 to a body too large to keep is a clear error, and the pin is right for the next try', async () => {
    stage = await createStage([us1, eu1]);
    misdirect(us1, 'eu-west');
    const answer = await stage.ask(makeCall, { ...post, body: Buffer.alloc(70_000, 32) });
    expect([answer.status, codeOf(answer)]).toEqual([502, 'region.replay']);
    expect((await pinOf(answer))?.pin.region).toBe('eu-west');
  });

  it('a busy owner is asked again, and the request is executed once', async () => {
    stage = await createStage([us1, eu1]);
    let asked = 0;
    us1.handler = (_, response) =>
      ++asked < 3
        ? answerJson(response, 503, { errors: [{ code: 'ownership.busy' }] }, { 'x-handover-refused': 'ownership.busy' })
        : answerJson(response, 200, { node: 'us-east/1' });
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, nodeOf(answer), asked]).toEqual([200, 'us-east/1', 3]);
  });

  it('an owner that is unsure for a moment keeps the request', async () => {
    stage = await createStage([us1, eu1]);
    let asked = 0;
    us1.handler = (_, response) =>
      ++asked < 2
        ? answerJson(response, 503, { errors: [{ code: 'ownership.unsure' }] }, { 'x-handover-refused': 'ownership.unsure' })
        : answerJson(response, 200, { node: 'us-east/1' });
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, nodeOf(answer), asked]).toEqual([200, 'us-east/1', 2]);
  });

  it('an owner that stays unsure is left, also by a once request', async () => {
    stage = await createStage([us1, eu1]);
    us1.handler = (_, response) =>
      answerJson(response, 503, { errors: [{ code: 'ownership.unsure' }] }, { 'x-handover-refused': 'ownership.unsure' });
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, nodeOf(answer)]).toEqual([200, 'eu-west/1']);
    expect(eu1.seen[0]?.attempt?.excluded).toEqual(['us-east/1']);
  });
});

describe('an error answer', () => {
  const gatewayError = (origin: FakeOrigin): void => {
    origin.handler = (_, response) => {
      response.removeHeader('x-handover-node');
      answerJson(response, 502, { from: 'a balancer' });
    };
  };

  it('of a balancer sends a repeatable request elsewhere', async () => {
    stage = await createStage([us1, eu1]);
    gatewayError(us1);
    expect(nodeOf(await stage.ask(hold, post))).toBe('eu-west/1');
  });

  it('of a balancer reaches the caller of a once request unchanged', async () => {
    stage = await createStage([us1, eu1]);
    gatewayError(us1);
    const answer = await stage.ask(makeCall, post);
    expect([answer.status, answer.text]).toEqual([502, '{"from":"a balancer"}']);
  });

  it('of an origin is passed on unchanged and never counts against it', async () => {
    stage = await createStage([us1, eu1]);
    us1.handler = (_, response) => answerJson(response, 503, { errors: [{ code: 'store.read-only' }] });
    for (let n = 0; n < 12; n += 1) expect(codeOf(await stage.ask(hold, post))).toBe('store.read-only');
    expect(eu1.seen).toHaveLength(0);
    expect((await healthOf(stage, 'us-east')).state).toBe('up');
  });
});

describe('when nobody can serve', () => {
  it('a REST caller gets a code, and a Bayeux client the advice to shake hands again', async () => {
    stage = await createStage([us1, eu1]);
    await Promise.all([us1.down(), eu1.down()]);
    const rest = await stage.ask(hold, post);
    expect([rest.status, codeOf(rest)]).toEqual([503, 'region.none']);
    const poll = await stage.ask('/workspace/v3/notifications/connect', {
      ...post,
      body: JSON.stringify([{ channel: '/meta/connect', id: '3', clientId: 'c', connectionType: 'long-polling' }]),
    });
    expect(poll.status).toBe(200);
    expect(JSON.parse(poll.text)).toMatchObject([
      { channel: '/meta/connect', id: '3', successful: false, advice: { reconnect: 'handshake' } },
    ]);
  });
});

describe('authorization codes', () => {
  it('are spent in the region whose tag they carry', async () => {
    stage = await createStage([us1, eu1]);
    const form = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=authorization_code&code=eu-west.abc',
    };
    expect(nodeOf(await stage.ask('/auth/v3/oauth/token', form))).toBe('eu-west/1');
    expect(nodeOf(await stage.ask('/workspace/v3/start?code=eu-west.abc&redirect_uri=x'))).toBe('eu-west/1');
    expect(nodeOf(await stage.ask('/workspace/v3/initialize-workspace?code=eu-west.abc', post))).toBe('eu-west/1');
    expect(nodeOf(await stage.ask('/workspace/v3/start?code=mars.abc'))).toBe('us-east/1');
  });

  it('move no session that is somewhere else', async () => {
    stage = await createStage([us1, eu1]);
    us1.handler = (_, response) => answerJson(response, 200, {}, { 'x-handover-epoch': '9' });
    const pinned = await pinOf(await stage.ask(session));
    expect(
      await pinOf(await stage.ask('/workspace/v3/start?code=eu-west.abc', { headers: { cookie: pinned?.cookie ?? '' } })),
    ).toBeUndefined();
  });
});
