import { createHash } from 'node:crypto';
import { schema } from '../data/tables.js';
import { type Row } from '../data/schema.js';
import { type Answer, headerOf, json } from '../exchange/exchange.js';
import { ApiError, noRecord, refusedByAccess } from '../exchange/api-error.js';
import { pageOf, pagingHeaders } from './paging.js';
import { type RequestScope, shaperOf, tableOf, writeScope } from './request-scope.js';
import { queryOf, readableRow, search } from './search.js';

const attachments = schema.table('sys_attachment')!;
const contents = schema.table('attachment_content')!;

/** `/api/now/attachment`: the metadata of attachments. */
export function attachmentList(scope: RequestScope): Answer {
  const { instance, exchange, access } = scope;
  const page = pageOf(exchange, instance.config);
  const found = search(instance, exchange, access, attachments, queryOf(instance, exchange, attachments));
  const rows = found.slice(page.offset, page.offset + page.limit).filter((row) => isReadable(scope, row));
  const result = rows.map((row) => described(scope, row));
  return json(200, { result }, pagingHeaders(exchange, page, found.length));
}

/** `/api/now/attachment/{sys_id}`: the metadata of one attachment, or its deletion. */
export function attachmentRecord(scope: RequestScope): Answer {
  const row = attachmentOf(scope);
  if (scope.exchange.method !== 'DELETE') return json(200, { result: described(scope, row) });
  if (!scope.access.mayDo('delete', attachments.name)) throw refusedByAccess('Delete');
  scope.instance.records.remove(attachments, row);
  scope.instance.store.remove(contents.name, row['sys_id']!);
  return { status: 204, headers: {} };
}

/** `/api/now/attachment/{sys_id}/file`: the content of an attachment. */
export function attachmentFile(scope: RequestScope): Answer {
  const row = attachmentOf(scope);
  const content = scope.instance.store.get(contents.name, row['sys_id']!);
  return {
    status: 200,
    headers: {
      'Content-Type': row['content_type'] || 'application/octet-stream',
      'Content-Disposition': `attachment;filename*=UTF-8''${encodeURIComponent(row['file_name']!)}`,
      'X-Attachment-Metadata': JSON.stringify(described(scope, row)).replace(/[^\x20-\x7e]/g, '?'),
    },
    body: Buffer.from(content?.['base64'] ?? '', 'base64'),
  };
}

/** `POST /api/now/attachment/file`: the body is the file; the parameters name its record. */
export function uploadFile(scope: RequestScope): Answer {
  const { exchange } = scope;
  const parameter = (name: string): string => exchange.query.get(name) ?? '';
  return attach(scope, {
    table: parameter('table_name'),
    recordId: parameter('table_sys_id'),
    fileName: parameter('file_name'),
    type: headerOf(exchange, 'content-type') ?? '',
    bytes: exchange.body,
  });
}

/** `POST /api/now/attachment/upload`: a form whose last part is the file. */
export async function uploadForm(scope: RequestScope): Promise<Answer> {
  const { exchange } = scope;
  const type = headerOf(exchange, 'content-type') ?? '';
  const form = await new Response(exchange.body, { headers: { 'Content-Type': type } }).formData().catch(() => {
    throw new ApiError(400, 'Exception while reading request', 'The payload is not a multipart form');
  });
  const parts = [...form];
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const file = parts.at(-1)?.[1];
  if (file === undefined || typeof file === 'string')
    throw new ApiError(400, 'Missing or invalid parameter', 'The file must be the last part of the form');
  return attach(scope, {
    table: text('table_name'),
    recordId: text('table_sys_id'),
    fileName: file.name,
    type: file.type,
    bytes: Buffer.from(await file.arrayBuffer()),
  });
}

interface Upload {
  table: string;
  recordId: string;
  fileName: string;
  type: string;
  bytes: Buffer;
}

function attach(scope: RequestScope, { table: tableName, recordId, fileName, type, bytes }: Upload): Answer {
  const { instance, exchange, access } = scope;
  const missing = Object.entries({ table_name: tableName, table_sys_id: recordId, file_name: fileName }).find(
    ([, value]) => value === '',
  );
  if (missing) throw new ApiError(400, 'Missing or invalid parameter', `${missing[0]} is required`);
  const table = tableOf(scope, tableName);
  if (!readableRow(instance, exchange, access, table, recordId)) throw noRecord();
  if (!access.mayDo('write', tableName)) throw refusedByAccess('Insert');
  if (type === '') throw new ApiError(415, 'Unsupported media type', 'Content-Type is required');
  const row = instance.records.insert(
    attachments,
    {
      table_name: tableName,
      table_sys_id: recordId,
      file_name: fileName,
      content_type: type,
      size_bytes: String(bytes.length),
      size_compressed: String(bytes.length),
      hash: createHash('sha256').update(bytes).digest('hex'),
    },
    writeScope(scope),
  );
  instance.store.put(contents.name, { sys_id: row['sys_id']!, base64: bytes.toString('base64') });
  const id = row['sys_id']!;
  return json(201, { result: described(scope, row) }, { Location: `${exchange.origin}/api/now/attachment/${id}` });
}

function attachmentOf(scope: RequestScope): Row {
  const row = readableRow(scope.instance, scope.exchange, scope.access, attachments, scope.args[0]!);
  if (!row || !isReadable(scope, row)) throw noRecord();
  return row;
}

/** An attachment is readable for everybody who may read its record. */
function isReadable({ instance, access }: RequestScope, attachment: Row): boolean {
  const table = instance.store.schema.table(attachment['table_name'] ?? '');
  const record = table && instance.store.get(table.name, attachment['table_sys_id'] ?? '');
  return record !== undefined && access.mayReadRow(table!.name, record);
}

const described = (scope: RequestScope, row: Row) => ({
  ...shaperOf(scope).row(attachments, row),
  download_link: `${scope.exchange.origin}/api/now/attachment/${row['sys_id']}/file`,
});
