/** Prints a command's answer: one compact JSON line with `--json`, else the text. */
export function print(asJson: boolean, answer: Readonly<Record<string, unknown>>, text: string): void {
  process.stdout.write(`${asJson ? JSON.stringify(answer) : text}\n`);
}

/** Columns as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
