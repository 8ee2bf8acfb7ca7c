import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const configuration = ['eslint.config.ts', 'tsconfig.base.json', '.prettierrc.json', '.prettierignore', '.gitignore'];

/** A small tree under the project's own configuration, with the given files in it. */
export interface PlantedTree {
  readonly dir: string;
  /** Runs a program of the project in it. */
  run(program: string, ...args: string[]): Promise<{ code: number; output: string }>;
  remove(): void;
}

export function plant(files: Readonly<Record<string, string>>): PlantedTree {
  const dir = mkdtempSync(join(tmpdir(), 'planted-'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  for (const name of configuration) copyFileSync(join(root, name), join(dir, name));
  const tsconfig = {
    extends: './tsconfig.base.json',
    compilerOptions: { types: ['node'] },
    include: ['**/*.ts'],
    exclude: ['node_modules'],
  };
  const all = { 'package.json': '{"name":"planted","private":true,"type":"module"}', 'tsconfig.json': JSON.stringify(tsconfig), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  execFileSync('git', ['init', '-q'], { cwd: dir });
  const run = (program: string, ...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise(resolve => {
      const words = [join(root, program), ...args];
      execFile(process.execPath, words, { cwd: dir, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, output: stdout + stderr });
      });
    });
  return { dir, run, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
