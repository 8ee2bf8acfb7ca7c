import { describe, expect, it } from 'vitest';
import { NotApplicable, UsageError } from '../options.ts';
import type { PartRecord, SystemState } from '../state/index.ts';
import { planSystem } from './plan.ts';
import { matching, partsOf, whatFrom } from './what.ts';

const systemOf = (redisKind: 'server' | 'embedded'): SystemState => {
  const parts = planSystem({ regions: ['us-east', 'eu-west'], nodes: 2 }, redisKind === 'server').map((part): PartRecord => ({
    ...part,
    application: part.role === null ? null : part.id,
    host: '',
    port: 0,
    controlPort: null,
    process: null,
    log: '',
  }));
  const regions = ['us-east', 'eu-west'].map(name => ({ name, location: `/${name}`, redisKind, simulator: '' }));
  return { parts, regions } as unknown as SystemState;
};
const system = systemOf('server');
const all = (): boolean => true;
const ids = (words: string, inService: string[] = [], alive: (part: PartRecord) => boolean = all, state = system): string[] =>
  partsOf(whatFrom(words.split(' '), state), state, alive, new Set(inService)).map(part => part.id);

describe('what a fault befalls', () => {
  it('a node alone', () => expect(ids('node us-east/2')).toEqual(['node us-east/2']));

  it('a region means its origin nodes, nothing else', () => expect(ids('region eu-west')).toEqual(['node eu-west/1', 'node eu-west/2']));

  it('a site means everything there', () => {
    const site = ids('site us-east');
    expect(site).toEqual(system.parts.filter(part => part.region === 'us-east').map(part => part.id));
    expect(site).toContain('postgres us-east');
  });

  it('the registry means the Redis behind it too', () => expect(ids('registry')).toEqual(['registry-redis', 'registry']));

  it('of a pair the one in service', () => {
    expect(ids('sip us-east')).toEqual(['sip us-east/primary']);
    expect(ids('sip us-east', ['sip us-east/backup'])).toEqual(['sip us-east/backup']);
  });

  it('of a pair the living one', () => {
    expect(ids('sip us-east', [], part => part.id === 'sip us-east/backup')).toEqual(['sip us-east/backup']);
  });

  it('of a pair the one that is named', () => expect(ids('config us-east/backup')).toEqual(['config us-east/backup']));

  it('heals both of a pair', () => {
    expect(matching(whatFrom(['sip', 'us-east'], system), system).map(part => part.id)).toEqual([
      'sip us-east/primary',
      'sip us-east/backup',
    ]);
  });

  it.each([
    '',
    'node',
    'node us-east',
    'node mars/1',
    'region us-east/1',
    'registry us-east',
    'sip us-east/third',
    'coffee us-east',
    'node us-east/1 now',
  ])('refuses "%s"', words => {
    expect(() => ids(words)).toThrow(UsageError);
  });

  it('refuses a node that does not exist', () => expect(() => ids('node us-east/3')).toThrow(UsageError));

  it('does not apply to what is no process of its own', () => {
    expect(() => ids('search us-east')).toThrow(NotApplicable);
    expect(() => ids('redis us-east', [], all, systemOf('embedded'))).toThrow(NotApplicable);
  });
});
