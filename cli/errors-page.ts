import { errorTable } from '@handover/shared/errors';

/** The text of docs/errors.md, from the one table of codes. */
export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(
    ([code, { status, retryable, public: text }]) => `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${text} |`,
  );
  return `# Errors

Made from \`shared/errors\` by \`node cli/write-errors-page.ts\`. Every error answer carries its code and the request's id; the log line of the same id says more.
*Again*: whether the same request may succeed later.

| code | status | again | text |
|---|---|---|---|
${rows.join('\n')}
`;
}
