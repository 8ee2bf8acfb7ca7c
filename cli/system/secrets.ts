import { randomHex } from '@handover/shared/ids';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys and tokens of one system. They outlive it: sessions and tokens stay valid over a restart. */
export interface Secrets {
  keyring: { active: string; keys: Record<string, string> };
  edgeKeyring: { active: string; keys: Record<string, string> };
  signingKeys: { keys: Record<string, unknown>[] };
  registryToken: string;
  opsPassword: string;
}

/** Reads the secrets of the state directory, or makes them once; the file has mode 600. */
export function secretsOf(stateDir: string): Secrets {
  const file = join(stateDir, 'secrets.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch {
    const secrets = newSecrets();
    writeFileSync(file, JSON.stringify(secrets, null, 1), { mode: 0o600 });
    return secrets;
  }
}

function newSecrets(): Secrets {
  const keyring = (): Secrets['keyring'] => ({ active: 'k1', keys: { k1: randomBytes(32).toString('base64') } });
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return {
    keyring: keyring(),
    edgeKeyring: keyring(),
    signingKeys: { keys: [{ ...jwk, kid: randomHex(8), alg: 'ES256', use: 'sig' }] },
    registryToken: randomHex(24),
    // The demo's operator, as installers of the reference know it.
    opsPassword: 'ops',
  };
}
