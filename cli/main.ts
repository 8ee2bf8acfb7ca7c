import { CommandFailure, NotApplicable, UsageError } from './options.ts';

const usage = `usage:
  npm run up -- [--port 8787] [--regions us-east,eu-west] [--nodes 1] [--agents 20] [--no-ui] [--netns] [--state DIR]
            [--sync [--sync-stall-s 0]]
  npm run handover -- status | drain REGION | undrain REGION | promote REGION
  npm run handover -- simulate call --from NUMBER --to NUMBER | simulate hangup CALL
  npm run handover -- simulate chat|email|workitem --queue QUEUE --text TEXT [--subject TEXT] [--nickname NAME] [--agent AGENT]
  npm run handover -- simulate say INTERACTION --text TEXT
  npm run handover -- fault kill|freeze|cut|heal WHAT
      WHAT: node us-east/1 | region us-east | site us-east | registry
            sip|stat|config|interaction|postgres|redis|search us-east
  npm test · npm run check · npm run soak
every handover command takes --json and --state DIR
`;

/** Runs one command line and answers its exit code: 0 done, 1 failed, 2 misused, 3 not applicable. Imports are lazy: short commands start fast. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'up':
      return (await import('./up.ts')).up(rest);
    case 'handover':
      return runHandover(rest);
    case 'check':
      return (await import('./check.ts')).check(rest);
    case 'test':
      return (await import('./test.ts')).test(rest);
    case 'soak':
      return (await import('./soak.ts')).soak(rest);
    default:
      throw new UsageError(command === undefined ? 'a command is missing' : `there is no command "${command}"`);
  }
}

async function runHandover(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'status':
      return (await import('./status.ts')).status(rest);
    case 'drain':
    case 'undrain':
      return (await import('./drain.ts')).drain(command, rest);
    case 'promote':
      return (await import('./promote.ts')).promote(rest);
    case 'simulate':
      return (await import('./simulate.ts')).simulate(rest);
    case 'fault':
      return (await import('./fault.ts')).fault(rest);
    default:
      throw new UsageError(command === undefined ? 'a handover command is missing' : `there is no handover command "${command}"`);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
  if (error instanceof NotApplicable || error instanceof CommandFailure) {
    process.stderr.write(`${error.message}\n`);
    return error instanceof NotApplicable ? 3 : 1;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

if (import.meta.main) {
  // Not just an exit code: a connection that is still being tried must not keep a command that has answered.
  process.exit(await runCommandLine(process.argv.slice(2)).catch(exitCodeOf));
}
