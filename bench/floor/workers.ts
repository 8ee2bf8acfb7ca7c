import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FromWorker, ToWorker, WorkerReport, WorkerTask } from './types.ts';

const agentsPerWorker = 1_250;
const signInTimeoutMs = 600_000;
const reportTimeoutMs = 240_000;

/** The processes that the floor's agents live in. */
export interface Workers {
  signIn(): Promise<void>;
  tell(message: ToWorker): void;
  report(): Promise<WorkerReport[]>;
  end(): void;
}

/** Starts the processes; each gets an even number of agents, so that colleagues sit together. */
export function startWorkers(all: Omit<WorkerTask, 'first' | 'count'> & { count: number }, progress: (text: string) => void): Workers {
  const processes = Math.ceil(all.count / agentsPerWorker);
  const each = 2 * Math.ceil(all.count / processes / 2);
  const tasks = Array.from({ length: processes }, (_, index) => ({
    ...all,
    first: 1 + index * each,
    count: Math.min(each, all.count - index * each),
  }));
  const children = tasks.map(() => fork(join(import.meta.dirname, 'worker.ts'), { stdio: ['ignore', 2, 2, 'ipc'] }));

  const once = <Kind extends FromWorker['kind']>(
    child: ChildProcess,
    kind: Kind,
    timeoutMs: number,
  ): Promise<Extract<FromWorker, { kind: Kind }>> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`a worker said no ${kind} within ${timeoutMs} ms`)), timeoutMs);
      child.once('exit', code => reject(new Error(`a worker ended with ${code}`)));
      child.on('message', (message: FromWorker) => {
        if (message.kind === 'signed-in') progress(`${message.count} agents of worker ${children.indexOf(child) + 1} signed in`);
        if (message.kind !== kind) return;
        clearTimeout(timer);
        resolve(message as Extract<FromWorker, { kind: Kind }>);
      });
    });
  const tell = (message: ToWorker): void => children.forEach(child => child.send(message));

  return {
    async signIn() {
      const ready = children.map(child => once(child, 'ready', signInTimeoutMs));
      children.forEach((child, index) => {
        const task = tasks[index];
        if (task !== undefined) child.send({ kind: 'task', task } satisfies ToWorker);
      });
      await Promise.all(ready);
    },
    tell,
    async report() {
      const reports = children.map(child => once(child, 'report', reportTimeoutMs));
      tell({ kind: 'quiet' });
      return (await Promise.all(reports)).map(message => message.report);
    },
    end: () => children.forEach(child => void child.kill('SIGKILL')),
  };
}
