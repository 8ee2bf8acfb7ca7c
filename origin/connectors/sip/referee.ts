import { kvFind, kvInt, kvList, kvNested, kvStr, kvText, type KvList, type TlibEvent } from '@handover/shared/genesys';
import type { Referee, RefereeListener, RefereeWord } from '../../contracts/referee.ts';
import type { SipServer } from './server.ts';

/** A DN as the referee's users name it, `7001@SIP_us-east`; undefined when it is not one. A number has no `@`, a switch name may. */
function dnParts(dn: string): { number: string; switchName: string } | undefined {
  const at = dn.indexOf('@');
  return at > 0 && at < dn.length - 1 ? { number: dn.slice(0, at), switchName: dn.slice(at + 1) } : undefined;
}

const queryDeadlineMs = 5_000;

/**
 * Says and hears epochs on DNs through the SIP Servers: user events with a list `handover` in their user data. Words and answers of one DN are
 * heard in the server's order, since they travel on one connection. What is said here carries no epoch in its extensions: it is nobody's command.
 */
export function createReferee(servers: { bySwitch(switchName: string): SipServer | undefined }): Referee {
  const find = (dn: string): { server: SipServer; number: string } | undefined => {
    const parts = dnParts(dn);
    const server = parts === undefined ? undefined : servers.bySwitch(parts.switchName);
    return parts === undefined || server === undefined ? undefined : { server, number: parts.number };
  };
  const locate = (dn: string): { server: SipServer; number: string } => {
    const found = find(dn);
    if (found === undefined) throw new Error(`no SIP Server for ${dn}`);
    return found;
  };
  /** Keeps DNs registered that nobody listens to yet; one per DN. */
  const kept = new Map<string, () => void>();

  return {
    async register(dn) {
      const { server, number } = locate(dn);
      if (!kept.has(dn))
        kept.set(
          dn,
          server.listen(number, () => undefined),
        );
      const answer = await server.registered(number);
      if (!answer.ok) throw new Error(`${dn} not registered: ${reasonText(answer.reason)}`);
    },
    async say(dn, word) {
      const { server, number } = locate(dn);
      if (!(await server.say(number, userDataFrom(word)))) throw new Error(`${dn}: not said`);
    },
    async query(dn) {
      const { server, number } = locate(dn);
      const answer = await server.request({ messageName: 'RequestQueryAddress', thisDN: number }, { deadlineMs: queryDeadlineMs });
      if (!answer.ok) throw new Error(`${dn} not answered: ${reasonText(answer.reason)}`);
    },
    drained(dn) {
      return find(dn)?.server.drained === true;
    },
    on(dn, listener: RefereeListener) {
      const found = find(dn);
      // Nobody relies on this silence: to register or to query is refused as well.
      if (found === undefined) return () => undefined;
      const { server, number } = found;
      const stopListening = server.listen(number, event => {
        const word = wordFrom(event);
        if (word !== undefined) listener.heard(word);
      });
      const stopWatching = server.onChange(change => listener.link(change));
      return () => {
        stopListening();
        stopWatching();
        kept.get(dn)?.();
        kept.delete(dn);
      };
    },
  };
}

const reasonText = (reason: { kind: string; errorCode?: number }): string =>
  reason.errorCode === undefined ? reason.kind : `${reason.kind} ${reason.errorCode}`;

export const userDataFrom = (word: RefereeWord): KvList => [
  kvNested('handover', [
    kvStr('kind', word.kind),
    kvStr('session', word.session),
    kvInt('epoch', word.epoch),
    kvStr('incarnation', word.incarnation),
  ]),
];

/** Undefined for user events of others, and for words that are not complete. */
export function wordFrom(event: TlibEvent): RefereeWord | undefined {
  if (event.messageName !== 'EventUserEvent') return undefined;
  const said = kvList(event.userData, 'handover');
  const kind = kvText(said, 'kind');
  const session = kvText(said, 'session');
  const epoch = kvFind(said, 'epoch');
  const incarnation = kvText(said, 'incarnation');
  if (kind !== 'announce' && kind !== 'answer' && kind !== 'released') return undefined;
  if (session === undefined || incarnation === undefined || epoch?.type !== 'int' || !Number.isSafeInteger(epoch.value)) return undefined;
  return { kind, session, epoch: epoch.value, incarnation };
}
