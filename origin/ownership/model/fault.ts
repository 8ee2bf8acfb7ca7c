export type FaultKind =
  | 'kill'
  | 'kill-region'
  | 'freeze'
  | 'cut-registry'
  | 'cut-edge'
  | 'cut-sip'
  | 'stall'
  | 'registry-down'
  | 'registry-loses-data'
  | 'registry-rolls-back'
  | 'replies-lost'
  | 'calls-late'
  | 'drain';

/** `at` true ms; `ms` how long; `node` an index, or -1 for whoever owns the session then. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
  readonly ms: number;
  readonly node: number;
}
