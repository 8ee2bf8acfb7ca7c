import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Pair {
  certFile: string;
  keyFile: string;
}

/** A certificate authority, what it signed for a sidecar on 127.0.0.1 and for us, and a client certificate that it did not sign. */
export interface Certificates {
  readonly caFile: string;
  readonly sidecar: Pair;
  readonly client: Pair;
  readonly stranger: Pair;
}

const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Made anew in `dir`; valid for a day. */
export function makeCertificates(dir: string): Certificates {
  const file = (name: string): string => join(dir, name);
  const authority = (name: string): Pair => {
    const pair = { certFile: file(`${name}.pem`), keyFile: file(`${name}.key`) };
    openssl('req', '-x509', ...newKey, '-days', '1', '-subj', `/CN=${name}`, '-keyout', pair.keyFile, '-out', pair.certFile);
    return pair;
  };
  const signedBy = (ca: Pair, name: string, extensions: string): Pair => {
    const pair = { certFile: file(`${name}.pem`), keyFile: file(`${name}.key`) };
    const request = file(`${name}.csr`);
    const extensionsFile = file(`${name}.ext`);
    writeFileSync(extensionsFile, extensions);
    openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', pair.keyFile, '-out', request);
    const signer = ['-CA', ca.certFile, '-CAkey', ca.keyFile, '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...signer, '-days', '1', '-extfile', extensionsFile, '-out', pair.certFile);
    return pair;
  };
  const ca = authority('authority');
  return {
    caFile: ca.certFile,
    sidecar: signedBy(ca, 'sidecar', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'),
    client: signedBy(ca, 'us-east-1', 'extendedKeyUsage=clientAuth\n'),
    stranger: signedBy(authority('other-authority'), 'stranger', 'extendedKeyUsage=clientAuth\n'),
  };
}
