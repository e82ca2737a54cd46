import { type ArgumentsHost, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { lastValueFrom, type Observable } from 'rxjs';
import { RetryableError } from '#bus';
import { StoreUnavailableError } from '#store';
import { Problem, ProblemFilter } from './problem.filter.js';

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** The filter's answer to a failed HTTP call, and its log line. */
function answerTo(exception: unknown): Answer & { log: string } {
  let log = '';
  const logger = pino({}, { write: (line: string) => void (log += line) });
  const answer: Answer = { status: 0, headers: {}, body: {} };
  const reply = {
    status: (code: number) => ((answer.status = code), reply),
    header: (name: string, value: string) => ((answer.headers[name] = value), reply),
    send: (body: Record<string, unknown>) => (answer.body = body),
  };
  const host = { getType: () => 'http', switchToHttp: () => ({ getResponse: () => reply }) };
  new ProblemFilter(logger).catch(exception, host as unknown as ArgumentsHost);
  return { ...answer, log };
}

const onTheBus = (exception: unknown): Promise<unknown> => {
  const host = { getType: () => 'rpc' } as unknown as ArgumentsHost;
  const result = new ProblemFilter(pino({ level: 'silent' })).catch(exception, host);
  return lastValueFrom(result as Observable<never>).catch((error: unknown) => error);
};

describe('The problem filter', () => {
  it('answers with the thrown problem, its extensions and the retry delay', () => {
    const { status, headers, body, log } = answerTo(
      new Problem(429, { detail: 'Too fast.', retryAfter: 2, message_id: 'm-1' }),
    );
    expect(status).toBe(429);
    expect(headers).toEqual({ 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '2' });
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Too many requests',
      status: 429,
      detail: 'Too fast.',
      message_id: 'm-1',
    });
    expect(log).toBe('');
  });

  it('answers an unexpected error with only a reference, and logs the details under it', () => {
    const { status, body, log } = answerTo(new TypeError('secret of the house'));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    const { reference } = body as { reference: string };
    expect(body['detail']).toContain(reference);
    expect(log).toContain(reference);
    expect(log).toContain('secret of the house');
  });

  it.each([undefined, null, 'text', 5, {}, { statusCode: 'x' }, { statusCode: 42 }])(
    'answers 500 even when %j is thrown',
    (thrown) => expect(answerTo(thrown).status).toBe(500),
  );

  it('keeps the status of HTTP errors of the framework and of the server', () => {
    expect(answerTo(new NotFoundException('No such page.'))).toMatchObject({
      status: 404,
      body: { detail: 'No such page.' },
    });
    const tooLarge = Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    expect(answerTo(tooLarge)).toMatchObject({ status: 413, body: { title: 'Too large' } });
  });

  it('does not reveal the message of a failing component', () => {
    const { status, body } = answerTo(new ServiceUnavailableException('10.0.0.1 refused'));
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('10.0.0.1');
  });

  it('lets a message wait while the store is unavailable', async () => {
    const away = new StoreUnavailableError('the database is away');
    const error = await onTheBus(away);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ message: 'the database is away', cause: away });
  });

  it('passes every other error of a message handler to the bus', async () => {
    const bug = new TypeError('bug');
    expect(await onTheBus(bug)).toBe(bug);
  });
});
