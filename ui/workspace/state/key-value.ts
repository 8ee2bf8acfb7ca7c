/** A pair of attached data or options; `value` of a `kvlist` is a list of pairs. */
export interface KeyValue {
  key: string;
  type: string;
  value: unknown;
}
