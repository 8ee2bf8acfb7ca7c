import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { simulatorMain } from '../processes.ts';

export interface StartedProcess {
  child: ChildProcess;
  ports: number[];
}

/** A simulated site of real child processes on free ports. */
export class TestSite {
  readonly children: ChildProcess[] = [];
  readonly stderr: string[] = [];

  async start(...args: string[]): Promise<StartedProcess> {
    const child = spawn(process.execPath, [simulatorMain, ...args, '--watch-stdin'], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.children.push(child);
    child.stderr.on('data', (chunk: Buffer) => this.stderr.push(chunk.toString()));
    const ports = await new Promise<number[]>((resolve, reject) => {
      createInterface(child.stdout).once('line', text => {
        const [word, ...numbers] = text.split(' ');
        if (word === 'READY') resolve(numbers.map(Number));
        else reject(new Error(`first line: ${text}`));
      });
      child.once('exit', code => reject(new Error(`${args.join(' ')} ended with ${code}: ${this.stderr.join('')}`)));
    });
    return { child, ports };
  }

  stop(): void {
    for (const child of this.children) {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }
  }
}
