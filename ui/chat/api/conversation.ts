import type { Event, Fault, State, Ticket } from '../state/model.ts';
import { nextOutgoing } from '../state/reduce.ts';
import { ChatError, type ChatApi, type Opening } from './client.ts';

/** What the customer does. Everything is told to the state; nothing throws. */
export interface Conversation {
  open(opening: Opening): Promise<void>;
  /** Goes on with the chat that the state has. */
  resume(): void;
  /** The draft becomes a message, which is sent after those before it, as often as it takes. */
  say(): void;
  typing(active: boolean): void;
  leave(): Promise<void>;
}

interface Parts {
  api: ChatApi;
  get: () => State;
  dispatch: (event: Event) => void;
  now: () => number;
  random: () => number;
  sleep: (ms: number) => Promise<void>;
  newId: () => string;
}

const waitS = 15;
/** A server with too many who wait answers at once; then it is asked less often. */
const pauseMs = 1_000;
const firstBackoffMs = 300;
const maxBackoffMs = 5_000;
const maxLeaveTries = 4;

export function createConversation(parts: Parts): Conversation {
  const { api, get, dispatch, now, sleep } = parts;
  let sending = false;
  const isOn = (ticket: Ticket): boolean => get().phase === 'chat' && get().ticket?.chatId === ticket.chatId;
  /** Between half and all of a time that doubles: many pages that lost the same region do not come back at once. */
  const backOff = (failures: number) => sleep(Math.min(maxBackoffMs, firstBackoffMs * 2 ** failures) * (0.5 + parts.random() / 2));

  async function read(ticket: Ticket): Promise<void> {
    for (let failures = 0; isOn(ticket);) {
      // Not patient while the connection is in doubt: the page is to show soon that it is back.
      const patienceS = get().connection === 'connected' ? waitS : 0;
      const askedAtMs = now();
      try {
        const transcript = await api.transcript(ticket, get().next, patienceS);
        failures = 0;
        if (isOn(ticket)) dispatch({ kind: 'told', transcript, nowMs: now() });
        if (patienceS > 0 && transcript.lines.length === 0 && now() - askedAtMs < pauseMs) await sleep(pauseMs);
      } catch (error) {
        if (!isOn(ticket)) return;
        if (failureOf(error) === 'over') return dispatch({ kind: 'ended' });
        dispatch({ kind: 'lost' });
        await backOff(failures++);
      }
    }
  }

  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      for (let failures = 0; ;) {
        const { ticket } = get();
        const message = nextOutgoing(get());
        if (ticket === undefined || message === undefined) return;
        try {
          await api.say(ticket, message.id, message.text);
          failures = 0;
          dispatch({ kind: 'sent', id: message.id });
        } catch (error) {
          const failure = failureOf(error);
          if (failure === 'over' || failure === 'refused') dispatch({ kind: 'refused', id: message.id });
          // Again under the same id: if it was said the first time, it is not said twice.
          else await backOff(failures++);
        }
      }
    } finally {
      sending = false;
    }
  }

  const start = (ticket: Ticket): void => {
    void read(ticket);
    void send();
  };

  return {
    async open(opening) {
      dispatch({ kind: 'opening' });
      try {
        const ticket = await api.open(opening);
        dispatch({ kind: 'opened', ticket });
        start(ticket);
      } catch (error) {
        dispatch({ kind: 'not-opened', fault: faultOf(error) });
      }
    },
    resume() {
      const { ticket } = get();
      if (ticket !== undefined) start(ticket);
    },
    say() {
      dispatch({ kind: 'said', id: parts.newId() });
      void send();
    },
    typing(active) {
      const { ticket } = get();
      if (ticket !== undefined && isOn(ticket)) void api.typing(ticket, active).catch(() => undefined);
    },
    async leave() {
      const { ticket } = get();
      if (ticket === undefined) return;
      dispatch({ kind: 'ended' });
      for (let tries = 0; tries < maxLeaveTries; tries += 1) {
        try {
          return await api.leave(ticket);
        } catch (error) {
          if (failureOf(error) === 'over' || failureOf(error) === 'refused') return;
          await backOff(tries);
        }
      }
    },
  };
}

const failureOf = (error: unknown) => (error instanceof ChatError ? error.failure : 'unknown');

function faultOf(error: unknown): Fault {
  if (!(error instanceof ChatError)) return 'not-opened';
  if (error.failure === 'later') return error.status === 429 ? 'too-many' : 'closed';
  return error.failure === 'unknown' ? 'not-opened' : 'invalid';
}
