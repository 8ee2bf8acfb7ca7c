import type { StatisticValue } from '../state/model.ts';
import { en as text } from '../text/en.ts';

const shown = ({ name, value }: StatisticValue): string => {
  if (value === undefined) return '–';
  if (!/Duration|Time/.test(name)) return String(value);
  const seconds = Math.round(value);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

/** The agent's numbers of the day, in one line; not announced, for they change all the time. */
export function Statistics({ values }: { values: readonly StatisticValue[] }) {
  if (values.length === 0) return null;
  return (
    <dl className="statistics" aria-label={text.statistics.heading} data-testid="statistics">
      {values.map(each => (
        <div key={each.name}>
          <dt>{text.statistics.name[each.name] ?? each.name}</dt>
          <dd>{shown(each)}</dd>
        </div>
      ))}
    </dl>
  );
}
