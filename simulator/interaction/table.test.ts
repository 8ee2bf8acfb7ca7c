import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';

const queue = 'email-outbound';
const workbin = { workbinType: 'draft', ownerID: '7001' };

/** Brings an e-mail into a state; 7001 is the agent who then asks, 7002 another. */
const states: Readonly<Record<string, (server: TestInteractions, id: string) => unknown>> = {
  Queued: () => undefined,
  'Invited, asked': (server, id) => server.accept('7003', id) && transfer(server, id, '7001') && leave(server, id),
  'Invited, another': (server, id) => server.accept('7003', id) && transfer(server, id, '7002') && leave(server, id),
  'Handling, own': (server, id) => server.request('RequestPull', '7001', { interactionID: id }),
  "Handling, another's": (server, id) => server.request('RequestPull', '7002', { interactionID: id }),
  InWorkbin: (server, id) => server.request('RequestPlaceInWorkbin', '7001', { interactionID: id, ...workbin }),
  Stopped: (server, id) => server.request('RequestStopProcessing', '7001', { interactionID: id }),
};
const transfer = (server: TestInteractions, id: string, targetAgentID: string): string[] => {
  server.request('RequestPull', '7003', { interactionID: id });
  return server.request('RequestConference', '7003', { interactionID: id, targetAgentID });
};
const leave = (server: TestInteractions, id: string): string[] => server.request('RequestLeaveInteraction', '7003', { interactionID: id });

const requests = {
  RequestAccept: {},
  RequestReject: {},
  RequestPull: {},
  RequestStopProcessing: {},
  RequestPlaceInQueue: { queue },
  RequestPlaceInWorkbin: workbin,
  RequestTransfer: { targetAgentID: '7003' },
  RequestConference: { targetAgentID: '7003' },
  RequestLeaveInteraction: {},
  RequestCancelConsult: {},
  RequestRemoveParty: { targetAgentID: '7003' },
  RequestIntrude: { mode: 'Coach' },
  RequestChangeProperties: { added: [{ key: 'a', type: 'int', value: 1 }] },
} as const;

function outcome(state: string, name: keyof typeof requests): string {
  const server = new TestInteractions();
  for (const agentID of ['7001', '7002', '7003']) server.login(agentID, { email: 'NotReady' });
  const id = server.comes({ mediaType: 'email', queue });
  states[state]?.(server, id);
  const ticketID = server.state.items.get(id)?.invites[0]?.ticketID ?? 0;
  const lines = server.request(name, '7001', { interactionID: id, ticketID, ...requests[name] });
  // What the one who offered it hears is no answer to this request.
  const error = lines.flatMap(line => /error (?!rejected-by-target)(\S+)/.exec(line)?.[1] ?? [])[0];
  return error ?? server.state.items.get(id)?.properties.state ?? '?';
}

test('what each request does in each state is as the specification says', () => {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const names = Object.keys(requests) as (keyof typeof requests)[];
  const table = [
    row(['request', ...Object.keys(states)]),
    row(['---', ...Object.keys(states).map(() => '---')]),
    ...names.map(name => row([name.replace('Request', ''), ...Object.keys(states).map(state => outcome(state, name))])),
  ];
  const specification = readFileSync(new URL('./SPEC.md', import.meta.url), 'utf8');
  const written = specification.split('\n').filter(line => line.startsWith('| '));
  expect(written).toEqual(table);
});
