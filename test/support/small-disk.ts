import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningSystem } from './system.ts';

/** The data of one region's PostgreSQL on a disk that can be filled: a small file system in memory. Root only. */
export interface SmallDisk {
  /** Fills it to the last byte. */
  fill(): void;
  /** Makes room again. */
  free(): void;
  /** Takes it away; before the system stops. */
  unmount(): void;
}

const serverUid = '65534:65534';

/** Moves the data there. The server is killed and started again. */
export async function moveToSmallDisk(system: RunningSystem, region: string): Promise<SmallDisk> {
  const data = join(system.stateDir, 'postgres', region);
  const kept = `${data}.kept`;
  const ballast = join(data, 'ballast');
  await system.handover('fault', 'kill', 'postgres', region);
  cpSync(data, kept, { recursive: true, verbatimSymlinks: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=0700,uid=65534,gid=65534', 'handover-small-disk', data]);
  cpSync(kept, data, { recursive: true, verbatimSymlinks: true });
  execFileSync('chown', ['-R', serverUid, data]);
  rmSync(kept, { recursive: true });
  await system.handover('fault', 'heal', 'postgres', region);
  return {
    fill() {
      const file = openSync(ballast, 'w');
      const block = Buffer.alloc(1 << 20, 1);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount() {
      if (readFileSync('/proc/mounts', 'utf8').includes(` ${data} tmpfs `)) execFileSync('umount', ['--lazy', data]);
      mkdirSync(data, { recursive: true });
    },
  };
}
