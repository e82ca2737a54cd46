import { BackendFailure } from '../../../ports/backend-failure.js';
import { type NewFile } from '../../../ports/incident.js';
import { encodedQuery, is } from '../tables/query.js';
import { word, type QueryValue } from '../tables/query-value.js';
import { readRow, readRows, valueIn } from '../tables/row.js';
import { type ServiceNowClient } from '../client/servicenow.client.js';
import { written } from '../tables/table-api.js';

const INCIDENT = word('incident') as QueryValue<'word'>;
/** If an incident has more files, only this many of the newest are read. */
const MOST_LOOKED_AT = 200;
const MAX_NAME = 100;
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80}$/i;

/** Adds a file to an incident. @throws BackendFailure; `unexpected` when the instance stored another file */
export async function attach(client: ServiceNowClient, id: QueryValue<'sys-id'>, file: NewFile): Promise<void> {
  const { result } = await client.call({
    method: 'POST',
    path: '/api/now/attachment/file',
    params: { table_name: 'incident', table_sys_id: id, file_name: fileName(file.name) },
    body: file.content,
    contentType: MEDIA_TYPE.test(file.type) ? file.type : 'application/octet-stream',
    table: 'sys_attachment',
    expects: 201,
  });
  const stored = written(() => readRow(result));
  if (valueIn(stored, 'table_sys_id') !== id || valueIn(stored, 'size_bytes') !== String(file.content.length))
    throw new BackendFailure('unexpected', 'ServiceNow stored another file than was sent.', { mayHaveHappened: true });
}

/** Whether the incident has a file of this name and size. @throws BackendFailure */
export async function isAttached(
  client: ServiceNowClient,
  id: QueryValue<'sys-id'>,
  { name, content }: NewFile,
): Promise<boolean> {
  const { result } = await client.call({
    method: 'GET',
    path: '/api/now/attachment',
    params: {
      sysparm_query: encodedQuery({
        anyOf: [[is('table_name', INCIDENT), is('table_sys_id', id)]],
        order: [{ by: 'sys_created_on', descending: true }],
      }),
      sysparm_limit: String(MOST_LOOKED_AT),
    },
    table: 'sys_attachment',
    expects: 200,
  });
  return readRows(result).some(
    (row) =>
      valueIn(row, 'table_sys_id') === id &&
      valueIn(row, 'file_name') === fileName(name) &&
      valueIn(row, 'size_bytes') === String(content.length),
  );
}

function fileName(name: string): string {
  const plain = name.replace(/[/\\:*?"<>|^]|\p{Cc}/gu, '_').replace(/^\.+/, '');
  const [, stem = '', extension = ''] = /^(.*?)(\.[A-Za-z0-9]{1,10})?$/s.exec(plain) ?? [];
  const cut = stem.slice(0, MAX_NAME - extension.length).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut || 'file'}${extension}`;
}
