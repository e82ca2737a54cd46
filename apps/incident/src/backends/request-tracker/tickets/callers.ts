import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Caller } from '../../../ports/incident.js';
import { columnsOf, readPage, User } from './records.js';
import { type RestClient } from '../client/rest.client.js';
import { userName } from '../client/ticket-query.js';

const EMAIL = /^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;
const MAX_EMAIL = 254;

/** The only enabled user with this address. A caller's id is the user name, RT's key for people. */
export async function callerBy(address: string, client: RestClient): Promise<Caller | undefined> {
  const email = address.trim();
  if (email.length > MAX_EMAIL || !EMAIL.test(email)) return undefined;
  // RT leaves out disabled users, and compares without regard to case here.
  const { rows } = readPage(
    User,
    await client.read('users', {
      query: JSON.stringify([{ field: 'EmailAddress', operator: '=', value: email }]),
      fields: columnsOf(User),
      per_page: '3',
    }),
  );
  // RT ignores a condition on a field that our account may not search.
  if (rows.some(({ EmailAddress }) => EmailAddress.toLowerCase() !== email.toLowerCase()))
    throw new BackendFailure('unexpected', 'Request Tracker answered with somebody who was not asked for.');
  const [user] = rows;
  if (rows.length !== 1 || !user || userName(user.Name) === undefined) return undefined;
  return { id: user.Name, email: user.EmailAddress, ...(user.RealName && { name: user.RealName }) };
}
