import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { importRules } from './import-rules.ts';

const root = process.argv[2] ?? join(import.meta.dirname, '../..');
const sourceShape = /^(shared|regions|node-bayeux|edge|origin|simulator|ui|cli|test|bench)\/.*\.tsx?$/;

// Judges who imports whom: node cli/check/imports.ts [ROOT]. Exit code 1 with a line per fault.
process.chdir(root);
const files = sourceFiles();
const result = await cruiseFiles(files);
const faults = [...result.summary.violations.map(lineOf), ...uncruised(files, result), ...roundabout(result)];
for (const fault of faults) console.error(fault);
console.log(`${files.length} files, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

function sourceFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  }).split('\n');
  return listed.filter(path => sourceShape.test(path) && !path.endsWith('.d.ts') && existsSync(path));
}

async function cruiseFiles(paths: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(
    paths,
    {
      ruleSet: { forbidden: [...importRules] },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '^[^/]+/dist/' },
      combinedDependencies: true,
    },
    {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      conditionNames: ['types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  );
  if (typeof output === 'string') throw new Error('expected a result, not a text');
  return output;
}

function lineOf(violation: IViolation): string {
  const path = violation.cycle === undefined ? violation.to : violation.cycle.map(step => step.name).join(' → ');
  const reason = importRules.find(rule => rule.name === violation.rule.name)?.comment ?? '';
  return `${violation.from} → ${path}: ${violation.rule.name} (${reason})`;
}

/** A tool that could not read a file says nothing about it: that must not look like innocence. */
function uncruised(paths: readonly string[], { modules }: ICruiseResult): string[] {
  const seen = new Set(modules.map(module => module.source));
  return paths.filter(path => !seen.has(path)).map(path => `${path}: was not read`);
}

/** Another workspace is reached by its name, as its package says, not by a path into it. Tests may open any door. */
function roundabout({ modules }: ICruiseResult): string[] {
  const product = modules.filter(({ source }) => !/^(test|bench)\/|\.test\.tsx?$/.test(source));
  return product.flatMap(module =>
    module.dependencies
      .filter(
        ({ module: name, resolved }) =>
          name.startsWith('.') && sourceShape.test(resolved) && resolved.split('/')[0] !== module.source.split('/')[0],
      )
      .map(({ resolved }) => `${module.source} → ${resolved}: by-name (another workspace is imported by its package name)`),
  );
}
