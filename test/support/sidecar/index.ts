export { makeCertificates, type Certificates } from './certificates.ts';
export { startSidecar, type Sidecar } from './pass-through.ts';
export { startReplay } from './replay.ts';
