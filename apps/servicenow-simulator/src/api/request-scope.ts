import { AccessRules } from '../access/access-rules.js';
import { type Session } from '../access/session.js';
import { type Row, type TableSchema } from '../data/schema.js';
import { type Instance } from '../instance/instance.js';
import { type WriteScope } from '../records/records.js';
import { type Exchange, isSet } from '../exchange/exchange.js';
import { ApiError } from '../exchange/api-error.js';
import { type DisplayMode, Shaper } from './shape.js';

/** An authenticated request with its access rights and output options. */
export interface RequestScope {
  instance: Instance;
  exchange: Exchange;
  session: Session;
  access: AccessRules;
  /** Named parts of the path. */
  args: readonly string[];
  /** `v1`, `v2` or empty. */
  version: string;
}

export function requestScope(
  instance: Instance,
  exchange: Exchange,
  session: Session,
  version: string,
  args: readonly string[],
): RequestScope {
  const { hiddenRows: rows, hiddenFields: fields, deniedOperations: operations } = exchange.spells;
  const access = new AccessRules(instance.store.schema, instance.config, session, { rows, fields, operations });
  return { instance, exchange, session, access, args, version };
}

/** @throws ApiError 400, the same for every account */
export function tableOf({ instance }: RequestScope, name: string): TableSchema {
  const table = instance.store.schema.table(name);
  if (!table || table.isInternal) throw new ApiError(400, `Invalid table ${name}`);
  if (instance.config.closedTables.includes(name))
    throw new ApiError(403, 'Insufficient rights to query records', 'Failed API level ACL Validation');
  return table;
}

/** The table of a record that was found through a table that it extends. */
export const classOf = ({ instance }: RequestScope, table: TableSchema, row: Row): TableSchema =>
  instance.store.schema.table(row['sys_class_name'] ?? '') ?? table;

/** Formats records in the shape that the request asks for. */
export function shaperOf({ instance, exchange, access, version }: RequestScope): Shaper {
  const { query, origin } = exchange;
  const wanted = query.get('sysparm_display_value')?.toLowerCase();
  const display: DisplayMode = wanted === 'true' || wanted === 'all' ? wanted : 'false';
  const fields = query
    .get('sysparm_fields')
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return new Shaper(instance.store, access, {
    display,
    excludeLinks: isSet(exchange, 'sysparm_exclude_reference_link'),
    fields: fields && fields.length > 0 ? fields : undefined,
    base: `${origin}/api/now${version && `/${version}`}`,
  });
}

export const writeScope = ({ exchange: { now, spells }, session }: RequestScope): WriteScope => ({
  session,
  now,
  abortingRule: spells.abortingRule,
  mandatoryField: spells.mandatoryField,
});
