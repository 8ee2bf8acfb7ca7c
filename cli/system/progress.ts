import type { Progress } from './index.ts';

const clearLine = '\r\u001b[2K';

/** Progress for people: a line for each part that is ready; on a terminal also a last line with what is still starting. */
export function createProgress(out: NodeJS.WriteStream): Progress & { end(): void } {
  const starting = new Set<string>();
  const waiting = (): void => {
    if (out.isTTY && starting.size > 0)
      out.write(`${clearLine}  starting ${[...starting].join(', ')}`.slice(0, out.columns + clearLine.length - 1));
  };
  const line = (text: string): void => {
    out.write(`${out.isTTY ? clearLine : ''}${text}\n`);
    waiting();
  };
  return {
    begin: part => {
      starting.add(part);
      waiting();
    },
    done: (part, ms) => {
      starting.delete(part);
      line(`  ${part.padEnd(28)} ${(ms / 1000).toFixed(1)} s`);
    },
    note: line,
    end: () => {
      if (out.isTTY) out.write(clearLine);
    },
  };
}
