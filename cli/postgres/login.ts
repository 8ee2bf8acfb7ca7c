import { randomHex } from '@handover/shared/ids';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseLogin } from './data.ts';

/** The login of the servers whose data is in `root`; made once and kept beside the data, since the data knows it too. */
export function databaseLogin(root: string): DatabaseLogin {
  const file = join(root, 'login.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DatabaseLogin;
  } catch {
    const login: DatabaseLogin = { user: 'handover', password: randomHex(16), name: 'handover' };
    writeFileSync(file, JSON.stringify(login), { mode: 0o600 });
    return login;
  }
}
