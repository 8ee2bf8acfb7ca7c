/** One command that a simulated server received. */
export interface SiteCommand {
  atMs: number;
  server: string;
  node: string | null;
  epoch: number | null;
  messageName: string;
  dn: string | null;
  connId: string | null;
}

/** What the simulated servers of all sites were asked about a DN, by time. */
export async function siteLog(url: string, dn: string, sinceMs = 0): Promise<SiteCommand[]> {
  const response = await fetch(`${url}/simulator/log?dn=${encodeURIComponent(dn)}`);
  if (!response.ok) throw new Error(`/simulator/log: HTTP ${response.status}`);
  const log = (await response.json()) as SiteCommand[];
  return log.filter(command => command.atMs >= sinceMs).sort((a, b) => a.atMs - b.atMs);
}

/** The invariant of ownership: after the first command of an epoch on a DN there is none of a lower one. Tells those that break it. */
export function brokenInvariant(log: readonly SiteCommand[]): SiteCommand[] {
  let highest = 0;
  return log.filter(command => {
    if (command.epoch === null) return false;
    const old = command.epoch < highest;
    highest = Math.max(highest, command.epoch);
    return old;
  });
}

/** Commands that a switch received; the media login at an Interaction Server goes with the node that made it, and is made again. */
export const commandsNamed = (log: readonly SiteCommand[], name: string): SiteCommand[] =>
  log.filter(command => !command.server.startsWith('interaction_') && command.messageName.includes(name));
