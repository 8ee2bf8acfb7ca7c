import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { createBridgeDriver } from '../../origin/connectors/bridge/index.ts';
import { makeCertificates, startSidecar, type Sidecar } from '../support/sidecar/index.ts';
import { temporaryDir } from '../support/index.ts';
import { connectorsSuite } from './connectors-suite.ts';

// The same through a sidecar, with certificates on both sides.
const dir = temporaryDir('bridge');
let sidecar: Sidecar | undefined;
connectorsSuite(async () => {
  const certificates = makeCertificates(dir);
  sidecar = await startSidecar({ certificates });
  return createBridgeDriver({ url: sidecar.url, tls: { ...certificates.client, caFile: certificates.caFile }, client: 'test' });
});
afterAll(async () => {
  await sidecar?.close();
  rmSync(dir, { recursive: true, force: true });
});
