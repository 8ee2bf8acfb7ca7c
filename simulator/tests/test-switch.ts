import type { KvList, TlibRequest, TlibRequestName } from '@handover/shared/genesys';
import type { KernelEvent, KernelInput, KernelOptions, KernelOutput, KernelState } from '../kernel/index.ts';
import { defaultOptions, emptyState, step } from '../kernel/index.ts';

/** An input without its time. */
type Untimed<Input> = Input extends KernelInput ? Omit<Input, 'at'> : never;

/** A kernel with phones 7001 to 7006 and route point 9001, driven by hand; its events as lines that show every attribute. */
export class TestSwitch {
  state: KernelState;
  at = 1_700_000_000_000;
  outputs: KernelOutput[] = [];
  readonly #names = new Map<string, string>();
  #reference = 0;

  constructor(options: Partial<KernelOptions> = {}, seed = 'A0000000') {
    this.state = emptyState(seed, { ...defaultOptions, ...options });
    for (const number of ['7001', '7002', '7003', '7004', '7005', '7006']) {
      this.input({ kind: 'dn', number, type: 'Extension', inService: true });
      this.input({ kind: 'login', code: number, login: { skills: [] } });
    }
    this.input({ kind: 'dn', number: '9001', type: 'RoutingPoint', inService: true });
  }

  input(input: Untimed<KernelInput>): KernelOutput[] {
    this.at += 1;
    this.outputs = step(this.state, { ...input, at: this.at });
    return this.outputs;
  }

  /** Sends a request of `dn` and answers the lines it caused. */
  request(name: TlibRequestName, dn: string, attributes: Partial<TlibRequest> = {}): string[] {
    const request = { messageName: name, referenceID: (this.#reference += 1), thisDN: dn, ...attributes };
    this.input({ kind: 'request', client: 'c1', request });
    return this.lines();
  }

  agents(...numbers: string[]): this {
    for (const number of numbers) {
      this.request('RequestAgentLogin', number, { agentID: number });
      this.request('RequestAgentReady', number);
    }
    return this;
  }

  /** An inbound call of customer +15550100, answered at `dn` (or ringing there). Answers its ConnID. */
  inbound(dn: string, options: { ringing?: boolean; from?: string } = {}): string {
    const connId = `B${String(this.state.calls.size).padStart(15, '0')}`;
    this.input({ kind: 'phoneCall', connId, from: options.from ?? '+15550100', to: dn });
    if (options.ringing !== true) this.request('RequestAnswerCall', dn, { connID: connId });
    return connId;
  }

  /** The newest call of a DN. */
  newest(dn: string): string {
    return this.state.dns.get(dn)?.calls.at(-1) ?? '';
  }

  events(): KernelEvent[] {
    return this.outputs.flatMap(output => (output.kind === 'event' || output.kind === 'reply' ? [output.event] : []));
  }

  lines(): string[] {
    return this.outputs.flatMap(output => {
      if (output.kind !== 'event' && output.kind !== 'reply') return [];
      const answers = output.requester === undefined ? '' : ' ref';
      return [`${this.#line(output.event)}${answers}`];
    });
  }

  #line(event: KernelEvent): string {
    if (event.messageName === 'EventError') return `error ${event.errorCode ?? 0} ${event.errorMessage ?? ''}`;
    const role = (text: string | undefined): string => (text ?? '?').replace('Role', '');
    const parts = [`${event.thisDN ?? '-'} ${event.messageName.replace('Event', '')}`];
    if (event.connID !== undefined && event.callType !== undefined) {
      parts.push(`#${this.#name(event.connID)}`, event.callType, event.callState ?? '?', `as ${role(event.thisDNRole)}`);
      if (event.monitorMode !== undefined) parts.push(`monitors ${event.monitorMode}`);
      if (event.treatmentType !== undefined) parts.push(`treatment ${event.treatmentType}`);
      if (event.otherDN !== undefined) parts.push(`other ${event.otherDN} ${role(event.otherDNRole)}`);
      if (event.thirdPartyDN !== undefined) parts.push(`third ${event.thirdPartyDN} ${role(event.thirdPartyDNRole)}`);
      if (event.previousConnID !== undefined) parts.push(`previous #${this.#name(event.previousConnID)}`);
      if (event.parentConnID !== undefined) parts.push(`parent #${this.#name(event.parentConnID)}`);
      if (event.thisQueue !== undefined) parts.push(`queue ${event.thisQueue}`);
      parts.push(`${event.ani ?? '?'}>${event.dnis ?? '?'}`);
      if (event.agentID !== undefined) parts.push(`agent ${event.agentID}`);
      if (event.recordingState !== 'Stopped') parts.push(String(event.recordingState));
      if (event.dtmfDigits !== undefined) parts.push(`digits ${event.dtmfDigits}`);
      if ((event.userData ?? []).length > 0) parts.push(`data ${data(event.userData)}`);
      parts.push(
        `with ${(event.parties ?? []).map(party => `${party.dn} ${role(party.role)}${party.monitorMode === undefined ? '' : `/${party.monitorMode}`}`).join(', ') || 'nobody'}`,
      );
    } else {
      if (event.agentID !== undefined) parts.push(`agent ${event.agentID}`);
      if (event.agentWorkMode !== undefined) parts.push(event.agentWorkMode);
      if ((event.reasons ?? []).length > 0) parts.push(`reasons ${data(event.reasons)}`);
      if (event.forwardTo !== undefined) parts.push(`to ${event.forwardTo}`);
      if (event.otherDN !== undefined) parts.push(`other ${event.otherDN}`);
      if (event.monitoring !== undefined) parts.push(`${event.monitoring.mode} ${event.monitoring.next} ${event.monitoring.scope}`);
      if ((event.userData ?? []).length > 0) parts.push(`data ${data(event.userData)}`);
    }
    return parts.join(' ');
  }

  /** Calls are numbered in the order in which they appear. */
  #name(connId: string): string {
    const known = this.#names.get(connId) ?? String(this.#names.size + 1);
    this.#names.set(connId, known);
    return known;
  }
}

const data = (list: KvList | undefined): string => (list ?? []).map(pair => `${pair.key}=${JSON.stringify(pair.value)}`).join('&');
