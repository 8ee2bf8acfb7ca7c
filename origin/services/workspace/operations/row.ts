import type { z } from 'zod';
import type { CallStateWire } from '@handover/shared/api/workspace';
import type { KvList } from '@handover/shared/genesys';
import type { VoiceCommand } from '../../../contracts/voice.ts';
import type { Call } from '../calls/call.ts';
import type { Channel } from '../session/channel.ts';
import type { Step, VoiceState } from '../session/reduce.ts';

/** What an operation looks at. */
export interface Standing {
  state: VoiceState;
  channel: Channel;
  nowMs: number;
  /** Whether the number, at the channel's switch or at the named location, is a phone of the person's own contact centre. */
  ownPhone: (number: string, location: string | undefined) => boolean;
}
export interface CallStanding extends Standing {
  call: Call;
}

/** What an operation does: a command for the switch, a change of our own, or nothing because a field points nowhere. */
export type Deed =
  | { kind: 'command'; command: VoiceCommand }
  | { kind: 'local'; step: Step }
  | { kind: 'field'; field: string; message: string }
  | { kind: 'unknown-call'; field: string };

interface CommonRow<Data> {
  /** As the clients' generated code calls it. */
  name: string;
  path: string;
  /** `repeat`: may be executed again without harm, because the row answers success when its effect already holds. */
  resend: 'repeat' | 'once';
  data: z.ZodType<Data>;
  supervisor?: true;
  /** Fields that some clients send beside `data` instead of inside it. */
  outside?: readonly string[];
}
export interface AgentRow<Data> extends CommonRow<Data> {
  holds?: (at: Standing, data: Data) => boolean;
  deed: (at: Standing, data: Data) => Deed;
}
export interface CallRow<Data> extends CommonRow<Data> {
  states: readonly CallStateWire[];
  holds?: (at: CallStanding, data: Data) => boolean;
  deed: (at: CallStanding, data: Data) => Deed;
}

type Judgement = { holds: true } | { holds: false; deed: Deed };

/** A row with its data type closed over, so that a table can hold all of them. */
export interface Operation {
  readonly name: string;
  readonly path: string;
  readonly resend: 'repeat' | 'once';
  readonly scope: 'agent' | 'call';
  readonly supervisor: boolean;
  readonly states: readonly CallStateWire[];
  readonly outside: readonly string[];
  readonly schema: z.ZodType;
  /** Parses `data`; on success answers how to judge it against the session at the moment of execution. */
  readonly read: (data: unknown) => { ok: true; judge: Judge } | { ok: false; issues: readonly z.core.$ZodIssue[] };
}
export interface Judge {
  agent: (at: Standing) => Judgement;
  call: (at: CallStanding) => Judgement;
}

const never = (): never => {
  throw new Error('judged in the wrong scope');
};

function operation<Data>(
  row: CommonRow<Data>,
  scope: 'agent' | 'call',
  states: readonly CallStateWire[],
  judge: (data: Data) => Judge,
): Operation {
  return {
    name: row.name,
    path: row.path,
    resend: row.resend,
    scope,
    supervisor: row.supervisor === true,
    states,
    outside: row.outside ?? [],
    schema: row.data,
    read: data => {
      const parsed = row.data.safeParse(data);
      return parsed.success ? { ok: true, judge: judge(parsed.data) } : { ok: false, issues: parsed.error.issues };
    },
  };
}

export const agentOperation = <Data>(row: AgentRow<Data>): Operation =>
  operation(row, 'agent', [], data => ({
    agent: at => (row.holds?.(at, data) === true ? { holds: true } : { holds: false, deed: row.deed(at, data) }),
    call: never,
  }));

export const callOperation = <Data>(row: CallRow<Data>): Operation =>
  operation(row, 'call', row.states, data => ({
    agent: never,
    call: at => (row.holds?.(at, data) === true ? { holds: true } : { holds: false, deed: row.deed(at, data) }),
  }));

export const command = (value: VoiceCommand): Deed => ({ kind: 'command', command: value });

/** Clients' lists without the keys that we speak by. */
const clean = (list: KvList | undefined): KvList | undefined => {
  const kept = list?.filter(pair => !pair.key.startsWith('handover'));
  return kept === undefined || kept.length === 0 ? undefined : kept;
};

/** The attributes every operation may carry. */
export function attributes(data: {
  reasons?: KvList | undefined;
  extensions?: KvList | undefined;
}): Pick<VoiceCommand, 'reasons' | 'extensions'> {
  const reasons = clean(data.reasons);
  const extensions = clean(data.extensions);
  return { ...(reasons === undefined ? {} : { reasons }), ...(extensions === undefined ? {} : { extensions }) };
}
