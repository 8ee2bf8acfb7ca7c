import type { CfgEvent, CfgPerson, CfgRequest } from '@handover/shared/genesys';
import { refuse, ok, type Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { CredentialRefusal } from '../../contracts/configuration.ts';
import { type RequestTarget, type WireMessage, createRequests } from '../link/index.ts';
import type { ObjectTable } from './objects.ts';
import { eventFrom } from './protocol.ts';

export interface Credentials {
  authenticate(userName: string, password: string): Promise<Result<CfgPerson, CredentialRefusal>>;
  receive(message: WireMessage): void;
  pump(): void;
  disconnected(): void;
  stop(): void;
}

const deadlineMs = 5_000;
/** Checks at once; a server hashes passwords slowly on purpose. The rest waits, within its deadline. */
const maxConcurrent = 16;
const maxWaiting = 512;

type ErrorCode = Extract<CfgEvent, { messageName: 'EventError' }>['errorCode'];
type Attempt = { readonly kind: 'answer'; readonly event: CfgEvent } | { readonly kind: 'lost' } | { readonly kind: 'none' };

/** Passwords are checked by the Configuration Server, in requests of their own beside the reading of objects. They are never kept or logged. */
export function createCredentials(options: {
  clock: Clock;
  nextReference: () => number;
  target: () => RequestTarget | undefined;
  table: ObjectTable;
}): Credentials {
  const { clock } = options;
  let stopped = false;
  const requests = createRequests({
    ...options,
    // A sign-in may wait for the next server within its deadline.
    mayWait: () => !stopped,
    maxQueued: maxWaiting,
    maxPending: maxConcurrent,
  });

  async function ask(compose: (referenceID: number) => CfgRequest, withinMs: number): Promise<Attempt> {
    const answer = await requests.request({ compose: referenceID => ok(compose(referenceID)), deadlineMs: withinMs });
    if (answer.ok) return { kind: 'answer', event: eventFrom(answer.value) };
    return { kind: answer.reason.kind === 'unknown' ? 'lost' : 'none' };
  }

  /** A check changes nothing, so one that was lost with its server is made once more at the next. */
  async function askTwice(compose: (referenceID: number) => CfgRequest): Promise<Attempt> {
    const startMs = clock.monotonic();
    const first = await ask(compose, deadlineMs);
    const leftMs = deadlineMs - (clock.monotonic() - startMs);
    return first.kind === 'lost' && leftMs > 0 ? ask(compose, leftMs) : first;
  }

  return {
    async authenticate(userName, password) {
      const attempt = await askTwice(referenceID => ({
        messageName: 'RequestAuthenticate',
        referenceID,
        userName,
        userPassword: password,
      }));
      if (attempt.kind !== 'answer') return refuse('unavailable');
      if (attempt.event.messageName === 'EventError') return refuse(credentialRefusalFrom(attempt.event.errorCode));
      if (attempt.event.messageName !== 'EventAuthenticated') return refuse('unavailable');
      const person = options.table.get('CfgPerson', attempt.event.personDBID);
      return person === undefined ? refuse('unavailable') : ok(person);
    },
    receive: message => requests.receive(message),
    pump: () => requests.pump(),
    disconnected: () => requests.failSent(),
    stop() {
      stopped = true;
      requests.failAll();
    },
  };
}

/** What a server's error says about a password. */
export function credentialRefusalFrom(code: ErrorCode): CredentialRefusal {
  switch (code) {
    case 'InvalidCredentials':
    case 'ObjectNotFound':
    case 'InvalidAttribute':
    case 'AlreadyExists':
      return 'invalid';
    case 'TooManyAttempts':
      return 'throttled';
    case 'PasswordExpired':
      return 'expired';
    case 'NotRegistered':
    case 'NotPrimary':
      return 'unavailable';
    default:
      // A code this version does not know says nothing about the password.
      return 'unavailable';
  }
}
