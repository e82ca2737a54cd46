import { createHash } from 'node:crypto';
import { correlationId, type QueryValue } from './query-value.js';

/**
 * The mark that identifies the incident of an operation: at most 67 characters for a column of 100. Our own operation
 * ids, 64 hexadecimal digits or UUIDs, stay readable in it; any other id is replaced by its SHA-256.
 */
export function correlationIdOf(operationId: string): QueryValue<'correlation-id'> {
  const isOurs = /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(operationId);
  const mark = `hd-${isOurs ? operationId : createHash('sha256').update(operationId).digest('hex')}`;
  return correlationId(mark) as QueryValue<'correlation-id'>;
}
