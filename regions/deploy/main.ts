import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { productionRegions } from '../index.ts';
import { gatewayRoute, nginxConfig } from './ingress.ts';

// Writes the ingress files of every region: node regions/deploy/main.ts
for (const region of productionRegions().regions) {
  const directory = join(import.meta.dirname, region.name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'nginx.conf'), nginxConfig(region));
  writeFileSync(join(directory, 'gateway.yaml'), gatewayRoute(region));
}
