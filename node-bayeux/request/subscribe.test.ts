import { describe, expect, it } from 'vitest';
import { createHarness } from '../testing/harness.ts';

describe('a subscription', () => {
  it.each(['/a b', '/a/*/b', '/a/**/b', 'a', '/', '/a/', '//a', '/a.b', '/ü', '/meta/connect', '/meta/**', '/meta/*', '/***'])(
    'to %s is refused',
    async subscription => {
      const { clock, server, client } = createHarness();
      const response = (await client()).request('/meta/subscribe', { subscription });
      await clock.turn();
      expect(response.messages[0]).toMatchObject({
        successful: false,
        subscription,
        error: expect.stringMatching(/^403:.*:subscription_invalid$/) as string,
      });
      expect(server.metrics().subscriptions).toBe(0);
    },
  );

  it('that is missing is refused', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const response = someone.send([someone.message('/meta/subscribe'), someone.message('/meta/subscribe', { subscription: [] })]);
    await clock.turn();
    expect(response.messages.map(message => message.error)).toEqual(['403::subscription_missing', '403::subscription_missing']);
  });

  it('of several channels is all or nothing', async () => {
    const { clock, server, client } = createHarness({
      onSubscribe: (_session, channel) => channel !== '/no' || { allow: false, reason: 'private' },
    });
    const response = (await client()).request('/meta/subscribe', { subscription: ['/yes', '/no'] });
    await clock.turn();
    expect(response.messages[0]).toMatchObject({ successful: false, error: '403:private:subscribe_denied', subscription: ['/yes', '/no'] });
    expect(server.metrics().subscriptions).toBe(0);
  });

  it('to a service channel is answered, and nothing is broadcast there', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client({ subscribe: ['/service/x', '/**'] });
    const held = someone.connect();
    const publisher = await client();
    publisher.request('/service/x', { data: 1 });
    await clock.turn();
    expect(held.received).toBe(false);
    expect(server.metrics().subscriptions).toBe(1);
  });

  it('to a channel and to patterns over it brings one copy of each event', async () => {
    const { clock, server, client } = createHarness();
    const held = (await client({ subscribe: ['/w/a', '/w/*', '/w/**', '/**'] })).connect();
    server.publish('/w/a', 1);
    await clock.turn();
    expect(held.messages).toHaveLength(2);
  });

  it('is limited in number', async () => {
    const { clock, client } = createHarness({ maxSubscriptionsPerSession: 2 });
    const someone = await client({ subscribe: ['/a', '/b'] });
    const response = someone.request('/meta/subscribe', { subscription: '/c' });
    const again = someone.request('/meta/subscribe', { subscription: '/a' });
    await clock.turn();
    expect(response.messages[0]?.error).toBe('403::too_many_subscriptions');
    expect(again.messages[0]?.successful).toBe(true);
  });

  it('may be denied by who may create channels, and channels are limited in number', async () => {
    const { clock, client } = createHarness({ maxChannels: 1, onCreate: (_session, channel) => channel !== '/forbidden' });
    const someone = await client();
    const denied = someone.request('/meta/subscribe', { subscription: '/forbidden' });
    someone.request('/meta/subscribe', { subscription: '/one' });
    await clock.turn();
    const full = someone.request('/meta/subscribe', { subscription: '/two' });
    await clock.turn();
    expect([denied, full].map(response => response.messages[0]?.error)).toEqual(['403::create_denied', '403::too_many_channels']);
  });

  it('may use further characters where the application says so', async () => {
    const { clock, client } = createHarness({ channelExtraCharacters: '=,.ü' });
    const response = (await client()).request('/meta/subscribe', { subscription: '/a=1,b=2/ü.x' });
    await clock.turn();
    expect(response.messages[0]?.successful).toBe(true);
  });

  it('has its answer ahead of what the application delivers for it, and behind what waited before', async () => {
    const { clock, server, client } = createHarness({ onSubscribed: (session, channel) => void session.deliver(channel, 'state') });
    const someone = await client();
    server.session(someone.clientId)?.deliver('/before', 0);
    const response = someone.request('/meta/subscribe', { subscription: ['/a', '/b'] });
    await clock.turn();
    expect(response.messages.map(message => message.channel)).toEqual(['/before', '/meta/subscribe', '/a', '/b']);
  });

  it('has its answer ahead of events that were published while the rest of the request was processed', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const response = someone.send([someone.message('/meta/subscribe', { subscription: '/n' }), someone.message('/n', { data: 1 })]);
    await clock.turn();
    expect(response.messages.map(message => [message.channel, message.data])).toEqual([
      ['/meta/subscribe', undefined],
      ['/n', undefined],
      ['/n', 1],
    ]);
  });

  it('lets a slow hook deliver with the next connect', async () => {
    let ready: (() => void) | undefined;
    const { clock, client } = createHarness({
      onSubscribed: async (session, channel) => {
        await new Promise<void>(resolve => (ready = resolve));
        session.deliver(channel, 'state');
      },
    });
    const someone = await client();
    const held = someone.connect();
    const response = someone.request('/meta/subscribe', { subscription: '/a' });
    await clock.turn();
    expect(response.messages).toHaveLength(1);
    ready?.();
    await clock.turn();
    expect(held.messages.map(message => message.data)).toEqual(['state', undefined]);
  });

  it('ends with an unsubscribe, which succeeds for what was never subscribed too', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client({ subscribe: ['/a', '/b'] });
    const response = someone.request('/meta/unsubscribe', { subscription: ['/a', '/b', '/c'] });
    await clock.turn();
    expect(response.messages[0]?.successful).toBe(true);
    expect(server.metrics().subscriptions).toBe(0);
  });
});

describe('a publish', () => {
  it.each(['/a/*', '/a/**', '/a b', '/a/', ''])('to %j is refused', async channel => {
    const { clock, server, client } = createHarness();
    const response = (await client()).request(channel, { data: 1 });
    await clock.turn();
    expect(response.messages[0]?.error).toMatch(/^405:.*:channel_invalid$/);
    expect(server.metrics().published).toBe(0);
  });

  it('passes on nothing of its envelope but the data', async () => {
    const { clock, client } = createHarness();
    const held = (await client({ subscribe: '/n' })).connect();
    (await client()).request('/n', { data: 1, ext: { token: 'secret' }, extra: 'x' });
    await clock.turn();
    expect(held.messages[0]).toEqual({ channel: '/n', data: 1 });
  });

  it('is denied before anybody sees it, however late the application answers', async () => {
    const { clock, server, client } = createHarness({
      onPublish: async () => {
        await Promise.resolve();
        return { allow: false, reason: 'read only' };
      },
    });
    const held = (await client({ subscribe: '/n' })).connect();
    const response = (await client()).request('/n', { data: 1 });
    await clock.turn();
    expect(response.messages[0]?.error).toBe('403:read only:publish_denied');
    expect(held.received).toBe(false);
    expect(server.metrics().published).toBe(0);
  });

  it('is limited in rate per session', async () => {
    const { clock, client } = createHarness({ maxPublishesPerSecond: 2 });
    const someone = await client();
    const burst = someone.send(Array.from({ length: 5 }, () => someone.message('/n', { data: 1 })));
    await clock.advance(500);
    const later = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(burst.messages.map(message => message.successful)).toEqual([true, true, true, true, false]);
    expect(burst.messages[4]?.error).toBe('429::too_many_requests');
    expect(later.messages[0]?.successful).toBe(true);
  });

  it('brings its own copy unless the server does not want that', async () => {
    const { clock, client } = createHarness({ broadcastToPublisher: false });
    const someone = await client({ subscribe: '/n' });
    const response = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(response.messages).toHaveLength(1);
  });
});
