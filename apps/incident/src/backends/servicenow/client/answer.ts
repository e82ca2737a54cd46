import { BackendFailure } from '../../../ports/backend-failure.js';

/** A complete HTTP response. Header names are in lower case. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The statuses that mean success. */
export interface Expectation {
  status: 200 | 201;
  isWrite: boolean;
}

/**
 * The `result` of a response, checked in this order: status, media type, JSON, envelope. Every other response becomes a
 * failure. `RateBudget` handles status 429.
 * @throws BackendFailure
 */
export function resultOf(answer: Answer, { status, isWrite }: Expectation): unknown {
  if (answer.status !== status) throw failureOf(answer, isWrite);
  return result(envelope(answer, isWrite), isWrite);
}

/** The JSON object of a response. The receiver limits its size. */
export function envelope({ headers, body }: Answer, isWrite: boolean): Record<string, unknown> {
  if (!headers['content-type']?.toLowerCase().startsWith('application/json'))
    throw isHibernating(body)
      ? // A proxy in front of the instance sent the page: nothing was executed.
        new BackendFailure('hibernating', 'The ServiceNow instance is hibernating; somebody has to wake it.')
      : new BackendFailure('not-json', 'ServiceNow answered with a page instead of data.', {
          mayHaveHappened: isWrite,
        });
  const json = parsed(body);
  if (json === undefined) throw truncated(isWrite);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new BackendFailure('unexpected', 'ServiceNow answered with no object.', { mayHaveHappened: isWrite });
  return json as Record<string, unknown>;
}

function result(json: Record<string, unknown>, isWrite: boolean): unknown {
  // When a transaction times out while it answers, an error follows part of the result.
  if ('error' in json) throw truncated(isWrite);
  if (!('result' in json))
    throw new BackendFailure('unexpected', 'ServiceNow answered without a result.', { mayHaveHappened: isWrite });
  return json['result'];
}

/** The failure for a response without the expected status. @throws BackendFailure when the body cannot be read */
function failureOf(answer: Answer, isWrite: boolean): BackendFailure {
  const { status } = answer;
  const message = `ServiceNow answered with status ${status}.`;
  if (status === 202) return new BackendFailure('ambiguous', message, { mayHaveHappened: isWrite });
  if (status < 300) {
    // For a page in place of data, the page says more than the status.
    if (answer.body !== '') envelope(answer, isWrite);
    return new BackendFailure(isWrite ? 'ambiguous' : 'unexpected', message, { mayHaveHappened: isWrite });
  }
  if (status < 400)
    return new BackendFailure('redirected', `ServiceNow redirects elsewhere (status ${status}); that is not followed.`);
  if (isWrite && isDuplicate(answer.body))
    return new BackendFailure('ambiguous', 'ServiceNow has such a record already.', { mayHaveHappened: true });
  if (status >= 500) return new BackendFailure('unavailable', message, { mayHaveHappened: isWrite });
  if (status === 401) return new BackendFailure('unauthenticated', 'ServiceNow does not accept our account.');
  if (status === 404)
    return new BackendFailure('not-found', 'ServiceNow has no such record, or our account may not see it.');
  if (status === 403) return refusal(answer.body);
  return new BackendFailure('bad-request', `ServiceNow does not understand the request (status ${status}).`);
}

/** What refused the call: a rule of the instance, or our account's rights. The wording differs between releases. */
function refusal(body: string): BackendFailure {
  const text = refusalText(body);
  const rule = /aborted by Business Rule '([^'^]{1,80})/i.exec(text)?.[1];
  if (rule !== undefined)
    return new BackendFailure(
      'rejected',
      `The business rule ${JSON.stringify(rule)} of ServiceNow refused the change.`,
    );
  const fields = /Data Policy Exception:(?:[^:]{0,80}:)? ?([\p{L}\p{N} ,_-]{1,120})/u.exec(text)?.[1];
  if (fields !== undefined)
    return new BackendFailure('rejected', `A data policy of ServiceNow refused the change; it is about: ${fields}.`);
  if (/permission to be read|Insufficient rights to query/i.test(text))
    return new BackendFailure('forbidden', 'Our ServiceNow account may not query a column that it needs to query.');
  return new BackendFailure('forbidden', 'Our ServiceNow account may not do this.');
}

/** Whether a unique index refused a second record, under any status. The caller wants the first record. */
const isDuplicate = (body: string) => /unique key|duplicate (entry|key)/i.test(refusalText(body));

function refusalText(body: string): string {
  const json = parsed(body) as { error?: { message?: unknown; detail?: unknown } } | null | undefined;
  const { message, detail } = json?.error ?? {};
  return [message, detail].filter((part) => typeof part === 'string').join(' / ');
}

const truncated = (isWrite: boolean) =>
  new BackendFailure('truncated', 'ServiceNow sent an incomplete answer.', { mayHaveHappened: isWrite });

const isHibernating = (page: string) => /instance-hibernating-page|instance is hibernating/i.test(page);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
