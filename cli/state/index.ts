import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isSameProcess, type ProcessId } from '../process/index.ts';
import { CommandFailure } from '../options.ts';

export type PartKind =
  'postgres' | 'redis' | 'search' | 'registry' | 'registry-redis' | 'world' | 'config' | 'sip' | 'stat' | 'interaction' | 'node' | 'edge';

/** One process of a running system. `process` is the last one started; it may be dead. */
export interface PartRecord {
  /** `node us-east/1`, `sip us-east/primary`, `postgres us-east`, `registry`. */
  id: string;
  kind: PartKind;
  region: string | null;
  /** As it was started; which one is in service, the site's world knows. */
  role: 'primary' | 'backup' | null;
  /** A Genesys server's Application object; null for the rest. */
  application: string | null;
  /** The network unit that a cut separates; null outside `--netns`. */
  unit: string | null;
  host: string;
  port: number;
  /** A world's HTTP port; others have none. */
  controlPort: number | null;
  process: ProcessId | null;
  log: string;
}

export interface NetworkRecord {
  /** Prefix of every interface and namespace of this system. */
  prefix: string;
}

/** What `handover` commands and the next `up` need to know of a running system. Written by `up` only. */
export interface SystemState {
  version: 1;
  startedAtMs: number;
  ready: boolean;
  process: ProcessId;
  url: string;
  control: { url: string; token: string };
  registry: { url: string; token: string };
  ops: { user: string; password: string };
  database: { user: string; password: string; name: string };
  regions: { name: string; location: string; redisKind: 'server' | 'embedded'; simulator: string }[];
  network: NetworkRecord | null;
  /** Whether commits are meant to wait for a standby, and after how many seconds of its absence they no longer do (0: never). */
  sync: { stallS: number } | null;
  parts: PartRecord[];
}

export const defaultStateDir = '.handover';
/** The state directory as an absolute path; a relative one counts from the project's root, wherever the command was started. */
export const stateDirFrom = (option: string | undefined): string => resolve(import.meta.dirname, '../..', option ?? defaultStateDir);
const fileOf = (dir: string): string => join(dir, 'state.json');

export function readState(dir: string): SystemState | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(dir), 'utf8')) as SystemState;
  } catch {
    return undefined;
  }
}

/** Replaces the state in one step: readers see the old or the new one, never half. Mode 600, it holds tokens. */
export function writeState(dir: string, state: SystemState): void {
  mkdirSync(dir, { recursive: true });
  const temporary = `${fileOf(dir)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(state, null, 1), { mode: 0o600 });
  renameSync(temporary, fileOf(dir));
}

export const removeState = (dir: string): void => rmSync(fileOf(dir), { force: true });

/** The state of the system that runs in `dir`; a failure that says how to start one when none does. */
export function runningState(dir: string): SystemState {
  const state = readState(dir);
  if (state === undefined || !isSameProcess(state.process))
    throw new CommandFailure(`no system is running in ${dir}; start one with: npm run up`);
  return state;
}
