import { createHash } from 'node:crypto';

/** One script to run. */
export interface ScriptCall {
  readonly script: string;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}
/** A command as it is sent: by the script's text, or by its digest. */
export type ScriptCommand = ScriptCall & { readonly sha: string | undefined };
/** Runs commands in one round trip; an error of a single one is its reply. Rejects when no answer came: nobody knows what took effect. */
export type RunBatch = (commands: readonly ScriptCommand[]) => Promise<readonly unknown[]>;

export interface BatchOptions {
  /** Calls of one round trip. */
  readonly batchLimit: number;
  /** Round trips at once. */
  readonly inFlight: number;
  /** Calls that may wait; more are refused at once. */
  readonly maxWaiting: number;
}

interface Waiting extends ScriptCall {
  readonly resolve: (answer: string) => void;
  readonly reject: (error: Error) => void;
}

/** After so many round trips in which the server knew none of our digests it is no server that keeps scripts. */
const maxShaMisses = 3;

/**
 * Calls that come together travel together: when a thousand sessions move at once, the registry sees tens of round trips and not thousands. A call
 * alone leaves at once. Scripts travel by their digest once the server has seen their text.
 */
export function createBatches(run: RunBatch, { batchLimit, inFlight, maxWaiting }: BatchOptions): (call: ScriptCall) => Promise<string> {
  const waiting: Waiting[] = [];
  const known = new Set<string>();
  let running = 0;
  let planned = false;
  let shaMisses = 0;

  function plan(): void {
    if (planned || waiting.length === 0 || running >= inFlight) return;
    planned = true;
    // Not in this tick: what else it brings goes along.
    setImmediate(() => {
      planned = false;
      while (waiting.length > 0 && running < inFlight) void send(waiting.splice(0, batchLimit));
    });
  }

  async function send(calls: readonly Waiting[]): Promise<void> {
    running += 1;
    try {
      const commands = calls.map(call => ({
        ...call,
        sha: known.has(call.script) && shaMisses < maxShaMisses ? digestOf(call.script) : undefined,
      }));
      settle(calls, commands, await run(commands));
    } catch (error) {
      for (const call of calls) call.reject(error instanceof Error ? error : new Error('registry: no answer'));
    } finally {
      running -= 1;
      plan();
    }
  }

  function settle(calls: readonly Waiting[], commands: readonly ScriptCommand[], replies: readonly unknown[]): void {
    const missed: Waiting[] = [];
    let hits = 0;
    for (const [index, call] of calls.entries()) {
      const reply = replies[index];
      const bySha = commands[index]?.sha !== undefined;
      // The server has not seen the script, so it did not run: sent again with its text.
      if (bySha && reply instanceof Error && reply.message.includes('NOSCRIPT')) missed.push(call);
      else if (typeof reply === 'string') {
        known.add(call.script);
        if (bySha) hits += 1;
        call.resolve(reply);
      } else call.reject(reply instanceof Error ? reply : new Error('registry: the answer is not a string'));
    }
    if (hits > 0) shaMisses = 0;
    if (missed.length === 0) return;
    shaMisses += 1;
    for (const call of missed) known.delete(call.script);
    waiting.unshift(...missed);
  }

  return call =>
    new Promise((resolve, reject) => {
      if (waiting.length >= maxWaiting) return reject(new Error('registry: too many calls wait'));
      waiting.push({ ...call, resolve, reject });
      plan();
    });
}

const digests = new Map<string, string>();
function digestOf(script: string): string {
  const known = digests.get(script);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(script).digest('hex');
  digests.set(script, digest);
  return digest;
}
