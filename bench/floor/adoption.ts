import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { encodeAttempt } from '@handover/shared/attempt';
import { headers as names, workspaceCookie } from '@handover/shared/headers';
import { uuidv7 } from '@handover/shared/ids';
import { createSigner, type KeyringWire } from '@handover/shared/pin';
import { createSealer } from '@handover/shared/seal';
import { startSystem } from '../../test/support/index.ts';
import { usageOf } from '../edge/load.ts';
import { loadNow, saveAdoption, type Adoption } from './adoption-report.ts';
import { stateOf } from './sites.ts';

// F11: everybody comes over at once, to one surviving node. node bench/floor/adoption.ts --agents 1000 [--state DIR] [--save]
// No edge in between and no sign-in, so that the node is what is measured: sessions are made by sealed cookies, the node of the other region is
// killed, then every agent sends a command and a connect at the same moment, and sends them again as the edge does while the node says "moving".
// Prints one JSON line; --save writes bench/results/adoption.{json,md}.
const { values } = parseArgs({
  options: { agents: { type: 'string', default: '1000' }, state: { type: 'string' }, save: { type: 'boolean', default: false } },
});
const agents = Number(values.agents);
const lanes = 48;
const keepAlive = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 10_000 });
const againMs = 250;
const giveUpMs = 120_000;

interface Person {
  readonly dn: string;
  cookie: string;
  clientId: string;
}

let loadBefore = 0;
const system = await startSystem({ agents, ...(values.state === undefined ? {} : { stateDir: values.state }) });
try {
  const adoption = await measure();
  if (values.save) saveAdoption(adoption, loadBefore);
  console.log(JSON.stringify(adoption));
} finally {
  await system.stop();
}

async function measure(): Promise<Adoption> {
  const state = stateOf(system.stateDir);
  const node = (region: string): { url: string; pid: number } => {
    const part = state.parts.find(each => each.kind === 'node' && each.region === region);
    return { url: `http://${part?.host ?? ''}:${part?.port ?? 0}`, pid: part?.process?.pid ?? 0 };
  };
  const [lost, survivor] = [node('us-east'), node('eu-west')];
  const secrets = JSON.parse(readFileSync(join(system.stateDir, 'secrets.json'), 'utf8')) as {
    keyring: KeyringWire;
    edgeKeyring: KeyringWire;
  };
  const sealer = createSealer(secrets.keyring);
  const signer = createSigner(secrets.edgeKeyring);

  const send = async (
    base: string,
    path: string,
    person: Person,
    body: string,
    excluded: string[],
  ): Promise<{ status: number; text: string }> => {
    const attempt = await encodeAttempt(signer, { timeMs: Date.now(), excluded });
    return new Promise(resolve => {
      const sent = httpRequest(base + path, {
        method: 'POST',
        agent: keepAlive,
        headers: {
          cookie: person.cookie,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          [names.attempt]: attempt,
        },
      });
      sent.on('error', error => resolve({ status: 0, text: error.message }));
      sent.on('response', response => {
        const cookies = (response.headers['set-cookie'] ?? []).map(line => line.split(';', 1)[0] ?? '');
        if (cookies.length > 0) person.cookie = [person.cookie, ...cookies].join('; ');
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.end(body);
    });
  };
  const expectOk = async (base: string, path: string, person: Person, body: string): Promise<string> => {
    for (let tries = 0; ; tries += 1) {
      const answer = await send(base, path, person, body, []);
      if (answer.status === 200) return answer.text;
      if (tries >= 5) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
      await sleep(againMs);
    }
  };

  const people: Person[] = [];
  const begin = async (number: number): Promise<void> => {
    const nowS = Math.floor(Date.now() / 1_000);
    const sealed = await sealer.seal(JSON.stringify([uuidv7(Date.now()), 'acme', `agent${number}`, nowS, nowS + 36_000]), 'web-session');
    const person: Person = {
      dn: String(number > 999 ? 700_000 + number : 7_000 + number),
      cookie: `${workspaceCookie}=${sealed}`,
      clientId: '',
    };
    await expectOk(
      lost.url,
      '/workspace/v3/activate-channels',
      person,
      JSON.stringify({ data: { agentId: person.dn, placeName: `Place_${person.dn}` } }),
    );
    const shake = await expectOk(
      lost.url,
      '/workspace/v3/notifications/handshake',
      person,
      JSON.stringify([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }]),
    );
    person.clientId = (JSON.parse(shake) as { clientId: string }[])[0]?.clientId ?? '';
    await expectOk(
      lost.url,
      '/workspace/v3/notifications/',
      person,
      JSON.stringify([{ channel: '/meta/subscribe', clientId: person.clientId, subscription: '/workspace/v3/voice' }]),
    );
    people.push(person);
  };
  let next = 1;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let number = next++; number <= agents; number = next++) await begin(number);
    }),
  );
  console.error(`${people.length} sessions`);
  await sleep(1_000);

  loadBefore = loadNow();
  const before = usageOf(survivor.pid);
  process.kill(lost.pid, 'SIGKILL');
  const startedMs = Date.now();
  let again = 0;
  const until = async (path: string, person: Person, body: string): Promise<number> => {
    for (;;) {
      const answer = await send(survivor.url, path, person, body, ['us-east/1']);
      if (answer.status === 200) return Date.now() - startedMs;
      again += 1;
      if (Date.now() - startedMs > giveUpMs) throw new Error(`${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
      await sleep(againMs);
    }
  };
  let peakMib = before.rssMib;
  const watch = setInterval(() => (peakMib = Math.max(peakMib, usageOf(survivor.pid).rssMib)), 100);
  const acted = people.map(person => until('/workspace/v3/voice/ready', person, '{}'));
  const told = people.map(person =>
    until(
      '/workspace/v3/notifications/connect',
      person,
      JSON.stringify([{ channel: '/meta/connect', clientId: person.clientId, connectionType: 'long-polling' }]),
    ),
  );
  const actionMs = (await Promise.all(acted)).toSorted((a, b) => a - b);
  const eventMs = (await Promise.all(told)).toSorted((a, b) => a - b);
  clearInterval(watch);
  const after = usageOf(survivor.pid);
  // The node's own log says when each session was there.
  const log = readFileSync(join(system.stateDir, 'logs/node-eu-west-1.log'), 'utf8').split('\n');
  const adopted = log
    .filter(line => line.includes('"session adopted"'))
    .map(line => Date.parse((JSON.parse(line) as { time: string }).time) - startedMs)
    .filter(ms => ms >= 0)
    .toSorted((a, b) => a - b);
  const rushes = log.filter(line => line.includes('"a rush is over"')).map(line => JSON.parse(line) as { queue: string; peak: number });
  const peakOf = (queue: string): number => Math.max(0, ...rushes.filter(rush => rush.queue === queue).map(rush => rush.peak));
  const at = (list: readonly number[], share: number): number => list[Math.min(list.length - 1, Math.ceil(share * list.length) - 1)] ?? 0;
  const [first, last] = [adopted[0] ?? 0, adopted.at(-1) ?? 0];
  return {
    agents,
    adopted: adopted.length,
    adoptionMs: { first, p50: at(adopted, 0.5), last },
    perSecond: Math.round((adopted.length / Math.max(1, last - first)) * 1_000),
    perCpuSecond: Math.round((adopted.length / Math.max(1, after.cpuMs - before.cpuMs)) * 1_000),
    firstActionMs: { p50: at(actionMs, 0.5), p99: at(actionMs, 0.99), worst: at(actionMs, 1) },
    firstEventMs: { p50: at(eventMs, 0.5), p99: at(eventMs, 0.99), worst: at(eventMs, 1) },
    peakQueue: { claims: peakOf('claims'), adoptions: peakOf('adoptions') },
    refusedAndSentAgain: again,
    nodeCpuMs: after.cpuMs - before.cpuMs,
    memoryMib: { before: Math.round(before.rssMib), peak: Math.round(peakMib) },
  };
}
