import { type Column, type Row, type TableSchema } from '../data/schema.js';
import { type Store } from '../data/store.js';
import { storedFrom } from '../environment/date-time.js';

/** The stored value of what a person would type: a label, a name, a time in their zone. Others stay as they are. */
export function storedValue(store: Store, column: Column | undefined, shown: string, zone: string): string {
  if (!column || shown === '') return shown;
  switch (column.type) {
    case 'choice': {
      const label = shown.toLowerCase();
      return Object.entries(column.choices ?? {}).find(([, other]) => other.toLowerCase() === label)?.[0] ?? shown;
    }
    case 'glide_date_time':
      return storedFrom(zone, shown);
    case 'reference':
      return column.reference === undefined ? shown : (idOf(store, column.reference, shown) ?? shown);
    default:
      return shown;
  }
}

/** The fields of a request whose values are those that people see (`sysparm_input_display_value`). */
export const storedFields = (store: Store, table: TableSchema, fields: Row, zone: string): Row =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      storedValue(store, Object.hasOwn(table.columns, name) ? table.columns[name] : undefined, value, zone),
    ]),
  );

function idOf(store: Store, table: string, shown: string): string | undefined {
  const schema = store.schema.table(table);
  if (!schema || store.get(table, shown)) return undefined;
  const fields = table === 'sys_user' ? [schema.display, 'user_name'] : [schema.display];
  const wanted = shown.toLowerCase();
  for (const field of fields)
    for (const row of store.lookUp(table, field, shown) ?? store.rows(table))
      if (row[field]?.toLowerCase() === wanted) return row['sys_id'];
  return undefined;
}
