import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import RedisMock from 'ioredis-mock';
import { afterAll, beforeAll, describe } from 'vitest';
import { RegistryCore } from './model/registry-core.ts';
import { portOf } from './model/registry-world.ts';
import { createLuaRegistry } from './registry-lua.ts';
import { registrySuite } from './registry-suite.ts';
import type { RegistryUnderTest } from './registry-suite.ts';

const subjectOn = async (redis: Redis): Promise<RegistryUnderTest> => {
  await redis.flushall();
  return {
    registry: createLuaRegistry(async (script, keys, args) => String(await redis.eval(script, keys.length, ...keys, ...args))),
    flush: async () => void (await redis.flushall()),
    grow: async () => void (await redis.del('ho:born')),
  };
};

describe('registry scripts on the in-memory server', () => {
  registrySuite(() => subjectOn(new RedisMock()));
});

describe('the registry of the simulated world', () => {
  registrySuite(() => {
    const core = new RegistryCore(() => Date.now());
    const subject = {
      registry: portOf(core, (_operation, run) => new Promise(resolve => resolve(run()))),
      flush: () => Promise.resolve(core.lose()),
      grow: () => Promise.resolve(core.grow()),
    };
    return Promise.resolve(subject);
  });
});

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

describe.skipIf(!hasRedis)('registry scripts on redis-server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  const path = join(folder, 'redis.sock');
  const server = hasRedis
    ? spawn('redis-server', ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no'], { cwd: folder })
    : undefined;
  const redis = new Redis({ path, lazyConnect: true, retryStrategy: () => 50 });
  redis.on('error', () => undefined); // it connects before the server listens, and tries again
  beforeAll(async () => void (await redis.ping()));
  afterAll(() => {
    redis.disconnect();
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  registrySuite(() => subjectOn(redis));
});
