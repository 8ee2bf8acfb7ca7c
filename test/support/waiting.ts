import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh directory that other users may walk through, as PostgreSQL's own user must. The caller removes it. */
export function temporaryDir(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`));
  chmodSync(dir, 0o711);
  return dir;
}

/** Waits until `ask` answers something true, asking every 50 ms; a rejection counts as not yet. The failure tells the last one. */
export async function until<T>(what: string, timeoutMs: number, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  let last = '';
  for (const deadline = Date.now() + timeoutMs; ;) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms${last === '' ? '' : ` (${last})`}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
