import { BackendFailure } from '../../../ports/backend-failure.js';
import { correlationIdOf } from '../tables/correlation-id.js';
import { is, isAfter, isAnyOf, type Condition } from '../tables/query.js';
import { dateTime, emailAddress, sysId, word, type QueryValue } from '../tables/query-value.js';
import { valueIn, type Row } from '../tables/row.js';
import { type ServiceNowConfig } from '../client/servicenow.config.js';
import { type TableApi } from '../tables/table-api.js';

/** States that the backend moves incidents to. */
const STATES = ['2', '6', '8'];

/** Searches that must be allowed, and what goes wrong otherwise. */
const SEARCHES: { table: string; by: Condition; trouble: string }[] = [
  {
    table: 'incident',
    by: is('correlation_id', correlationIdOf('self-test')),
    trouble: 'Incidents cannot be found by correlation_id: after a lost answer one may be opened twice.',
  },
  {
    table: 'incident',
    by: is('caller_id', sysId('0'.repeat(32)) as QueryValue<'sys-id'>),
    trouble: 'Incidents cannot be found by caller_id: nobody sees theirs.',
  },
  {
    table: 'incident',
    by: isAfter('sys_updated_on', dateTime('2999-01-01 00:00:00') as QueryValue<'date-time'>),
    trouble: 'Incidents cannot be found by sys_updated_on: nobody hears of changes.',
  },
  {
    table: 'sys_user',
    by: is('email', emailAddress('self-test@example.invalid') as QueryValue<'email'>),
    trouble: 'People cannot be found by email: nobody is known as a caller.',
  },
];

/**
 * Problems with the instance or with our rights there, as sentences for its administrator; none when all is well. The
 * test writes nothing.
 * @throws BackendFailure when the instance does not answer or rejects our account
 */
export async function selfTest(tables: TableApi, config: ServiceNowConfig): Promise<string[]> {
  const troubles: string[] = [];
  for (const { table, by, trouble } of SEARCHES) if (!(await foundBy(tables, table, by, 1))) troubles.push(trouble);
  return [...troubles, ...(await zoneTrouble(tables, config)), ...(await choiceTroubles(tables, config))];
}

async function zoneTrouble(tables: TableApi, { account = '' }: ServiceNowConfig): Promise<string[]> {
  const name = word(account);
  const [row] = (name && (await foundBy(tables, 'sys_user', is('user_name', name), 1))) || [];
  const zone = row ? valueIn(row, 'time_zone') : '';
  return ['', 'GMT', 'UTC', 'Etc/UTC'].includes(zone)
    ? []
    : [`The time zone of our account is ${JSON.stringify(zone)} instead of GMT: times of comments may be wrong.`];
}

/** Checks our codes. Tables accept unknown choices, so nobody would notice a wrong one. */
async function choiceTroubles(tables: TableApi, { closeCode, contactType }: ServiceNowConfig): Promise<string[]> {
  const elements = ['close_code', 'contact_type', 'state'].map((text) => word(text) as QueryValue<'word'>);
  const rows = (await foundBy(tables, 'sys_choice', isAnyOf('element', elements), 500)) ?? [];
  if (rows.length === 0) return ['The choices of incidents cannot be read: codes that we set stay unchecked.'];
  const has = (element: string, value: string) => {
    const known = rows.filter((row) => isOfIncidents(row) && valueIn(row, 'element') === element);
    return known.length === 0 || known.some((row) => valueIn(row, 'value') === value);
  };
  const states = STATES.filter((state) => !has('state', state));
  return [
    ...(has('close_code', closeCode) ? [] : ['The instance has no close code as SERVICENOW_CLOSE_CODE says.']),
    ...(has('contact_type', contactType) ? [] : ['The instance has no channel as SERVICENOW_CONTACT_TYPE says.']),
    ...(states.length === 0 ? [] : [`Incidents have no state ${states.join(', ')} there.`]),
  ];
}

const isOfIncidents = (row: Row) => ['incident', 'task'].includes(valueIn(row, 'name'));

/** `undefined` when the search is not allowed, or its condition is ignored. */
async function foundBy(tables: TableApi, table: string, by: Condition, limit: number): Promise<Row[] | undefined> {
  const columns = { sys_user: ['user_name', 'time_zone'], sys_choice: ['name', 'value'] }[table] ?? ['sys_id'];
  try {
    const query = { anyOf: [[by]], order: [{ by: 'sys_id' as const }] };
    return (await tables.list(table, { query, columns: [...columns, by.column], limit })).rows;
  } catch (error) {
    if (error instanceof BackendFailure && ['forbidden', 'unexpected', 'bad-request'].includes(error.kind))
      return undefined;
    throw error;
  }
}
