import type {
  GoAnswer,
  LeaseAnswer,
  ListedRecord,
  NodeView,
  RecordState,
  Registry,
  RegistryNode,
  ReviveAnswer,
  SessionKey,
  TakeAnswer,
} from '../contracts/registry.ts';
import * as scripts from './registry-scripts.ts';

/** Runs one script on the server in one round trip; rejects when no answer came. `lease`: the call of a lease, never queued behind others. */
export type Evaluate = (script: string, keys: string[], args: string[], urgency: 'lease' | 'session') => Promise<string>;

/** Logged-out records stay this long: epochs outlive a logout. */
const endedRecordMs = 24 * 3_600_000;
const listLimit = 500;

/** The registry on a server that runs Lua scripts. */
export function createLuaRegistry(evaluate: Evaluate): Registry {
  const record = (session: SessionKey): string => `ho:rec:${session}`;
  const lease = (incarnation: string): string => `ho:lease:${incarnation}`;
  const call = (script: string, keys: string[], args: (string | number)[], urgency: 'lease' | 'session' = 'session'): Promise<string> =>
    evaluate(script, keys, args.map(String), urgency);

  return {
    async createLease(node, incarnation) {
      return leaseFrom(
        await call(scripts.createLeaseScript, [lease(incarnation)], [incarnation, node.id, nodeRow(node, incarnation)], 'lease'),
      );
    },
    async extendLease(_node, incarnation) {
      return leaseFrom(await call(scripts.extendLeaseScript, [lease(incarnation)], [incarnation], 'lease'));
    },
    async dropLease(_node, incarnation) {
      await call(scripts.dropLeaseScript, [lease(incarnation)], [], 'lease');
    },
    async read(session) {
      return rowFrom(await call(scripts.readScript, [record(session)], [session]));
    },
    async take(session, node, request) {
      const args = [session, request.incarnation, node.region, node.number, request.expect, request.floor, request.over.join(',')];
      return takeFrom(await call(scripts.takeScript, [record(session)], args));
    },
    async go(session, request) {
      const args = [session, request.incarnation, request.epoch, request.over.join(','), request.waited ? 1 : 0, request.dn ?? ''];
      return goFrom(await call(scripts.goScript, [record(session)], args));
    },
    async revive(node, incarnation, sessions) {
      const args = sessions.flatMap(each => [each.session, each.epoch, each.dn ?? '']);
      const answer = await call(scripts.reviveScript, [lease(incarnation)], [incarnation, node.region, ...args]);
      if (answer === 'no-lease') return sessions.map((): ReviveAnswer => 'no-lease');
      return answer.split(',').map((each): ReviveAnswer => (each === 'put' ? 'put' : 'present'));
    },
    async leave(session, incarnation, epoch, to) {
      await call(scripts.leaveScript, [record(session)], [session, incarnation, epoch, to, endedRecordMs]);
    },
    async strays(node, incarnation) {
      return rowsFrom(await call(scripts.straysScript, [], [node.id, incarnation, listLimit]));
    },
    async orphans() {
      return rowsFrom(await call(scripts.orphansScript, [], [listLimit]));
    },
    async nodes() {
      return lines(await call(scripts.nodesScript, [], [])).map(nodeFrom);
    },
    async records(limit) {
      return rowsFrom(await call(scripts.recordsScript, [], [limit]));
    },
    async putPassport(session, passport) {
      await call(scripts.putPassportScript, [`ho:pass:${session}`], [passport.epoch, passport.sealed]);
    },
    async passport(session) {
      const answer = await call(scripts.passportScript, [`ho:pass:${session}`], []);
      if (answer === '') return undefined;
      const [epoch = '', sealed = ''] = answer.split('\t');
      return { epoch: numberFrom(epoch), sealed };
    },
    async putEnded(sid, ttlMs) {
      await call(scripts.putEndedScript, [`ho:ended:${sid}`], [Math.max(1, Math.ceil(ttlMs))]);
    },
    async isEnded(sid) {
      return (await call(scripts.isEndedScript, [`ho:ended:${sid}`], [])) === '1';
    },
    async revokeToken(jti, expiresAtMs) {
      await call(scripts.revokeTokenScript, ['ho:revoked'], [jti, Math.floor(expiresAtMs)]);
    },
    async revokedTokens(sinceMs) {
      const [next = '0', ...jtis] = lines(await call(scripts.revokedTokensScript, ['ho:revoked'], [Math.floor(sinceMs)]));
      return { jtis, nextSinceMs: numberFrom(next) };
    },
  };
}

const nodeRow = (node: RegistryNode, incarnation: string): string => [node.number, node.region, incarnation, node.url ?? ''].join('\t');
const lines = (answer: string): string[] => (answer === '' ? [] : answer.split('\n'));
const list = (csv: string | undefined): string[] => (csv === undefined || csv === '' ? [] : csv.split(','));
const optional = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

function numberFrom(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isSafeInteger(value)) throw new Error('registry: a number is malformed');
  return value;
}

function leaseFrom(answer: string): LeaseAnswer {
  const [held, ...taken] = answer.split('\n');
  if (held !== '1') return { held: false };
  return {
    held: true,
    taken: taken.map(each => {
      const [session = '', epoch] = each.split('\t');
      return { session, epoch: numberFrom(epoch) };
    }),
  };
}

function takeFrom(answer: string): TakeAnswer {
  const [kind, ...fields] = answer.split('\t');
  switch (kind) {
    case 'taken':
      return { kind, epoch: numberFrom(fields[0]), before: list(fields[1]) };
    case 'changed':
      return { kind, record: rowFrom(fields.join('\t')) };
    case 'no-lease':
      return { kind };
    default:
      throw new Error('registry: the answer to a take is malformed');
  }
}

function goFrom(answer: string): GoAnswer {
  const [kind, before] = answer.split('\t');
  switch (kind) {
    case 'active':
    case 'young':
    case 'lost':
    case 'no-lease':
      return { kind };
    case 'waiting':
      return { kind, before: list(before) };
    default:
      throw new Error('registry: the answer to a go is malformed');
  }
}

const recordStates: readonly string[] = ['claimed', 'active', 'free', 'ended'] satisfies RecordState[];
const isRecordState = (text: string): text is RecordState => recordStates.includes(text);

function rowFrom(row: string): ListedRecord | undefined {
  if (row === '') return undefined;
  const [session = '', epoch, owner = '', region = '', state = '', before, dn, alive, url] = row.split('\t');
  if (!isRecordState(state)) throw new Error('registry: a record is malformed');
  const ownerAlive = alive === '1';
  return {
    session,
    epoch: numberFrom(epoch),
    owner,
    region,
    state,
    before: list(before),
    dn: optional(dn),
    ownerAlive,
    url: optional(url),
  };
}

const rowsFrom = (answer: string): ListedRecord[] => lines(answer).flatMap(each => rowFrom(each) ?? []);

function nodeFrom(row: string): NodeView {
  const [id = '', number, region = '', incarnation = '', url, alive] = row.split('\t');
  return { id, number: numberFrom(number), region, incarnation, url: optional(url), alive: alive === '1' };
}
