import { type Row, type TableSchema } from '../data/schema.js';
import { storedFields } from '../records/display-input.js';
import { type Answer, headerOf, isSet, json } from '../exchange/exchange.js';
import { ApiError, noRecord, refusedByAccess } from '../exchange/api-error.js';
import { pageOf, pagingHeaders } from './paging.js';
import { fieldsOf } from './request-body.js';
import { classOf, type RequestScope, shaperOf, tableOf, writeScope } from './request-scope.js';
import { queryOf, readableRow, search } from './search.js';

/** `/api/now/table/{table}`: lists and creates. */
export function tableCollection(scope: RequestScope): Answer {
  const table = tableOf(scope, scope.args[0]!);
  switch (scope.exchange.method) {
    case 'GET':
    case 'HEAD':
      return list(scope, table);
    case 'POST':
      return create(scope, table);
    default:
      throw notAllowed(scope);
  }
}

/** `/api/now/table/{table}/{sys_id}`: reads, changes and deletes. */
export function tableRecord(scope: RequestScope): Answer {
  const table = tableOf(scope, scope.args[0]!);
  const row = readableRow(scope.instance, scope.exchange, scope.access, table, scope.args[1]!);
  switch (scope.exchange.method) {
    case 'GET':
    case 'HEAD':
      if (!row) throw noRecord();
      return json(200, { result: shaperOf(scope).row(table, row) });
    case 'PUT':
    case 'PATCH':
      return change(scope, table, row);
    case 'DELETE':
      return remove(scope, table, row);
    default:
      throw notAllowed(scope);
  }
}

const notAllowed = ({ exchange }: RequestScope): ApiError =>
  new ApiError(405, 'Method not allowed', `${exchange.method} is not supported for this resource`);

function list(scope: RequestScope, table: TableSchema): Answer {
  const { instance, exchange, access, version } = scope;
  const page = pageOf(exchange, instance.config);
  const matching = search(instance, exchange, access, table, queryOf(instance, exchange, table));
  if (matching.length === 0 && version === 'v1') throw noRecord();
  const shaper = shaperOf(scope);
  // The platform cuts the page before it checks who may read the rows.
  const rows = matching
    .slice(page.offset, page.offset + page.limit)
    .filter((row) => access.mayReadRow(table.name, row))
    .map((row) => shaper.row(table, row));
  return json(200, { result: rows }, pagingHeaders(exchange, page, matching.length));
}

function create(scope: RequestScope, table: TableSchema): Answer {
  const { instance, exchange, access } = scope;
  if (!access.mayDo('create', table.name)) throw refusedByAccess('Insert');
  const fields = writableFields(scope, table);
  const row = instance.records.insert(table, fields, writeScope(scope));
  if (exchange.spells.insertsTwice) {
    const { sys_id: _chosen, ...others } = fields;
    instance.records.insert(table, others, writeScope(scope));
  }
  const shaper = shaperOf(scope);
  const version = scope.version && `/${scope.version}`;
  const location = `${exchange.origin}/api/now${version}/table/${table.name}/${row['sys_id']}`;
  if (hasNoBody(scope)) return { status: 201, headers: { Location: location } };
  return json(201, { result: shaper.row(table, row) }, { Location: location });
}

function change(scope: RequestScope, table: TableSchema, row: Row | undefined): Answer {
  if (!row) throw noRecord();
  const own = classOf(scope, table, row);
  if (!scope.access.mayDo('write', own.name)) throw refusedByAccess('Update');
  const after = scope.instance.records.update(own, row, writableFields(scope, own), writeScope(scope));
  if (hasNoBody(scope)) return { status: 200, headers: {} };
  return json(200, { result: shaperOf(scope).row(table, after) });
}

function remove(scope: RequestScope, table: TableSchema, row: Row | undefined): Answer {
  if (!row) throw noRecord();
  const own = classOf(scope, table, row);
  if (!scope.access.mayDo('delete', own.name)) throw refusedByAccess('Delete');
  scope.instance.records.remove(own, row);
  return { status: 204, headers: {} };
}

/** The fields that the client sends, without those that it may not write: these are dropped silently. */
function writableFields(scope: RequestScope, table: TableSchema): Row {
  const { instance, exchange, access, session } = scope;
  const sent = fieldsOf(exchange);
  const fields = isSet(exchange, 'sysparm_input_display_value')
    ? storedFields(instance.store, table, sent, session.zone)
    : sent;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => access.mayReadField(table.name, name)));
}

const hasNoBody = ({ exchange }: RequestScope): boolean =>
  headerOf(exchange, 'x-no-response-body')?.toLowerCase() === 'true';
