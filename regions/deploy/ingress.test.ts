import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@handover/shared/routes';
import { describe, expect, it } from 'vitest';
import { productionRegions } from '../index.ts';
import { gatewayRoute, nginxConfig } from './ingress.ts';

const { regions } = productionRegions();
const hasNginx = spawnSync('nginx', ['-v']).status === 0;

describe.each(regions)('ingress files of $name', region => {
  const file = (name: string): string => readFileSync(join(import.meta.dirname, region.name, name), 'utf8');

  it('are the ones that the route table makes', () => {
    expect(file('nginx.conf')).toBe(nginxConfig(region));
    expect(file('gateway.yaml')).toBe(gatewayRoute(region));
  });

  it('lead every public prefix to the nodes, with time for a poll, and nothing internal', () => {
    const [nginx, gateway] = [nginxConfig(region), gatewayRoute(region)];
    for (const { path } of routes.filter(route => route.kind === 'prefix' && route.timeout === 'poll')) {
      expect(nginx).toMatch(new RegExp(`location ${path}/ \\{[^}]*proxy_read_timeout 110s`));
      expect(gateway).toContain(`value: ${path} }`);
    }
    for (const { node } of region.origins) expect(nginx).toContain(node);
    expect(nginx + gateway).not.toContain('/simulator');
  });

  it.skipIf(!hasNginx)('are accepted by nginx', () => {
    const directory = mkdtempSync(join(tmpdir(), 'handover-nginx-'));
    const local = nginxConfig({
      ...region,
      origins: region.origins.map(({ node }, index) => ({ node, url: `http://127.0.0.1:${9_000 + index}` })),
    });
    writeFileSync(
      join(directory, 'nginx.conf'),
      `events {}\npid ${directory}/pid;\nerror_log stderr;\nhttp {\naccess_log off;\n${local}}\n`,
    );
    const checked = spawnSync('nginx', ['-t', '-c', join(directory, 'nginx.conf')], { encoding: 'utf8' });
    expect(checked.stderr).toContain('test is successful');
  });
});
