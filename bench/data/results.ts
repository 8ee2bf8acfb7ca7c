import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const jsonFile = join(import.meta.dirname, '../results/data.json');
const markdownFile = join(import.meta.dirname, '../results/data.md');

/** Replaces one section of `bench/results/data.{json,md}`; the others stay. `text` is the section without its heading. */
export function saveSection(name: string, result: object, text: string): void {
  const all = existsSync(jsonFile) ? (JSON.parse(readFileSync(jsonFile, 'utf8')) as Record<string, unknown>) : {};
  writeFileSync(jsonFile, `${JSON.stringify({ ...all, [name]: result }, null, 2)}\n`);
  const [title = '# Data\n', ...sections] = (existsSync(markdownFile) ? readFileSync(markdownFile, 'utf8') : '# Data\n').split(/^(?=## )/m);
  const heading = `## ${name.slice(0, 1).toUpperCase()}${name.slice(1)}\n`;
  const others = sections.filter(section => !section.startsWith(heading));
  const own = `${heading}\n${text.trim()}\n`;
  writeFileSync(markdownFile, `${[title.trim(), ...[...others, own].sort().map(section => section.trim())].join('\n\n')}\n`);
}
