import { isDeepStrictEqual } from 'node:util';
import type { CfgEvent, CfgObject, CfgObjectOf, CfgObjectType } from '@handover/shared/genesys';
import { refuse, ok, type Result } from '@handover/shared/result';
import type { Configuration, ConfigurationWriter, WriteRefusal } from '../../contracts/configuration.ts';
import { type Endpoint, type Link, type LinkOptions, type RequestRefusal, createLink, createRequests } from '../link/index.ts';
import { credentialRefusalFrom } from './credentials.ts';
import type { CfgCommand } from './mirror.ts';
import type { ObjectTable } from './objects.ts';
import { eventFrom, masterHandshake, type ConfigurationServerInfo } from './protocol.ts';

export type Writer = ConfigurationWriter & Pick<Configuration, 'changePassword'> & { stop(): void };

const deadlineMs = 5_000;
/** Servers that call themselves the master and then say that they are not, for one write. */
const maxAsked = 3;
/** The connection to the master is made when there is something to write, and kept for this long after. */
const keepMs = 60_000;

/** Writes to the master Configuration Server, which may stand at another site than the one that is read. */
export function createWriter(
  options: Omit<LinkOptions<ConfigurationServerInfo>, 'name' | 'protocol' | 'endpoints' | 'handshake' | 'handlers'> & {
    application: string;
    /** Where a master may be, in order. */
    endpoints: () => readonly Endpoint[];
    table: ObjectTable;
    /** Resolves when the mirror has this change, or after a while. */
    reached: (sequence: number) => Promise<void>;
  },
): Writer {
  const { clock, table } = options;
  let link: Link | undefined;
  let addresses: readonly Endpoint[] = [];
  let cancelIdle = (): void => undefined;
  const requests = createRequests({
    clock,
    nextReference: options.nextReference,
    target: () => (link?.phase === 'up' ? link : undefined),
    mayWait: () => link !== undefined,
    maxQueued: 256,
    maxPending: 16,
  });

  function connect(): void {
    cancelIdle();
    cancelIdle = clock.after(keepMs, close);
    const wanted = options.endpoints();
    if (link !== undefined && (link.phase === 'up' || isDeepStrictEqual(wanted, addresses))) return;
    link?.stop();
    addresses = wanted;
    link = createLink<ConfigurationServerInfo>({
      ...options,
      name: 'configuration master',
      protocol: 'configuration',
      endpoints: wanted,
      handshake: masterHandshake(options.application),
      handlers: {
        up: () => requests.pump(),
        message: message => requests.receive(message),
        gap: () => undefined,
        drained: () => requests.pump(),
        down() {
          requests.failSent();
          closeIfIdle();
        },
      },
    });
    link.start();
  }

  function close(): void {
    cancelIdle();
    const old = link;
    link = undefined;
    old?.stop();
    requests.failAll();
  }

  /** Looks for a master only while something waits for one. */
  function closeIfIdle(): void {
    if (link?.phase !== 'up' && requests.queued === 0 && requests.pending === 0) close();
  }

  /** Who says that it is not the master has done nothing: the next one is asked, within the deadline. */
  async function ask(command: CfgCommand): Promise<Result<CfgEvent, RequestRefusal>> {
    const endMs = clock.monotonic() + deadlineMs;
    for (let asked = 1; ; asked += 1) {
      connect();
      const answer = await requests.request({
        compose: referenceID => ok({ ...command, referenceID }),
        deadlineMs: endMs - clock.monotonic(),
      });
      closeIfIdle();
      if (!answer.ok) return answer;
      const event = eventFrom(answer.value);
      if (event.messageName !== 'EventError' || event.errorCode !== 'NotPrimary') return ok(event);
      link?.drop('is no longer the master');
      if (asked >= maxAsked || clock.monotonic() >= endMs) return ok(event);
    }
  }

  async function write(command: CfgCommand): Promise<Result<CfgEvent, WriteRefusal>> {
    const answer = await ask(command);
    if (!answer.ok) return refuse({ kind: answer.reason.kind === 'unknown' ? 'unknown' : 'unavailable' });
    if (answer.value.messageName === 'EventError') return refuse(writeRefusalFrom(answer.value));
    if ('sequence' in answer.value) await options.reached(answer.value.sequence);
    return answer;
  }

  return {
    async create<T extends CfgObject>(object: Omit<T, 'dbid'>) {
      const answer = await write({ messageName: 'RequestCreateObject', object });
      if (!answer.ok) return answer;
      return answer.value.messageName === 'EventObjectCreated' ? ok(answer.value.object as T) : refuse({ kind: 'unknown' });
    },
    async update<T extends CfgObjectType>(type: T, dbid: number, changes: Partial<Omit<CfgObjectOf<T>, 'type' | 'dbid'>>) {
      const answer = await write({ messageName: 'RequestUpdateObject', objectType: type, dbid, changes });
      if (!answer.ok) return answer;
      const object = table.get(type, dbid);
      return object === undefined ? refuse({ kind: 'not-found' }) : ok(object);
    },
    async delete(type, dbid) {
      const answer = await write({ messageName: 'RequestDeleteObject', objectType: type, dbid });
      return answer.ok ? ok(true) : answer;
    },
    async changePassword(userName, oldPassword, newPassword) {
      const answer = await ask({ messageName: 'RequestChangePassword', userName, oldPassword, newPassword });
      if (!answer.ok) return refuse('unavailable');
      if (answer.value.messageName === 'EventPasswordChanged') return ok(true);
      if (answer.value.messageName !== 'EventError') return refuse('unavailable');
      return refuse(answer.value.errorCode === 'InvalidAttribute' ? 'refused' : credentialRefusalFrom(answer.value.errorCode));
    },
    stop: close,
  };
}

function writeRefusalFrom(error: Extract<CfgEvent, { messageName: 'EventError' }>): WriteRefusal {
  switch (error.errorCode) {
    case 'InvalidAttribute':
      return { kind: 'invalid', field: error.errorMessage };
    case 'AlreadyExists':
      return { kind: 'exists', field: error.errorMessage };
    case 'ObjectNotFound':
      return { kind: 'not-found' };
    case 'NotRegistered':
    case 'NotPrimary':
    case 'InvalidCredentials':
    case 'PasswordExpired':
    case 'TooManyAttempts':
      return { kind: 'unavailable' };
    default:
      return { kind: 'unavailable' };
  }
}
