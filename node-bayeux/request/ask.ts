import type { ServerChannel } from '../channel/channel.ts';
import type { Core } from '../core.ts';
import type { Decision } from '../hooks.ts';
import type { BayeuxMessage } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';

/** `true`, or the reason of a refusal, which may be empty. */
export type Verdict = true | { readonly reason: string };

const allowed: Verdict = true;

/** Runs an application's function within its time limit. A fault in it refuses, and is reported. */
export async function askHook<Answer>(
  core: Core,
  where: string,
  ask: () => Answer | Promise<Answer>,
  limitMs = core.options.hookTimeout,
): Promise<{ readonly answer: Answer } | undefined> {
  try {
    const answer = ask();
    return { answer: answer instanceof Promise ? await withinLimit(core, answer, limitMs, where) : answer };
  } catch (error) {
    core.fault(error, where);
    return undefined;
  }
}

/** The promise, or a rejection when it takes too long. */
export async function withinLimit<Value>(core: Core, promise: Promise<Value>, limitMs: number, where: string): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    const timer = core.options.clock.after(limitMs, () => reject(new Error(`${where}: no answer within ${limitMs} ms`)));
    promise.then(
      value => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** May the session subscribe? */
export async function maySubscribe(core: Core, session: Session, channel: ServerChannel, message: BayeuxMessage): Promise<Verdict> {
  const { onSubscribe } = core.options;
  if (onSubscribe !== undefined) {
    const verdict = verdictOf(await askHook(core, 'onSubscribe', () => onSubscribe(session, channel.name, message)));
    if (verdict !== allowed) return verdict;
  }
  const { policy } = core;
  if (policy.canSubscribe === undefined) return allowed;
  return askPolicy(core, 'canSubscribe', callback => policy.canSubscribe?.(session, message, channel, callback));
}

/** May the session publish? */
export async function mayPublish(core: Core, session: Session, channel: ServerChannel, message: BayeuxMessage): Promise<Verdict> {
  const { onPublish } = core.options;
  if (onPublish !== undefined) {
    const verdict = verdictOf(await askHook(core, 'onPublish', () => onPublish(session, channel.name, message)));
    if (verdict !== allowed) return verdict;
  }
  const { policy } = core;
  if (policy.canPublish === undefined) return allowed;
  return askPolicy(core, 'canPublish', callback => policy.canPublish?.(session, message, channel, callback));
}

/** May the session bring the channel into being? */
export async function mayCreate(core: Core, session: Session, name: string, message: BayeuxMessage): Promise<Verdict> {
  const { onCreate } = core.options;
  if (onCreate !== undefined) {
    const verdict = verdictOf(await askHook(core, 'onCreate', () => onCreate(session, name, message)));
    if (verdict !== allowed) return verdict;
  }
  const { policy } = core;
  if (policy.canCreate === undefined) return allowed;
  return askPolicy(core, 'canCreate', callback => policy.canCreate?.(session, message, name, callback));
}

/** The policy's answer, once: what it says later is reported. */
export async function askPolicy(
  core: Core,
  where: string,
  ask: (callback: (error?: Error | null, result?: boolean) => void) => void,
): Promise<Verdict> {
  let answered = false;
  const hook = await askHook(
    core,
    where,
    () =>
      new Promise<boolean>((resolve, reject) => {
        ask((error, result) => {
          if (answered) {
            core.fault(new Error('the policy answered twice'), where);
            return;
          }
          answered = true;
          if (error) reject(error);
          else resolve(result === true);
        });
      }),
  );
  return hook?.answer === true ? allowed : { reason: '' };
}

function verdictOf(hook: { readonly answer: Decision } | undefined): Verdict {
  if (hook === undefined) return { reason: '' };
  if (hook.answer === true) return allowed;
  return { reason: hook.answer === false ? '' : hook.answer.reason };
}
