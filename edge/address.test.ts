import { describe, expect, it } from 'vitest';
import { addressOf } from './address.ts';

const parts = ['protocol', 'host', 'hostname', 'origin', 'pathname', 'search'] as const;

describe('an address', () => {
  it.each([
    'http://127.0.0.1:8787/workspace/v3/current-session',
    'https://desk.example.com/',
    'https://desk.example.com',
    'https://[::1]:8443/a//b?x=1&y=/z?',
    'https://desk.example.com/a?',
    'https://desk.example.com/a?q=http://other/',
    'https://desk.example.com/a#b?c',
    'https://desk.example.com/a?b#c',
    'https://desk.example.com/@b:c/../d',
    'https://desk.example.com/ü?ü',
  ])('has the parts of the URL: %s', text => {
    const url = new URL(new Request(text).url);
    const address = addressOf(new Request(text).url);
    for (const part of parts) expect([part, address[part]]).toEqual([part, url[part]]);
    expect([...address.searchParams]).toEqual([...url.searchParams]);
  });
});
