import { BackendFailure } from '../backend/backend-failure.js';
import { type NewFile } from '../backend/incident.js';
import { type QueryValue } from './query-value.js';
import { readRow, valueIn } from './row.js';
import { type ServiceNowClient } from './servicenow.client.js';
import { written } from './table-api.js';

const MAX_NAME = 100;
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80}$/i;

/** Adds a file to an incident. @throws BackendFailure; `unexpected` when the instance stored another one */
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

function fileName(name: string): string {
  const plain = name.replace(/[/\\:*?"<>|^]|\p{Cc}/gu, '_').replace(/^\.+/, '');
  const [, stem = '', extension = ''] = /^(.*?)(\.[A-Za-z0-9]{1,10})?$/s.exec(plain) ?? [];
  const cut = stem.slice(0, MAX_NAME - extension.length).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut || 'file'}${extension}`;
}
