import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? join(import.meta.dirname, '../..');
const tsc = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

// Checks the types of every project (each runtime has its own library): node cli/check/types.ts [ROOT].
const projects = globSync(['tsconfig.json', 'tsconfig.tests.json', '*/tsconfig.json', '*/*/tsconfig.json'], {
  cwd: root,
  exclude: name => name === 'node_modules',
});
const results = await Promise.all(projects.map(check));
const failed = results.filter(({ output }) => output !== '');
for (const { project, output } of failed) console.error(`${project}:\n${output}`);
console.log(`${projects.length} projects, ${failed.length} with faults`);
process.exit(failed.length === 0 && projects.length > 0 ? 0 : 1);

function check(project: string): Promise<{ project: string; output: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [tsc, '-p', project, '--pretty', 'false'], { cwd: root, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      resolve({ project, output: error === null ? '' : `${stdout}${stderr}` || error.message });
    });
  });
}
