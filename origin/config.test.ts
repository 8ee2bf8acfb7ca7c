import { expect, test } from 'vitest';
import { originConfigFrom } from './config.ts';

const key = JSON.stringify({ active: 'k1', keys: { k1: btoa('x'.repeat(32)) } });
const environment = {
  HANDOVER_REGION: 'us-east',
  HANDOVER_NODE: 'us-east/1',
  HANDOVER_NODE_NUMBER: '1',
  HANDOVER_REGIONS: '{}',
  HANDOVER_PUBLIC_URL: 'http://127.0.0.1:8787',
  HANDOVER_CONFIG_SERVERS: 'config:2020',
  HANDOVER_KEYRING: key,
  HANDOVER_EDGE_KEYRING: key,
  HANDOVER_SIGNING_KEYS: JSON.stringify({ keys: [{ kty: 'EC', kid: 'a', alg: 'ES256', d: 'x' }] }),
  DATABASE_URL: 'postgres://localhost/handover',
  REDIS_URL: 'redis://localhost',
  REGISTRY_URL: 'http://localhost',
  REGISTRY_TOKEN: 'x',
};
const files = { HANDOVER_BRIDGE_CERT_FILE: 'c.pem', HANDOVER_BRIDGE_KEY_FILE: 'k.pem', HANDOVER_BRIDGE_CA_FILE: 'ca.pem' };
const driverOf = (more: Record<string, string>) => originConfigFrom({ ...environment, ...more }).driver;

test('messages travel as the simulated servers have them unless a bridge is wanted', () => {
  expect(driverOf({})).toEqual({ name: 'sim' });
  const HANDOVER_BRIDGE_URL = 'wss://sidecar:7000/v1';
  expect(driverOf({ HANDOVER_DRIVER: 'bridge', HANDOVER_BRIDGE_URL, ...files })).toEqual({
    name: 'bridge',
    url: HANDOVER_BRIDGE_URL,
    tls: { certFile: 'c.pem', keyFile: 'k.pem', caFile: 'ca.pem' },
  });
});

test('a sidecar on the same host may be spoken to without TLS, another one not', () => {
  const HANDOVER_DRIVER = 'bridge';
  expect(driverOf({ HANDOVER_DRIVER, HANDOVER_BRIDGE_URL: 'ws://127.0.0.1:7000' })).toMatchObject({ name: 'bridge', tls: undefined });
  expect(() => driverOf({ HANDOVER_DRIVER, HANDOVER_BRIDGE_URL: 'ws://sidecar:7000' })).toThrow('HANDOVER_BRIDGE_URL: must be wss:');
});

test.each([
  [{ HANDOVER_DRIVER: 'native' }, 'HANDOVER_DRIVER'],
  [{ HANDOVER_DRIVER: 'bridge' }, 'HANDOVER_BRIDGE_URL'],
  [{ HANDOVER_DRIVER: 'bridge', HANDOVER_BRIDGE_URL: 'http://x' }, 'HANDOVER_BRIDGE_URL'],
  [{ HANDOVER_DRIVER: 'bridge', HANDOVER_BRIDGE_URL: 'wss://x', HANDOVER_BRIDGE_CERT_FILE: 'c' }, 'HANDOVER_BRIDGE_KEY_FILE'],
])('a faulty choice %o is an error that names the key', (more, name) => {
  expect(() => driverOf(more)).toThrow(name);
});

const elasticsearchOf = (more: Record<string, string>) => originConfigFrom({ ...environment, ...more }).elasticsearch;

test('search is in memory, or in an Elasticsearch that lets us in by a password or by a key', () => {
  expect(elasticsearchOf({})).toEqual({ url: undefined, apiKey: undefined });
  expect(elasticsearchOf({ ELASTICSEARCH_URL: 'http://search:9200' })).toEqual({ url: 'http://search:9200', apiKey: undefined });
  const ELASTICSEARCH_URL = 'https://user:p%40ss@search:9200';
  expect(elasticsearchOf({ ELASTICSEARCH_URL })).toEqual({ url: ELASTICSEARCH_URL, apiKey: undefined });
  const key = { ELASTICSEARCH_URL: 'https://search:9200', ELASTICSEARCH_API_KEY: 'aWQ6a2V5' };
  expect(elasticsearchOf(key)).toEqual({ url: 'https://search:9200', apiKey: 'aWQ6a2V5' });
});

test.each([
  [{ ELASTICSEARCH_URL: 'ftp://search' }, 'ELASTICSEARCH_URL'],
  [{ ELASTICSEARCH_URL: 'https://secret@search' }, 'ELASTICSEARCH_URL: a user comes with a password'],
  [{ ELASTICSEARCH_URL: 'https://user:secret%zz@search' }, 'ELASTICSEARCH_URL: user and password must be percent-encoded'],
  [{ ELASTICSEARCH_URL: 'http://user:secret@search' }, 'ELASTICSEARCH_URL: must be https:'],
  [{ ELASTICSEARCH_URL: 'http://search', ELASTICSEARCH_API_KEY: 'secret' }, 'ELASTICSEARCH_URL: must be https:'],
  [{ ELASTICSEARCH_URL: 'https://user:secret@search', ELASTICSEARCH_API_KEY: 'secret' }, 'ELASTICSEARCH_API_KEY: either'],
  [{ ELASTICSEARCH_API_KEY: 'secret' }, 'ELASTICSEARCH_API_KEY: needs'],
  [{ ELASTICSEARCH_URL: 'https://search', ELASTICSEARCH_API_KEY: 'secret secret' }, 'ELASTICSEARCH_API_KEY'],
])('a faulty way to Elasticsearch %o is an error that names the key and repeats no secret', (more, name) => {
  const error = (): unknown => {
    try {
      return elasticsearchOf(more);
    } catch (thrown) {
      return thrown;
    }
  };
  expect(String(error())).toContain(name);
  expect(String(error())).not.toContain('secret');
});

const ucsOf = (HANDOVER_UCS_URL: string) => originConfigFrom({ ...environment, HANDOVER_UCS_URL }).ucsUrl;

test('contacts are kept by us unless there is a Universal Contact Server, which is spoken to encrypted', () => {
  expect(originConfigFrom(environment).ucsUrl).toBeUndefined();
  expect([ucsOf('https://ucs:7006'), ucsOf('http://127.0.0.1:7006')]).toEqual(['https://ucs:7006', 'http://127.0.0.1:7006']);
});

test.each(['http://ucs:7006', 'ftp://ucs', 'https://user:secret@ucs', 'https://ucs/?a=b', 'ucs'])(
  'a faulty address %s of a Universal Contact Server is an error that names the key',
  url => {
    expect(() => ucsOf(url)).toThrow('HANDOVER_UCS_URL');
  },
);
