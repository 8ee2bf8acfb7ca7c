import { ConfigError } from '@handover/shared/config';
import { describe, expect, it } from 'vitest';
import { readEdgeConfig, type Env } from './config.ts';
import { allow, callerOf, gate, preflight } from './cors.ts';

const url = new URL('https://gws.example.com/workspace/v3/voice/ready');
const request = (method: string, headers: Record<string, string>): Request => new Request(url, { method, headers });
const publicOrigins = new Set(['https://desk.example.com']);
const caller = (headers: Record<string, string>): ReturnType<typeof callerOf> =>
  callerOf(headers['origin'] ?? null, url, { publicOrigins });
const gated = (method: string, headers: Record<string, string>): (() => void) => {
  const asked = request(method, headers);
  return () => gate(asked.method, asked.headers, callerOf(asked.headers.get('origin'), url, { publicOrigins }));
};

describe('origin rules', () => {
  it('knows our own pages, the listed ones and strangers', () => {
    expect(caller({})).toEqual({ kind: 'none' });
    expect(caller({ origin: 'https://gws.example.com' }).kind).toBe('allowed');
    expect(caller({ origin: 'https://desk.example.com' }).kind).toBe('allowed');
    for (const origin of ['http://gws.example.com', 'https://gws.example.com.evil.test', 'https://evil.test', 'null', '']) {
      expect(caller({ origin }).kind, origin).toBe('foreign');
    }
  });

  it('refuses what a foreign page sends with the cookies of an agent', () => {
    expect(gated('POST', { origin: 'https://evil.test', cookie: 'a=1' })).toThrow('origin.forbidden');
    expect(gated('DELETE', { origin: 'null', cookie: 'a=1' })).toThrow('origin.forbidden');
    expect(gated('GET', { origin: 'https://evil.test', upgrade: 'websocket' })).toThrow('origin.forbidden');
  });

  it('lets tokens, reads, listed pages and programs pass', () => {
    expect(gated('POST', { origin: 'https://evil.test', authorization: 'Bearer x' })).not.toThrow();
    expect(gated('GET', { origin: 'https://evil.test', cookie: 'a=1' })).not.toThrow();
    expect(gated('POST', { origin: 'https://desk.example.com', cookie: 'a=1' })).not.toThrow();
    expect(gated('POST', { cookie: 'a=1' })).not.toThrow();
  });

  it('echoes one allowed origin, never the star, and nothing to strangers', () => {
    const answer = new Headers({ vary: 'Accept' });
    allow(answer, { kind: 'allowed', origin: 'https://desk.example.com' });
    expect(answer.get('access-control-allow-origin')).toBe('https://desk.example.com');
    expect(answer.get('vary')).toBe('Accept, Origin');
    const stranger = new Headers();
    allow(stranger, { kind: 'foreign' });
    expect(stranger.has('access-control-allow-origin')).toBe(false);
  });

  it('answers a preflight with the headers that real clients send', () => {
    const asked = request('OPTIONS', { origin: 'https://desk.example.com', 'access-control-request-method': 'POST' });
    const allowed =
      preflight(asked.headers, { kind: 'allowed', origin: 'https://desk.example.com' }).headers.get('access-control-allow-headers') ?? '';
    for (const name of ['authorization', 'x-api-key', 'x-b3-traceid', 'x-gws-unstable', 'content-type']) expect(allowed).toContain(name);
    expect(preflight(asked.headers, { kind: 'foreign' }).headers.has('access-control-allow-headers')).toBe(false);
  });
});

const HEALTH = {} as Env['HEALTH'];
const env = (more: Record<string, unknown>): Env => ({
  HEALTH,
  EDGE_KEYRING: JSON.stringify({ active: 'k1', keys: { k1: btoa('x'.repeat(32)) } }),
  ...more,
});
const faults = (more: Record<string, unknown>): string => {
  try {
    readEdgeConfig(env(more));
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('\n');
    throw error;
  }
  return '';
};

describe('configuration of the edge', () => {
  it('takes the regions of the files when none are given', () => {
    expect(readEdgeConfig(env({})).registry.regions.map(region => region.name)).toEqual(['us-east', 'eu-west']);
  });

  it('reports all faults at once, each with its key', () => {
    const found = faults({
      EDGE_KEYRING: 'x',
      PUBLIC_ORIGINS: 'https://a.test/path',
      PANIC: 'maybe',
      MAX_BODY_BYTES: 'many',
      OPS_USER: 'ops',
      HEALTH: undefined,
    });
    for (const key of ['EDGE_KEYRING', 'PUBLIC_ORIGINS', 'PANIC', 'MAX_BODY_BYTES', 'HEALTH']) expect(found).toContain(key);
  });

  it('refuses half of the operator credentials and broken regions', () => {
    expect(faults({ OPS_USER: 'ops' })).toContain('OPS_PASSWORD');
    expect(faults({ REGIONS: '{"regions":[]}' })).toContain('regions');
    expect(faults({ REGIONS: '{' })).toContain('REGIONS');
  });
});
