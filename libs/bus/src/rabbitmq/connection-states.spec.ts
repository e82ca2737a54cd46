import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { turnOfTheLoop } from '../later.fixture.js';
import { FakeAmqp } from './fake-amqp.fixture.js';

let amqp = new FakeAmqp();
jest.unstable_mockModule('amqplib', () => ({ connect: (...given: [string, unknown]) => amqp.connect(...given) }));
const { BrokerConnection } = await import('./connection.js');

describe('The connection to the broker', () => {
  beforeEach(() => {
    amqp = new FakeAmqp();
  });

  async function opened(setUp: () => Promise<void> = () => Promise.resolve()) {
    const states: string[] = [];
    const connection = new BrokerConnection('amqp://broker', 'gateway publish', {
      setUp,
      tornDown: () => void states.push('torn down'),
      report: (state, reason) => void states.push(reason ? `${state}: ${reason}` : state),
    });
    connection.open();
    await turnOfTheLoop();
    return { connection, states, broker: amqp.connection() };
  }

  it('requests growing delays of at most 5 seconds, without waiting for the first connection', async () => {
    const { broker } = await opened();
    expect(broker.url).toBe('amqp://broker');
    expect(broker.options).toMatchObject({
      noDelay: true,
      clientProperties: { connection_name: 'gateway publish' },
      recovery: { waitForConnect: false, initialDelay: 200, maxDelay: 5_000 },
    });
  });

  it('is usable exactly while it is up and not blocked, for any sequence of the two', async () => {
    const event = fc.constantFrom('up', 'down', 'blocked', 'unblocked', 'failed');
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), async (story) => {
        const { connection, broker } = await opened();
        let isUp = false;
        let isBlocked = false;
        for (const each of story) {
          // amqplib reports blocking only while connected, and a failed attempt only while not connected.
          if (each === 'up' && !isUp) {
            await broker.up();
            [isUp, isBlocked] = [true, false];
          } else if (each === 'down' && isUp) {
            broker.down(new Error('reset'));
            isUp = false;
          } else if (each === 'failed' && !isUp) {
            broker.emit('connect-failed', new Error('refused'));
          } else if ((each === 'blocked' || each === 'unblocked') && isUp) {
            broker.emit(each, 'low on memory');
            isBlocked = each === 'blocked';
          }
          expect(connection.problem() === undefined).toBe(isUp && !isBlocked);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('reports once that it is up and once that it is gone, even if many attempts fail in between', async () => {
    const { states, broker } = await opened();
    broker.emit('connect-failed', new Error('refused'));
    await broker.up();
    broker.down(new Error('reset'));
    broker.emit('connect-failed', new Error('refused'));
    broker.emit('connect-failed', new Error('refused'));
    await broker.up();
    expect(states).toEqual(['connected', 'torn down', 'disconnected: the broker is away: reset', 'connected']);
  });

  it('is not up when a declaration is refused', async () => {
    const { connection, states, broker } = await opened(() => Promise.reject(new Error('inequivalent arg')));
    await broker.up();
    expect(connection.problem()).toBe('the broker is away: inequivalent arg');
    expect(states).toEqual([]);
  });

  it('reports the broker’s reason while it accepts no messages', async () => {
    const { connection, broker } = await opened();
    await broker.up();
    broker.emit('blocked', 'low on disk');
    expect(connection.problem()).toBe('the broker accepts no messages: low on disk');
    broker.emit('unblocked');
    expect(connection.problem()).toBeUndefined();
  });

  it('reports the failure of every address when a host name has several', async () => {
    const { connection, broker } = await opened();
    broker.emit('connect-failed', new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]));
    expect(connection.problem()).toBe('the broker is away: ::1 refused, 127.0.0.1 refused');
  });

  it('survives an error event of the connection', async () => {
    const { broker } = await opened();
    await broker.up();
    expect(() => broker.model?.emit('error', new Error('heartbeat'))).not.toThrow();
    expect(() => broker.emit('error', new Error('heartbeat'))).not.toThrow();
  });
});
