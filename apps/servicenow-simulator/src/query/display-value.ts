import { type Column } from '../data/schema.js';
import { type Store } from '../data/store.js';
import { instantOf, shownIn } from '../environment/date-time.js';

/** What a person in `zone` sees in the place of a stored value. */
export function displayValue(store: Store, column: Column, value: string, zone: string): string {
  if (value === '') return '';
  switch (column.type) {
    case 'choice':
      return column.choices?.[value] ?? value;
    case 'reference':
      return nameOf(store, column.reference, value);
    case 'glide_date_time':
      return shownIn(zone, value);
    case 'glide_duration':
      return inWords(value);
    default:
      return value;
  }
}

/** What stands for a record where it is referred to; its id when there is no such record. */
function nameOf(store: Store, table: string | undefined, id: string): string {
  const row = table === undefined ? undefined : store.get(table, id);
  const display = row && store.schema.table(row['sys_class_name'] ?? '')?.display;
  return (display && row[display]) || id;
}

/** A duration, stored as the moment that is so long after the beginning of 1970. */
function inWords(stored: string): string {
  const seconds = Math.round((instantOf(stored) ?? 0) / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'Day'],
    [Math.floor(seconds / 3_600) % 24, 'Hour'],
    [Math.floor(seconds / 60) % 60, 'Minute'],
    [seconds % 60, 'Second'],
  ];
  const said = parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? '' : 's'}`);
  return said.slice(0, 2).join(' ');
}
