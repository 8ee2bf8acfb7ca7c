import type { z } from 'zod';
import type { ErrorCode } from '@handover/shared/errors';
import type { InteractionStateWire } from '@handover/shared/api/workspace';
import type { MediaType } from '@handover/shared/genesys';
import type { InteractionServer } from '../../../../contracts/interaction.ts';
import type { Desk } from '../desk.ts';
import type { Seat } from '../host.ts';
import type { Interaction } from '../interaction.ts';

/** How an operation is answered. */
export type DigitalAnswer =
  /** Code 1: what it did is told by events; `failed` is told when the answer is on its way. */
  | { kind: 'accepted'; failed?: { errorCode: string; errorMessage: string } }
  | { kind: 'data'; data: unknown }
  | { kind: 'file'; name: string; mime: string; content: Uint8Array<ArrayBuffer> }
  | { kind: 'field'; field: string; message: string }
  /** `refused`: nothing was sent, so the same request may be tried elsewhere. */
  | { kind: 'error'; code: ErrorCode; field?: string; refused?: boolean };

export const accepted: DigitalAnswer = { kind: 'accepted' };

/** What an operation looks at. */
export interface At {
  desk: Desk;
  server: InteractionServer;
  seat: Seat;
  stampMs: number;
  operationId: string;
  resend: 'repeat' | 'once';
  mediaType: MediaType;
  /** Parts of the path by their names. */
  params: Readonly<Record<string, string>>;
}
export interface ItemAt extends At {
  id: string;
  interaction: Interaction;
}

interface CommonRow<Data> {
  /** As the clients' generated code calls it. */
  name: string;
  /** `post` when absent. */
  method?: 'get' | 'post';
  path: string;
  /** Of paths that name one; else it stands in the path. */
  mediaType?: MediaType;
  /** `repeat`: may be executed again without harm, because the row answers success when its effect already holds. */
  resend: 'repeat' | 'once';
  data: z.ZodType<Data>;
  supervisor?: true;
}
export interface DeskRow<Data> extends CommonRow<Data> {
  holds?: (at: At, data: Data) => boolean;
  run: (at: At, data: Data) => Promise<DigitalAnswer> | DigitalAnswer;
}
export interface ItemRow<Data> extends CommonRow<Data> {
  /** Where the interaction must stand; absent: in the agent's hands. */
  states?: readonly InteractionStateWire[];
  /** Also a supervisor who only monitors it. */
  monitored?: true;
  holds?: (at: ItemAt, data: Data) => boolean;
  run: (at: ItemAt, data: Data) => Promise<DigitalAnswer> | DigitalAnswer;
}

/** The interaction is the agent's. */
export const inHand: readonly InteractionStateWire[] = ['Chat', 'LeftChat', 'Processing', 'Composing'];

/** `true`: the effect holds already. */
export interface DigitalJudge {
  desk: (at: At) => true | (() => Promise<DigitalAnswer> | DigitalAnswer);
  item: (at: ItemAt) => true | (() => Promise<DigitalAnswer> | DigitalAnswer);
}

/** A row with its data type closed over, so that a table can hold all of them. */
export interface DigitalOperation {
  readonly name: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly mediaType: MediaType | undefined;
  readonly resend: 'repeat' | 'once';
  readonly scope: 'desk' | 'item';
  readonly supervisor: boolean;
  readonly states: readonly InteractionStateWire[];
  readonly monitored: boolean;
  readonly schema: z.ZodType;
  readonly read: (data: unknown) => { ok: true; judge: DigitalJudge } | { ok: false; issues: readonly z.core.$ZodIssue[] };
}

const never = (): never => {
  throw new Error('judged in the wrong scope');
};

function operation<Data>(
  row: CommonRow<Data> & { monitored?: true },
  scope: 'desk' | 'item',
  states: readonly InteractionStateWire[],
  judge: (data: Data) => DigitalJudge,
): DigitalOperation {
  return {
    name: row.name,
    method: row.method ?? 'post',
    path: row.path,
    mediaType: row.mediaType,
    resend: row.resend,
    scope,
    supervisor: row.supervisor === true,
    states,
    monitored: row.monitored === true,
    schema: row.data,
    read: data => {
      const parsed = row.data.safeParse(data);
      return parsed.success ? { ok: true, judge: judge(parsed.data) } : { ok: false, issues: parsed.error.issues };
    },
  };
}

/** An operation on the agent's media, on workbins or on queues. */
export const deskOperation = <Data>(row: DeskRow<Data>): DigitalOperation =>
  operation(row, 'desk', [], data => ({
    desk: at => (row.holds?.(at, data) === true ? true : () => row.run(at, data)),
    item: never,
  }));

/** An operation on one of the agent's interactions. */
export const itemOperation = <Data>(row: ItemRow<Data>): DigitalOperation =>
  operation(row, 'item', row.states ?? inHand, data => ({
    desk: never,
    item: at => (row.holds?.(at, data) === true ? true : () => row.run(at, data)),
  }));
