import { AppError } from '@handover/shared/errors';

/** One PostgreSQL server of the host list, with what all of them share. */
export interface ServerAddress {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
  /** `require` encrypts and trusts any certificate, as PostgreSQL's own clients do; `verify-full` checks it. */
  tls: 'disable' | 'require' | 'verify-full';
}

const shape = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]+)\/([^?]+)(?:\?(.*))?$/;
const hostShape = /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;
const maxServers = 8;

/**
 * Reads `postgres://user:pass@h1:p1,h2:p2/name?sslmode=verify-full`: the own region's server first. User and password are percent-encoded.
 * A fault names `DATABASE_URL` and never repeats the text, which holds a password.
 */
export function addressesFrom(url: string): ServerAddress[] {
  const parts = shape.exec(url);
  if (parts === null) throw fault('must be postgres://user:password@host:port,host:port/database');
  const [, user = '', password = '', hosts = '', database = '', query = ''] = parts;
  const tls = tlsFrom(query);
  const list = hosts.split(',');
  if (list.length > maxServers) throw fault(`names more than ${maxServers} servers`);
  return list.map(entry => {
    const found = hostShape.exec(entry);
    const port = found?.[2] === undefined ? 5432 : Number(found[2]);
    if (found?.[1] === undefined || port < 1 || port > 65535) throw fault('has a host that cannot be read');
    const host = found[1].replace(/^\[|\]$/g, '');
    return { host, port, database: decoded(database), user: decoded(user), password: decoded(password), tls };
  });
}

function tlsFrom(query: string): ServerAddress['tls'] {
  const options = new URLSearchParams(query);
  const unknown = [...options.keys()].find(name => name !== 'sslmode');
  if (unknown !== undefined) throw fault('has an option other than sslmode');
  const mode = options.get('sslmode') ?? 'disable';
  if (mode !== 'disable' && mode !== 'require' && mode !== 'verify-full')
    throw fault('has an sslmode other than disable, require, verify-full');
  return mode;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault('has a percent sign that encodes nothing');
  }
}

const fault = (why: string): AppError => new AppError('internal.fault', { detail: `DATABASE_URL ${why}`, field: 'DATABASE_URL' });
