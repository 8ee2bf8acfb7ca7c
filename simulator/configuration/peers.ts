import type { CfgObject } from '@handover/shared/genesys';
import { connectLines } from '../wire/index.ts';
import type { Change } from './store.ts';
import type { StoredPassword } from './passwords.ts';

export interface Address {
  host: string;
  port: number;
}

/** Messages between Configuration Servers of one environment. */
export type ToPeer = { messageName: 'MasterQuery' } | { messageName: 'ReplicaFollow' };
export type FromPeer =
  | { messageName: 'MasterAnswer'; isMaster: boolean; site: string; term: number; server: string }
  | { messageName: 'ReplicaObjects'; objects: CfgObject[] }
  | { messageName: 'ReplicaReady'; sequence: number; term: number; site: string }
  | { messageName: 'ReplicaChange'; change: Change }
  | { messageName: 'ReplicaPassword'; stored: StoredPassword };

export interface Master extends Address {
  site: string;
  term: number;
  server: string;
}

const answerMs = 400;

/** Asks all peers at once who is master; the one with the highest term counts, and the highest term anybody has seen. */
export async function findMaster(peers: readonly Address[]): Promise<{ master: Master | undefined; term: number }> {
  const answers = await Promise.all(peers.map(ask));
  let master: Master | undefined;
  let term = 0;
  for (const answer of answers) {
    if (answer === undefined) continue;
    term = Math.max(term, answer.term);
    if (answer.isMaster && (master === undefined || answer.term > master.term)) master = answer;
  }
  return { master, term };
}

function ask(peer: Address): Promise<(Master & { isMaster: boolean }) | undefined> {
  return new Promise(resolve => {
    const finish = (answer?: Master & { isMaster: boolean }): void => {
      clearTimeout(timer);
      client.close();
      resolve(answer);
    };
    const timer = setTimeout(finish, answerMs);
    const client = connectLines({
      addresses: () => [peer],
      connectTimeoutMs: answerMs,
      retryMs: answerMs,
      onConnection: connection => {
        connection.send({ messageName: 'MasterQuery' } satisfies ToPeer);
        return {
          onMessage: message => {
            const answer = message as unknown as FromPeer;
            if (answer.messageName !== 'MasterAnswer') return;
            const { isMaster, site, term, server } = answer;
            finish({ ...peer, isMaster, site, term, server });
          },
          onFault: () => finish(),
          onClose: () => undefined,
        };
      },
    });
  });
}
