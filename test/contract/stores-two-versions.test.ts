import postgres from 'postgres';
import { afterAll, beforeAll, describe } from 'vitest';
import { twoVersionsSuite } from '../../origin/stores/postgres/two-versions-suite.ts';
import { oneOfEach } from './one-of-each.ts';
import { startPostgres, type TestPostgres } from './stores-support.ts';

describe('nodes of two versions at one PostgreSQL', () => {
  let servers: TestPostgres;
  let databases = 0;
  beforeAll(async () => {
    servers = await startPostgres(['us-east']);
  });
  afterAll(() => servers?.stop());

  const emptyDatabase = async (): Promise<string> => {
    const url = new URL(servers.url('us-east'));
    const sql = postgres(url.href, { max: 1 });
    databases += 1;
    url.pathname = `/empty_${databases}`;
    await sql.unsafe(`create database empty_${databases}`);
    await sql.end();
    return url.href;
  };
  twoVersionsSuite(emptyDatabase, oneOfEach);
});
