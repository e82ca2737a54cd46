import { type Row } from '../data/schema.js';
import { displayValue } from '../query/display-value.js';
import { fieldPath } from '../query/field-path.js';
import { type Answer, json } from '../exchange/exchange.js';
import { type RequestScope, tableOf } from './request-scope.js';
import { queryOf, search } from './search.js';

/** `/api/now/stats/{table}`: the number of matching rows, in total or by the values of fields. */
export function stats(scope: RequestScope): Answer {
  const { instance, exchange, access, args, session } = scope;
  const table = tableOf(scope, args[0]!);
  const rows = search(instance, exchange, access, table, queryOf(instance, exchange, table));
  const counted = (some: readonly Row[]) => ({ count: String(some.length) });
  const paths = (exchange.query.get('sysparm_group_by') ?? '').split(',').flatMap((field) => {
    const path = fieldPath(instance.store, table.name, field.trim());
    return path ? [{ field: field.trim(), path }] : [];
  });
  if (paths.length === 0) return json(200, { result: { stats: counted(rows) } });
  const isShown = exchange.query.get('sysparm_display_value') === 'true';
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const fields = paths.map(({ field, path }) => {
      const value = path.value(row);
      return { field, value: isShown ? displayValue(instance.store, path.column, value, session.zone) : value };
    });
    const key = JSON.stringify(fields);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const result = [...groups].sort().map(([key, some]) => ({
    stats: counted(some),
    groupby_fields: JSON.parse(key) as unknown,
  }));
  return json(200, { result });
}
