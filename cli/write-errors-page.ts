import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsPage } from './errors-page.ts';

// Writes docs/errors.md anew, after a change of the table: node cli/write-errors-page.ts
writeFileSync(join(import.meta.dirname, '../docs/errors.md'), errorsPage());
