import type { SystemState } from '../state/index.ts';
import type { PartContext } from './context.ts';

/** What a person sees when everything runs: the address first (tools look for this line), then accounts and things to try. */
export function welcome(context: PartContext, state: SystemState): string {
  const { agents, regions } = context.options;
  const stateOption = process.env['HANDOVER_STATE_HINT'] ?? '';
  const command = (text: string): string => `npm run handover -- ${text}${stateOption}`;
  const first = regions[0] ?? '';
  const rows: [string, string][] = [
    ['workspace', `${state.url}/`],
    ['a customer’s chat', `${state.url}/ui/chat/`],
    ['API', `${state.url}/workspace/v3, /auth/v3`],
    ['agents', agents === 1 ? 'agent1' : `agent1 ... agent${agents} (password = user name)`],
    ['others', 'super1 (supervisor), admin (administrator)'],
    ['OAuth client', 'external_api_client / secret'],
    ['regions', regions.join(', ')],
    ['logs', `${context.options.stateDir}/logs`],
  ];
  const tries: [string, string][] = [
    ['what runs where', command('status')],
    ['a customer calls', command('simulate call --from +15550100 --to 9001')],
    ['lose a region', command(`fault kill region ${first}`)],
    ['and bring it back', command(`fault heal region ${first}`)],
  ];
  const table = (lines: [string, string][]): string => lines.map(([name, text]) => `  ${name.padEnd(18)} ${text}\n`).join('');
  return `ready ${state.url}\n\n${table(rows)}\n${table(tries)}\nCtrl-C stops everything.\n`;
}
