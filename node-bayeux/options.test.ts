import { describe, expect, it } from 'vitest';
import { createBayeuxServer } from './server.ts';
import { FakeClient, handshakeFields } from './testing/fake-http.ts';
import { createHarness } from './testing/harness.ts';

describe('options', () => {
  it.each([
    ['duplicateMetaConnectHttpResponseCode', 408],
    ['duplicateMetaConnectHttpResponseCode', 200],
    ['timeout', -1],
    ['timeout', 1e10],
    ['maxInterval', Number.NaN],
    ['clientIdTag', 'a-b'],
    ['browserCookieName', 'a;b'],
    ['browserCookiePath', '/;Secure'],
    ['browserCookiePartitioned', true],
    ['transports', []],
  ])('are refused by name when they cannot work: %s %j', (name, value) => {
    expect(() => createBayeuxServer({ [name]: value })).toThrow(new RegExp(`^${name}: `));
  });

  it('may change while the server runs', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client();
    server.options.timeout = 50;
    const held = someone.connect();
    await clock.advance(50);
    expect(held.messages[0]?.advice).toMatchObject({ timeout: 50 });
  });

  it('bound the sessions of one browser and of one address', async () => {
    const { clock, server } = createHarness({ maxOpenSessionsPerBrowser: 2, maxSessionsPerAddress: 3 });
    const shake = async (cookie: string | undefined): Promise<string | undefined> => {
      const someone = new FakeClient(server);
      someone.cookie = cookie;
      const response = someone.send([handshakeFields]);
      await clock.turn();
      return response.messages[0]?.error;
    };
    const answers = [await shake('one'), await shake('one'), await shake('one'), await shake('two'), await shake('three')];
    expect(answers).toEqual([undefined, undefined, '403::too_many_sessions', undefined, '403::too_many_sessions']);
  });
});
