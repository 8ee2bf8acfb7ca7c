import { ConfigError } from '@handover/shared/config';
import { describe, expect, it } from 'vitest';
import { productionRegions, readRegions, type RegionInput } from './index.ts';

const region = (name: string, more: Partial<RegionInput> = {}): RegionInput => ({
  name,
  location: `/${name}`,
  origins: [{ node: `${name}/1`, url: `http://${name}.test:8080` }],
  failover: [name === 'a' ? 'b' : 'a'],
  ...more,
});
const faultsOf = (value: unknown): string[] => {
  try {
    readRegions(value);
  } catch (error) {
    if (error instanceof ConfigError) return [...error.faults];
    throw error;
  }
  return [];
};

describe('region registry', () => {
  it('accepts the production files', () => {
    expect(productionRegions().regions.map(each => each.name)).toEqual(['us-east', 'eu-west']);
  });

  it('fills in what was left out', () => {
    expect(readRegions({ regions: [region('a'), region('b')] })).toMatchObject({
      homes: {},
      regions: [{ state: 'up', priority: 100 }, {}],
    });
  });

  it('needs no failover when there is one region', () => {
    expect(faultsOf({ regions: [region('a', { failover: [] })] })).toEqual([]);
  });

  it('reports every fault at once and names the field', () => {
    const faults = faultsOf({ regions: [region('a', { location: 'x', priority: -1 }), region('B')], colour: 1 });
    const text = faults.join('\n');
    for (const field of ['regions.0.location', 'regions.0.priority', 'regions.1.name', 'colour']) expect(text).toContain(field);
  });

  it.each<[string, unknown, string]>([
    ['a region listed twice', { regions: [region('a'), region('a')] }, 'a is listed twice'],
    [
      'a node of another region',
      { regions: [region('a', { origins: [{ node: 'b/1', url: 'http://x' }] }), region('b')] },
      'must start with a/',
    ],
    [
      'a url listed twice',
      { regions: [region('a', { origins: [{ node: 'a/1', url: 'http://b.test:8080' }] }), region('b')] },
      'is listed twice',
    ],
    [
      'a url with a path',
      { regions: [region('a', { origins: [{ node: 'a/1', url: 'http://x/y' }] }), region('b')] },
      'scheme, host and port only',
    ],
    [
      'a url with credentials',
      { regions: [region('a', { origins: [{ node: 'a/1', url: 'http://u:p@x' }] }), region('b')] },
      'scheme, host and port only',
    ],
    ['a url that is no http', { regions: [region('a', { origins: [{ node: 'a/1', url: 'file:///etc' }] }), region('b')] }, 'http or https'],
    ['failover to itself', { regions: [region('a', { failover: ['a'] }), region('b')] }, 'another region'],
    ['no failover', { regions: [region('a', { failover: [] }), region('b')] }, 'at least one other region'],
    ['an unknown home', { regions: [region('a'), region('b')], homes: { acme: 'c' } }, 'homes.acme'],
    ['no regions', { regions: [] }, 'regions'],
    ['nothing', undefined, 'regions'],
  ])('refuses %s', (_, value, message) => {
    expect(faultsOf(value).join('\n')).toContain(message);
  });
});
