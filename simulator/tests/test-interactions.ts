import type { IxnRequest, MediaType } from '@handover/shared/genesys';
import type { IxnInput, IxnOutput, ServerEvent } from '../interaction/messages.ts';
import type { Settings } from '../interaction/settings.ts';
import { defaultSettings } from '../interaction/settings.ts';
import type { IxnState } from '../interaction/state.ts';
import { emptyState } from '../interaction/state.ts';
import { step } from '../interaction/step.ts';

type Untimed<Input> = Input extends IxnInput ? Omit<Input, 'at'> : never;
type Attributes<Name extends IxnRequest['messageName']> = Partial<Extract<IxnRequest, { messageName: Name }>>;

/** An Interaction Server driven by hand, agents 7001 and up of node `n1`; what it does as lines that show every attribute. */
export class TestInteractions {
  state: IxnState = emptyState('A0000000');
  at = 1_700_000_000_000;
  outputs: IxnOutput[] = [];
  /** All that came in. */
  readonly inputs: IxnInput[] = [];
  readonly #names = new Map<string, string>();
  #reference = 0;

  constructor(settings: Partial<Settings> = {}) {
    const queues = { 'chat-inbound': 'route', 'email-inbound': 'route', 'email-outbound': 'hold' } as const;
    const capacity = { chat: 3, email: 2, workitem: 2, outboundpreview: 1 };
    this.input({ kind: 'configure', settings: { ...defaultSettings, queues, capacity, workbins: ['draft'], ...settings } });
  }

  input(input: Untimed<IxnInput>): IxnOutput[] {
    this.at += 1;
    const timed: IxnInput = { ...input, at: this.at };
    this.inputs.push(structuredClone(timed));
    this.outputs = step(this.state, timed);
    return this.outputs;
  }

  /** Sends a request of an agent's client and answers the lines it caused. */
  request<Name extends IxnRequest['messageName']>(messageName: Name, agentID: string, attributes: object = {}, client = 'n1'): string[] {
    const common = { referenceID: (this.#reference += 1), agentID, placeName: `Place_${agentID}` };
    const request = { messageName, ...common, ...attributes } as unknown as IxnRequest;
    this.input({ kind: 'request', client, request });
    return this.lines();
  }

  /** Lets time pass. */
  pass(ms: number): string[] {
    this.at += ms;
    this.input({ kind: 'tick' });
    return this.lines();
  }

  login(agentID: string, states: Partial<Record<MediaType, 'Ready' | 'NotReady'>> = { chat: 'Ready' }, client = 'n1'): string[] {
    const mediaList = Object.entries(states).map(([mediaType, state]) => ({ mediaType, state }));
    return this.request('RequestAgentLogin', agentID, { mediaList }, client);
  }

  /** A customer's chat (or e-mail); answers its id. */
  comes(options: { mediaType?: MediaType; queue?: string; agentID?: string; text?: string } = {}): string {
    const { mediaType = 'chat', text = 'hello', agentID } = options;
    const submission = {
      mediaType,
      interactionType: 'Inbound' as const,
      interactionSubtype: 'InboundNew',
      queue: options.queue ?? `${mediaType}-inbound`,
      nickname: 'Cora',
      text,
      userData: [],
      ...(agentID === undefined ? {} : { agentID }),
    };
    this.input({ kind: 'customerComes', request: 1, submission });
    const submitted = this.outputs.find(output => output.kind === 'submitted');
    return submitted?.interactionID ?? '';
  }

  /** A chat that the agent handles and has joined. */
  chat(agentID: string): string {
    const id = this.comes({ agentID });
    this.accept(agentID, id);
    this.join(agentID, id);
    return id;
  }

  accept(agentID: string, interactionID: string): string[] {
    const ticketID = this.state.items.get(interactionID)?.invites.find(each => each.agentID === agentID)?.ticketID ?? 0;
    return this.request('RequestAccept', agentID, { interactionID, ticketID });
  }

  join(agentID: string, interactionID: string, more: Attributes<'RequestChatJoin'> = {}, client = 'n1'): string[] {
    const common = { interactionID, nickname: `Agent ${agentID}`, userType: 'Agent', visibility: 'All', fromIndex: 1 };
    return this.request('RequestChatJoin', agentID, { ...common, ...more }, client);
  }

  lines(): string[] {
    return this.outputs.flatMap(output => {
      switch (output.kind) {
        case 'report':
          return [];
        case 'event':
          return `${output.client} ${this.#line(output.event)}${output.referenceID === undefined ? '' : ' ref'}`;
        case 'submitted':
          return `world submitted ${output.interactionID === undefined ? (output.error ?? '') : this.name(output.interactionID)}`;
        case 'agent':
          return `world agent ${output.agentID} ${output.loggedIn ? 'in' : 'out'}`;
      }
    });
  }

  reports(): string[] {
    return this.outputs.flatMap(output => {
      if (output.kind !== 'report') return [];
      if (output.report.messageName === 'EventMediaReported') {
        const { agentID, media } = output.report;
        return `media ${agentID} ${media.map(each => `${each.mediaType}=${each.state}`).join(' ') || 'none'}`;
      }
      const { action, agentID, queue, interactionID } = output.report.report;
      return `${action} ${agentID ?? queue ?? ''} ${this.name(interactionID)}`;
    });
  }

  #line(event: ServerEvent): string {
    if (event.messageName === 'EventError') return `error ${event.errorCode}${event.agentID === undefined ? '' : ` ${event.agentID}`}`;
    const parts = [event.messageName.replace('Event', '')];
    if ('agentID' in event) parts.push(event.agentID);
    if ('interactionID' in event && event.interactionID !== undefined) parts.push(this.name(event.interactionID));
    if ('operation' in event) parts.push(String(event.operation));
    if ('mode' in event) parts.push(event.mode);
    if ('targetAgentID' in event) parts.push(`at ${event.targetAgentID}`);
    if ('monitoring' in event) parts.push(`${event.monitoring.mode} ${event.monitoring.mediaType} at ${event.monitoring.targetAgentID}`);
    if ('party' in event) parts.push(`party ${event.party.agentID ?? event.party.kind}`);
    if ('interactions' in event) parts.push(`[${event.interactions.map(each => this.name(each.interactionID)).join(' ')}]`);
    if ('interaction' in event) {
      const { interactionID, state, queue, workbin, assignedTo } = event.interaction;
      const where = workbin === undefined ? (queue ?? '-') : `${workbin.workbinType}/${workbin.ownerID}`;
      parts.push(this.name(interactionID), state, where, ...(assignedTo === undefined ? [] : [`of ${assignedTo}`]));
    }
    if ('snapshot' in event) {
      const { loggedIn, dnd, media, handling, invited } = event.snapshot;
      parts.push(loggedIn ? 'in' : 'out', ...(dnd ? ['dnd'] : []), ...media.map(each => `${each.mediaType}=${each.state}`));
      if (handling.length > 0) parts.push(`handles ${handling.map(each => this.name(each.interactionID)).join(' ')}`);
      for (const each of event.snapshot.monitoring ?? []) parts.push(`wants ${each.mode} at ${each.targetAgentID}`);
      for (const each of event.snapshot.monitored ?? []) parts.push(`${each.mode} ${this.name(each.interaction.interactionID)}`);
      if (invited.length > 0) parts.push(`offered ${invited.map(each => this.name(each.interaction.interactionID)).join(' ')}`);
    }
    if ('lines' in event) {
      parts.push(
        event.sessionState,
        ...event.lines.map(line => `${line.index}:${line.type}(${line.nickname}${line.text === undefined ? '' : `: ${line.text}`})`),
      );
      parts.push(`with ${event.participants.map(each => each.nickname).join(', ') || 'nobody'}`);
    }
    if ('numberOfInteractions' in event) parts.push(String(event.numberOfInteractions));
    return parts.join(' ');
  }

  /** Interactions are numbered in the order in which they appear. */
  name(id: string): string {
    const known = this.#names.get(id) ?? `#${String(this.#names.size + 1)}`;
    this.#names.set(id, known);
    return known;
  }
}
