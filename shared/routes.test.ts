import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeOf, routes } from './routes.ts';

const v3 = '/workspace/v3';

describe('route table', () => {
  it.each([
    ['GET', '/', 'root', 'static'],
    ['GET', '/nowhere', 'root', 'static'],
    ['GET', '/ui/workspace/', 'ui', 'static'],
    ['GET', '/health', 'health', 'api'],
    ['POST', '/auth/v3/oauth/token', 'auth', 'api'],
    ['POST', `${v3}/initialize-workspace`, 'workspace', 'api'],
    ['POST', `${v3}/notifications`, 'workspace', 'poll'],
    ['POST', `${v3}/notifications/`, 'workspace', 'poll'],
    ['POST', `${v3}/notifications/connect`, 'workspace', 'poll'],
    ['POST', '/statistics/v3/notifications/handshake', 'statistics', 'poll'],
    ['GET', '/api/v2/me', 'api-v2', 'api'],
    ['POST', '/api/v2/notifications', 'api-v2', 'poll'],
    ['POST', '/simulator/calls', 'simulator', 'api'],
    ['GET', `${v3}x/current-session`, 'root', 'static'],
  ])('%s %s belongs to %s, class %s', (method, path, service, timeout) => {
    expect(routeOf(method, path)).toMatchObject({ service, timeout });
  });

  it.each([
    'initialize-workspace',
    'activate-channels',
    'login',
    'logout',
    'voice/ready',
    'voice/not-ready',
    'voice/dnd-on',
    'voice/dnd-off',
    'voice/login',
    'voice/logout',
    ...['answer', 'hold', 'retrieve', 'release', 'update-user-data', 'complete'].map(action => `voice/calls/0123456789ABCDEF/${action}`),
    'media/ready',
    'media/chat/not-ready',
    'media/chat/interactions/abc/complete',
  ])('POST %s may be sent again', path => {
    expect(routeOf('POST', `${v3}/${path}`).resend).toBe('repeat');
  });

  it.each([
    'voice/make-call',
    ...[
      'initiate-transfer',
      'initiate-conference',
      'complete-transfer',
      'complete-conference',
      'single-step-transfer',
      'single-step-conference',
      'attach-user-data',
      'send-dtmf',
      'alternate',
    ].map(action => `voice/calls/0123456789ABCDEF/${action}`),
    'media/chat/interactions/abc/send-message',
    'voice/calls/1/2/hold',
    'voice/calls//hold',
    'voice/calls/1/hold/',
    'voice/ready/x',
    'voice/HOLD',
  ])('POST %s is sent once', path => {
    expect(routeOf('POST', `${v3}/${path}`).resend).toBe('once');
  });

  it('lets every read be sent again', () => {
    for (const { path } of routes) expect(routeOf('GET', path.replaceAll(/\{\w+\}/g, 'x')).resend).toBe('repeat');
  });

  it('does not extend an operation to other methods', () => {
    expect(routeOf('DELETE', `${v3}/voice/ready`).resend).toBe('once');
    expect(routeOf('PUT', '/auth/v3/oauth/token')).toMatchObject({ path: '/auth/v3', resend: 'once' });
  });

  it('prefers a literal segment to a parameter', () => {
    expect(routeOf('POST', `${v3}/media/ready`).path).toBe(`${v3}/media/ready`);
    expect(routeOf('POST', `${v3}/media/ready/ready`).path).toBe(`${v3}/media/{mediatype}/ready`);
  });

  it('asks the body where the class depends on it', () => {
    expect(routeOf('POST', '/auth/v3/oauth/token')).toMatchObject({ resend: 'once', repeatWhen: 'grant', codeField: 'code' });
    expect(routeOf('POST', `${v3}/notifications/connect`)).toMatchObject({ resend: 'once', repeatWhen: 'bayeux-meta' });
  });

  it('answers for any path, however deep or odd', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'BREW'),
        fc.array(fc.constantFrom('workspace', 'v3', '', '..', '{id}', 'voice', 'calls', '__proto__', '%2f'), { maxLength: 60 }),
        (method, parts) => {
          expect(routes.some(route => route.path === routeOf(method, `/${parts.join('/')}`).path)).toBe(true);
        },
      ),
    );
  });
});
