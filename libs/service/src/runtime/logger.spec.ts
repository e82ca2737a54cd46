import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { createLogger, NestLogger, type LogLevel } from './logger.js';

const SECRET = 'ann@example.com';

/** A logger and the lines that it writes. */
function listened(level: LogLevel = 'debug') {
  const logger = createLogger('gateway', level);
  let written = '';
  Object.assign(logger, { [pino.symbols.streamSym]: { write: (line: string) => void (written += line) } });
  const lines = () =>
    written
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, text: () => written };
}

describe('The log', () => {
  it('is one JSON object per line with the service’s name and without a host name', () => {
    const { logger, lines } = listened();
    logger.info({ conversationId: 'c-1' }, 'A turn is done.');
    logger.warn('Slow.');
    expect(lines()).toMatchObject([
      { service: 'gateway', conversationId: 'c-1', msg: 'A turn is done.', level: 30 },
      { service: 'gateway', msg: 'Slow.', level: 40 },
    ]);
    expect(lines()[0]).not.toHaveProperty('hostname');
    expect(lines()[0]).not.toHaveProperty('pid');
  });

  it.each<[string, object]>([
    ['text', { text: SECRET }],
    ['email', { email: SECRET }],
    ['the text of a part', { turn: { text: SECRET } }],
    ['the address of a part', { caller: { email: SECRET } }],
    ['the data of an envelope', { data: { anything: { at: { all: SECRET } } } }],
  ])('removes %s if it is logged by mistake', (_, fields) => {
    const { logger, text } = listened();
    logger.info(fields, 'Something happened.');
    expect(text()).not.toContain(SECRET);
    expect(text()).toContain('[redacted]');
  });

  it('keeps ids and all other fields', () => {
    fc.assert(
      fc.property(fc.constantFrom('id', 'conversationId', 'attempt', 'reason'), fc.string(), (name, value) => {
        const { logger, lines } = listened();
        logger.info({ [name]: value }, 'Something happened.');
        expect(lines()[0]?.[name]).toBe(value);
      }),
    );
  });

  it.each<[LogLevel, string[]]>([
    ['debug', ['d', 'i', 'w', 'e']],
    ['info', ['i', 'w', 'e']],
    ['warn', ['w', 'e']],
    ['error', ['e']],
    ['silent', []],
  ])('of level %s has %j', (level, expected) => {
    const { logger, lines } = listened(level);
    logger.debug('d');
    logger.info('i');
    logger.warn('w');
    logger.error('e');
    expect(lines().map(({ msg }) => msg)).toEqual(expected);
  });
});

describe("Nest's own messages", () => {
  it('are logged at debug level, except warnings and errors, and name their context', () => {
    const { logger, lines } = listened();
    const nest = new NestLogger(logger);
    nest.log('started', 'Router');
    nest.debug('more', 'Router');
    nest.verbose('most', 'Router');
    nest.warn('odd', 'Router');
    nest.error('broken', 'a stack', 'Router');
    nest.fatal('dead', 'Router');
    expect(lines().map(({ msg, level, context }) => [msg, level, context])).toEqual([
      ['started', 20, 'Router'],
      ['more', 20, 'Router'],
      ['most', 20, 'Router'],
      ['odd', 40, 'Router'],
      ['broken', 50, 'Router'],
      ['dead', 50, 'Router'],
    ]);
  });

  it('keep the stack of an error', () => {
    const { logger, lines } = listened();
    new NestLogger(logger).error(new TypeError('x is not a function'), 'Injector');
    expect(lines()[0]).toMatchObject({
      err: { type: 'TypeError', stack: expect.stringContaining('TypeError') as unknown },
    });
  });

  it('log a failure to listen at debug level only, because the caller reports it', () => {
    const { logger, lines } = listened('info');
    new NestLogger(logger).error('listen EADDRINUSE', 'NestApplication');
    expect(lines()).toEqual([]);
  });
});
