import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenInvariant, type SiteCommand } from '../../test/support/index.ts';
import type { AgentTruth } from './types.ts';

/** As much of a running system's state as the floor needs. */
export interface SystemState {
  readonly url: string;
  readonly network: { readonly prefix: string } | null;
  readonly regions: readonly { readonly name: string; readonly location: string; readonly simulator: string }[];
  readonly parts: readonly {
    readonly id: string;
    readonly kind: string;
    readonly region: string | null;
    readonly host: string;
    readonly port: number;
    readonly process: { readonly pid: number } | null;
  }[];
}

export const stateOf = (dir: string): SystemState => JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8')) as SystemState;

/**
 * What the simulated servers of the sites were asked. Read from the sites themselves and often enough: they keep the newest 20,000 commands, and
 * a lost site takes its log along.
 */
export class SiteLog {
  readonly #seen = new Map<string, SiteCommand>();
  readonly #sites: readonly string[];

  constructor(stateDir: string) {
    this.#sites = stateOf(stateDir).regions.map(region => region.simulator);
  }

  async read(): Promise<void> {
    await Promise.all(
      this.#sites.map(async site => {
        const log = await fetch(`${site}/log`, { signal: AbortSignal.timeout(5_000) })
          .then(async response => (await response.json()) as SiteCommand[])
          .catch(() => []);
        // Alike in everything down to the millisecond: numbered within one reading, so that a second reading adds nothing.
        const alike = new Map<string, number>();
        for (const command of log) {
          const text = `${site} ${command.atMs} ${command.server} ${command.node} ${command.epoch} ${command.messageName} ${command.dn} ${command.connId}`;
          const number = alike.get(text) ?? 0;
          alike.set(text, number + 1);
          this.#seen.set(`${text} ${number}`, command);
        }
      }),
    );
  }

  /** By phone and switch, in the order of execution. */
  #phones(): Map<string, SiteCommand[]> {
    const phones = new Map<string, SiteCommand[]>();
    for (const [key, command] of this.#seen) {
      if (command.dn === null) continue;
      const phone = `${key.slice(0, key.indexOf(' '))} ${command.dn}`;
      const list = phones.get(phone) ?? [];
      list.push(command);
      phones.set(phone, list);
    }
    return phones;
  }

  /** Phones at which two owners acted, with an example each. */
  twoOwners(): string[] {
    return [...this.#phones()].flatMap(([phone, log]) => {
      const broken = brokenInvariant(log)[0];
      return broken === undefined ? [] : [`${phone}: ${broken.messageName} of ${broken.node} epoch ${broken.epoch} at ${broken.atMs}`];
    });
  }

  /** Logins at the switch from `sinceMs` on; those for media go with their node, and are made again. */
  logins(sinceMs: number): number {
    const atSwitch = [...this.#seen.values()].filter(command => !command.server.startsWith('interaction_'));
    return atSwitch.filter(command => command.atMs >= sinceMs && /AgentLogin/.test(command.messageName)).length;
  }

  /** Where the switches' own word differs from what the agent was told. */
  async differences(agents: readonly AgentTruth[]): Promise<string[]> {
    const found: string[] = [];
    for (const agent of agents) {
      const states = await Promise.all(this.#sites.map(site => stateAt(site, agent.dn)));
      if (!states.includes(agent.toldState)) found.push(`${agent.user}: told ${agent.toldState}, the switches say ${states.join(', ')}`);
    }
    return found;
  }
}

async function stateAt(site: string, dn: string): Promise<string> {
  try {
    const response = await fetch(`${site}/dns/${dn}`, { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { state: string }).state;
  } catch {
    return 'no answer';
  }
}
