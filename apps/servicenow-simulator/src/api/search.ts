import { type AccessRules } from '../access/access-rules.js';
import { type Row, type TableSchema } from '../data/schema.js';
import { type Instance } from '../instance/instance.js';
import { type Query, parseQuery, UnsupportedQuery } from '../query/parse-query.js';
import { runQuery } from '../query/run-query.js';
import { storedValue } from '../records/display-input.js';
import { type Exchange } from '../exchange/exchange.js';
import { ApiError } from '../exchange/api-error.js';

/**
 * The query of a list request: `sysparm_query`, or otherwise the pairs of field and value, whose values may be display
 * values.
 */
export function queryOf(instance: Instance, exchange: Exchange, table: TableSchema): Query {
  const { query, now } = exchange;
  const pairs = [...query].filter(([name]) => !name.startsWith('sysparm_'));
  const encoded = query.get('sysparm_query');
  if (encoded !== null) {
    if (pairs.length > 0) instance.journal.suspect(now, 'ignored-filter', pairs.map(([name]) => name).join(', '));
    return parsed(instance, exchange, encoded);
  }
  const zone = exchange.session?.zone ?? '';
  const chains = pairs.map(([field, value]) => [
    {
      field,
      operator: '=' as const,
      value: storedValue(instance.store, instance.store.schema.column(table.name, field), value, zone),
    },
  ]);
  return { alternatives: [chains], order: [] };
}

/** @throws ApiError 400 for a query that the simulator does not support */
export function parsed(instance: Instance, { now }: Exchange, encoded: string): Query {
  if (encoded.includes('^^')) instance.journal.suspect(now, 'caret-in-value', encoded);
  try {
    return parseQuery(encoded, instance.config);
  } catch (error) {
    if (!(error instanceof UnsupportedQuery)) throw error;
    throw new ApiError(400, 'Invalid query', `The simulator does not know ${error.message}`);
  }
}

/**
 * The matching rows in order, regardless of who may read them.
 * @throws ApiError 403 when the account may not search by one of the fields
 */
export function search(
  instance: Instance,
  exchange: Exchange,
  access: AccessRules,
  table: TableSchema,
  query: Query,
): Row[] {
  const { store, config, chance, journal } = instance;
  const { now, spells } = exchange;
  const { userId, userName, zone } = access.session;
  return runQuery(table.name, query, {
    store,
    config,
    invalidMatchesNothing: instance.property('glide.invalid_query.returns_no_rows') === 'true',
    script: { userId, userName, zone, now },
    shuffle: (rows) => chance.shuffled(rows),
    checkField: ({ steps }, isRange) => {
      const isOpen = steps.every(
        (step) =>
          access.mayReadField(step.table, step.field) && (!isRange || access.maySearchRange(step.table, step.field)),
      );
      if (!isOpen)
        throw new ApiError(
          403,
          'Insufficient rights to query records',
          'Field(s) present in the query do not have permission to be read',
        );
    },
    onScript: (expression, isEvaluated) =>
      journal.suspect(now, 'script', isEvaluated ? expression : `dropped: ${expression}`),
    ...(spells.readLagMs > 0 && { rows: store.rowsAt(table.name, now - spells.readLagMs) }),
  });
}

/** One record as the request sees it; undefined when it does not exist or the account may not read it. */
export function readableRow(
  { store }: Instance,
  { now, spells }: Exchange,
  access: AccessRules,
  table: TableSchema,
  id: string,
): Row | undefined {
  const row =
    spells.readLagMs > 0
      ? store.rowsAt(table.name, now - spells.readLagMs).find((candidate) => candidate['sys_id'] === id)
      : store.get(table.name, id);
  return row && access.mayReadRow(table.name, row) ? row : undefined;
}
