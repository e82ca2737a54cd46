import { type Row } from '../data/schema.js';
import { schema } from '../data/tables.js';
import { type Answer, json } from '../exchange/exchange.js';
import { ApiError, refusedByAccess } from '../exchange/api-error.js';
import { fieldsOf } from './request-body.js';
import { type RequestScope, writeScope } from './request-scope.js';

/** The only staging table, and its transform map: the same field names, with or without the prefix `u_`. */
export const STAGING_TABLE = 'u_helpdesk_incident';
const TRANSFORM_MAP = 'Helpdesk incident';
const COALESCE = 'correlation_id';

/**
 * `POST /api/now/import/{staging}`: creates an incident, or updates the one with the same correlation_id. A refused row
 * is reported as an error inside a 201.
 */
export function importRow(scope: RequestScope): Answer {
  const { instance, exchange, access, args } = scope;
  if (args[0] !== STAGING_TABLE) throw new ApiError(400, `Invalid staging table ${args[0]}`);
  const incident = schema.table('incident')!;
  if (!access.mayDo('create', incident.name)) throw refusedByAccess('Insert');
  const fields = Object.fromEntries(
    Object.entries(fieldsOf(exchange)).map(([name, value]) => [name.replace(/^u_/, ''), value]),
  );
  const key = fields[COALESCE];
  const existing = key ? instance.store.lookUp(incident.name, COALESCE, key)?.[0] : undefined;
  const transformed = (): { status: string; row: Row } => {
    if (!existing) return { status: 'inserted', row: instance.records.insert(incident, fields, writeScope(scope)) };
    const row = instance.records.update(incident, existing, fields, writeScope(scope));
    return { status: row === existing ? 'ignored' : 'updated', row };
  };
  return json(201, { import_set: 'ISET0010001', staging_table: STAGING_TABLE, result: [resultOf(scope, transformed)] });
}

function resultOf({ exchange }: RequestScope, transform: () => { status: string; row: Row }): Record<string, string> {
  const about = { transform_map: TRANSFORM_MAP, table: 'incident' };
  try {
    const { status, row } = transform();
    const id = row['sys_id']!;
    return {
      ...about,
      display_name: 'number',
      display_value: row['number']!,
      record_link: `${exchange.origin}/api/now/table/incident/${id}`,
      status,
      sys_id: id,
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...about, status: 'error', error_message: error.detail ?? error.message };
  }
}
