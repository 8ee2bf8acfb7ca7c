import { probeHttp } from './probe.ts';

/** Applications of the Genesys servers that are in service at a site now, as its world sees them; empty when it does not answer. */
export async function serversInService(worldUrl: string): Promise<ReadonlySet<string>> {
  const body = await probeHttp(`${worldUrl}/state`);
  if (body === null || typeof body !== 'object' || !('servers' in body) || !Array.isArray(body.servers)) return new Set();
  const servers = body.servers as { name: string; role: string }[];
  return new Set(servers.filter(server => server.role.toLowerCase() === 'primary').map(server => server.name));
}
