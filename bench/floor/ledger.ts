const maxExamples = 40;
/** Room is left for what matters more. */
const maxFailureExamples = 10;

/** What one process of the floor counts. */
export class Ledger {
  commands = 0;
  lost = 0;
  doubled = 0;
  signIns = 0;
  readonly failedByKind: Record<string, number> = {};
  readonly examples: string[] = [];

  failed(kind: string, who: string): void {
    this.failedByKind[kind] = (this.failedByKind[kind] ?? 0) + 1;
    this.tell(`${who}: ${kind}`);
  }

  /** Worth knowing, and nobody's loss. */
  tell(what: string): void {
    if (this.examples.length < maxFailureExamples) this.example(what);
  }

  lose(what: string): void {
    this.lost += 1;
    this.example(`lost: ${what}`);
  }

  double(what: string): void {
    this.doubled += 1;
    this.example(`doubled: ${what}`);
  }

  example(text: string): void {
    if (this.examples.length < maxExamples) this.examples.push(`${new Date().toISOString().slice(17, 23)} ${text}`);
  }
}
