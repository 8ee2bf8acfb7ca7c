import { runToEnd } from '../process/launch.ts';

const environment = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** Runs `ip` once with many commands; in a namespace when one is named. Fails with what it said at the first command that fails. */
export async function ip(commands: readonly string[], namespace?: string): Promise<void> {
  if (commands.length === 0) return;
  const where = namespace === undefined ? [] : ['-n', namespace];
  await runToEnd('ip', [...where, '-batch', '-'], { env: environment, input: commands.map(command => `${command}\n`).join('') });
}

/** Runs one `ip` command and answers its output; empty when it fails. */
export const askIp = (...args: string[]): Promise<string> => runToEnd('ip', args, { env: environment }).catch(() => '');
