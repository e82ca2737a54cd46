import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Type } from 'typebox';
import { turnOfTheLoop } from './runtime/turn-of-the-loop.fixture.js';

// Jest on Node 20 cannot load this package. It only serves the assets of the API page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));
const { endOnSignal, refuse, runMain } = await import('./run-main.js');

class Exit extends Error {
  constructor(readonly code: unknown) {
    super(`exit ${String(code)}`);
  }
}

const NAMES = ['HOST', 'AMQP_URL', 'BUS_NAMESPACE', 'DATABASE_URL', 'LOG_LEVEL', 'ECHO_PORT'];
const echo = {
  name: 'echo',
  summary: 'Says what it hears.',
  settings: Type.Object({ ECHO_PORT: Type.Integer() }),
  port: ({ ECHO_PORT }: { ECHO_PORT: number }) => ECHO_PORT,
  module: () => ({ module: class {} }),
};

describe('A service that starts as a process', () => {
  const before = { ...process.env };
  let said: string[];
  beforeEach(() => {
    said = [];
    for (const name of NAMES) delete process.env[name];
    jest.spyOn(console, 'error').mockImplementation((text: unknown) => void said.push(String(text)));
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Exit(code);
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of NAMES) delete process.env[name];
    Object.assign(process.env, before);
  });

  const started = (env: Record<string, string>) => {
    Object.assign(process.env, env);
    return expect(runMain(echo)).rejects.toThrow('exit 1');
  };

  it.each([
    ['AMQP_URL', 'http://broker'],
    ['BUS_NAMESPACE', 'Help Desk'],
    ['DATABASE_URL', 'mysql://u:geheim@host/x'],
    ['LOG_LEVEL', 'loud'],
    ['ECHO_PORT', 'http'],
  ])('is refused with a sentence when %s is %j, without the value', async (name, value) => {
    await started({ LOG_LEVEL: 'silent', ECHO_PORT: '0', [name]: value });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(new RegExp(`^echo: ${name} `));
    expect(said[0]).not.toContain(value);
  });

  it('is refused with all errors at once', async () => {
    await started({ AMQP_URL: 'http://broker', LOG_LEVEL: 'loud' });
    expect(said[0]?.split('\n')).toHaveLength(2);
  });

  it('is refused when one of its own settings is missing', async () => {
    await started({ LOG_LEVEL: 'silent' });
    expect(said).toEqual(['echo: ECHO_PORT is not set']);
  });

  it.each<[string, unknown]>([
    [
      'echo: port 5005 is in use. Stop what uses it or set another port (GATEWAY_PORT for the chat page).',
      Object.assign(new Error('listen'), { code: 'EADDRINUSE', port: 5005 }),
    ],
    ['echo: no model', new Error('no model')],
    ['echo: a text', 'a text'],
  ])('reports without a stack why it did not start: %s', (expected, error) => {
    expect(() => refuse('echo', error)).toThrow('exit 1');
    expect(said).toEqual([expected]);
  });
});

describe('A signal', () => {
  const handlers = new Map<unknown, () => void>();
  let now: number;
  let exits: unknown[];
  beforeEach(() => {
    // A stop that never ends would end this process after its time limit.
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    now = 10_000;
    exits = [];
    jest.spyOn(process, 'on').mockImplementation((signal: unknown, handler: unknown) => {
      handlers.set(signal, handler as () => void);
      return process;
    });
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    jest.spyOn(process, 'exit').mockImplementation((code) => exits.push(code) as never);
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });
  const signal = (name: string): void => handlers.get(name)?.();

  it.each(['SIGTERM', 'SIGINT'])('%s shuts the process down gracefully', async (name) => {
    let closes = 0;
    endOnSignal(async () => void closes++);
    signal(name);
    await turnOfTheLoop();
    expect([closes, exits]).toEqual([1, [0]]);
  });

  it('that arrives twice within a second counts once', async () => {
    let closes = 0;
    endOnSignal(() => new Promise(() => void closes++));
    signal('SIGINT');
    now += 1_000;
    signal('SIGTERM');
    expect([closes, exits]).toEqual([1, []]);
  });

  it('that arrives again later ends the process at once', () => {
    endOnSignal(() => new Promise(() => undefined));
    signal('SIGINT');
    now += 1_001;
    signal('SIGINT');
    expect(exits).toEqual([130]);
  });

  it('ends the process after 25 seconds when closing does not end', () => {
    endOnSignal(() => new Promise(() => undefined));
    signal('SIGTERM');
    jest.advanceTimersByTime(24_999);
    expect(exits).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(exits).toEqual([1]);
  });

  it('reports a failed shutdown by the exit code', async () => {
    endOnSignal(() => Promise.reject(new Error('stuck')));
    signal('SIGTERM');
    await turnOfTheLoop();
    expect(exits).toEqual([1]);
  });
});
