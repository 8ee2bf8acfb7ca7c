import type { InteractionStateChangedWire, MediaErrorWire, MessageLogUpdatedWire } from '@handover/shared/api/workspace';
import type { Agent } from './agent.ts';
import type { CometdTab } from './cometd-tab.ts';
import { until } from './waiting.ts';

const channel = '/workspace/v3/media/chat';

/** A chat in an agent's hands, as one of her tabs hears it. */
export interface OpenChat {
  readonly id: string;
  /** Indexes of the lines in the order they were first heard. One that may have been lost with a node is told again, with its index. */
  lines(): number[];
  /** States of the interaction in the order they were heard. */
  states(): string[];
  errors(): string[];
  /** Says it, and resolves when the tab heard it. */
  say(text: string): Promise<void>;
  /** The customer says it, and the tab hears it. */
  customerSays(text: string): Promise<void>;
  /** The transcript as the server has it. */
  transcript(): Promise<number[]>;
}

/** A customer asks for a chat, which the agent, ready for it, accepts. */
export async function openChat(url: string, agent: Agent, tab: CometdTab): Promise<OpenChat> {
  const heard = (): (InteractionStateChangedWire | MessageLogUpdatedWire | MediaErrorWire)[] =>
    tab.events.seen.flatMap(event => (event.channel === channel ? [event.data as unknown as InteractionStateChangedWire] : []));
  for (const each of ['/workspace/v3/media', channel]) await tab.subscribe(each);
  await done(agent, '/media/chat/ready', {});
  const from = tab.events.mark();
  const asked = { queue: 'chat-inbound', nickname: 'Customer', text: 'hello', agent: agent.user };
  if (!(await posted(url, '/simulator/chats', asked))) throw new Error('/simulator/chats: HTTP 503');
  const stateOf = (data: Record<string, unknown>): { id: string; state: string } | undefined =>
    data['messageType'] === 'InteractionStateChanged' ? (data['interaction'] as { id: string; state: string }) : undefined;
  const invited = await tab.events.next('a chat is offered', ({ data }) => stateOf(data)?.state === 'Invited', { from });
  const id = stateOf(invited.data)?.id ?? '';
  await done(agent, `/media/chat/interactions/${id}/accept`, { nickname: 'Ann' });
  const says = (event: { channel: string; data: Record<string, unknown> }, text: string): boolean =>
    event.data['messageType'] === 'MessageLogUpdated' && (event.data['messages'] as { text: string }[]).some(line => line.text === text);
  await tab.events.next('what the customer said', event => says(event, 'hello'), { from });
  return {
    id,
    lines: () => [
      ...new Set(
        heard().flatMap(data => (data.messageType === 'MessageLogUpdated' && data.id === id ? data.messages.map(line => line.index) : [])),
      ),
    ],
    states: () =>
      heard().flatMap(data =>
        data.messageType === 'InteractionStateChanged' && data.interaction.id === id ? [data.interaction.state] : [],
      ),
    errors: () => heard().flatMap(data => (data.messageType === 'EventError' ? [data.error.errorCode] : [])),
    async say(text) {
      const before = tab.events.mark();
      await done(agent, `/media/chat/interactions/${id}/send-message`, { message: text });
      await tab.events.next(`the line ${text}`, event => says(event, text), { from: before });
    },
    async customerSays(text) {
      const before = tab.events.mark();
      // Customers are not the product: one whose line may not have arrived, because a region was lost on the way, says it again.
      await until(`the customer says ${text}`, 15_000, () => posted(url, '/simulator/chats/say', { interactionId: id, text }));
      await tab.events.next(`the customer's line ${text}`, event => says(event, text), { from: before });
    },
    async transcript() {
      const answer = await agent.request('GET', `/media/chat/interactions/${id}/messages`);
      return ((answer.body as unknown as { data: { messages: { index: number }[] } }).data.messages ?? []).map(line => line.index);
    },
  };
}

async function posted(url: string, path: string, body: object): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.ok) return true;
  if (response.status === 503) return false;
  throw new Error(`${path}: HTTP ${String(response.status)} ${await response.text()}`);
}

async function done(agent: Agent, path: string, data: object): Promise<void> {
  const answer = await agent.request('POST', path, { data });
  if (answer.status !== 200) throw new Error(`${path}: HTTP ${String(answer.status)} ${JSON.stringify(answer.body)}`);
}
