import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { StatEvent } from '@handover/shared/genesys';
import { boardStatistics, boardValue } from './board.ts';
import { stateOf } from './sites.ts';
import type { AgentTruth } from './types.ts';

const deadlineMs = 15_000;

/** The Stat Servers' own values, asked past the origin, of every server that serves. */
export async function statTruth(stateDir: string, agents: readonly string[]): Promise<Map<string, Record<string, string>>[]> {
  const servers = stateOf(stateDir).parts.filter(part => part.kind === 'stat');
  const answers = await Promise.all(servers.map(({ host, port }) => ask(host, port, agents).catch(() => undefined)));
  return answers.filter(answer => answer !== undefined);
}

/** Where what an agent's client was told last differs from what every serving Stat Server says. */
export function boardDifferences(agents: readonly AgentTruth[], truths: readonly Map<string, Record<string, string>>[]): string[] {
  if (truths.length === 0) return ['no Stat Server serves'];
  return agents.flatMap(({ user, dn, board }) => {
    if (board === undefined) return [];
    const wrong = boardStatistics.filter(name => !truths.some(truth => truth.get(dn)?.[name] === board[name]));
    return wrong.map(name => {
      const said = truths.map(truth => truth.get(dn)?.[name] ?? 'nothing').join(', ');
      return `${user}: ${name} was told ${board[name] ?? 'never'}, the Stat Servers say ${said}`;
    });
  });
}

/** Undefined: it is there and does not serve. */
function ask(host: string, port: number, agents: readonly string[]): Promise<Map<string, Record<string, string>> | undefined> {
  const wanted = agents.flatMap(agent => boardStatistics.map(name => ({ agent, name })));
  const values = new Map<string, Record<string, string>>();
  let left = wanted.length;
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    const timer = setTimeout(() => end(new Error('no answer')), deadlineMs);
    const end = (result: Error | Map<string, Record<string, string>> | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const write = (message: object): void => void socket.write(`${JSON.stringify(message)}\n`);
    socket.once('error', end);
    socket.once('close', () => end(new Error('closed')));
    createInterface({ input: socket }).on('line', line => {
      const event = JSON.parse(line) as StatEvent;
      if (event.messageName === 'EventRegistered') {
        if (event.serverRole === 'Backup') return end(undefined);
        wanted.forEach(({ agent, name }, index) =>
          write({
            messageName: 'RequestGetStatistic',
            referenceID: index,
            object: { objectId: agent, objectType: 'Agent', tenantName: 'acme' },
            statType: name,
          }),
        );
      }
      if (event.messageName !== 'EventInfo' && event.messageName !== 'EventError') return;
      const asked = wanted[event.referenceID ?? -1];
      if (asked === undefined) return;
      const value = event.messageName === 'EventInfo' ? boardValue(event.value) : event.errorCode;
      values.set(asked.agent, { ...values.get(asked.agent), [asked.name]: value });
      if ((left -= 1) === 0) end(values);
    });
    write({ messageName: 'RequestRegisterClient', referenceID: wanted.length, applicationName: 'floor' });
  });
}
