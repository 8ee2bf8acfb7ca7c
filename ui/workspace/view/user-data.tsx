import type { KeyValue } from '../state/key-value.ts';

/** Attached data that can be shown in one line each. */
export function UserData({ label, pairs }: { label: string; pairs: readonly KeyValue[] }) {
  const shown = pairs.filter(pair => typeof pair.value === 'string' || typeof pair.value === 'number');
  if (shown.length === 0) return null;
  return (
    <dl aria-label={label}>
      {shown.map((pair, index) => (
        <div key={`${pair.key}-${index}`}>
          <dt>{pair.key}</dt>
          <dd>{String(pair.value)}</dd>
        </div>
      ))}
    </dl>
  );
}
