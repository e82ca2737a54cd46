import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { BrokerConnection } from './connection.js';

/** A port with a server that is not a broker. */
async function listen(answer: string): Promise<{ server: Server; port: number; calls: () => number }> {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.on('error', () => undefined);
    socket.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, calls: () => calls };
}

describe('The connection to a broker that is away', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  function connectionTo(port: number) {
    const states: string[] = [];
    const connection = new BrokerConnection(`amqp://127.0.0.1:${port}`, 'gateway publish', {
      setUp: () => Promise.reject(new Error('never set up')),
      tornDown: () => states.push('torn down'),
      report: (state) => states.push(state),
    });
    ends.push(() => connection.close());
    return { connection, states };
  }

  it('stops trying when it is closed right after opening', async () => {
    const { server, port, calls } = await listen('');
    ends.push(() => void server.close());
    const { connection } = connectionTo(port);
    connection.open();
    await connection.close();
    const before = calls();
    const other = connectionTo(port);
    other.connection.open();
    // The other connection has tried twice; by then, the first would also have tried.
    await waitUntil('another connection tried twice', () => calls() >= before + 2);
    await other.connection.close();
    expect(calls() - before).toBeLessThanOrEqual(3);
  });

  it('opens without an error, and reports why it cannot be used', async () => {
    const { server, port } = await listen('');
    await new Promise((resolve) => server.close(resolve));
    const { connection, states } = connectionTo(port);
    expect(connection.problem()).toBe('not connected yet');
    connection.open();
    await waitUntil('the refusal is known', () => connection.problem()?.includes('ECONNREFUSED'));
    expect(connection.problem()).toMatch(/^the broker is away: .*ECONNREFUSED/);
    expect(states).toEqual([]);
  });

  it('retries by itself, even when the server is not a broker', async () => {
    const { server, port, calls } = await listen('HTTP/1.1 400 Bad Request\r\n\r\n');
    ends.push(() => server.close());
    const { connection } = connectionTo(port);
    connection.open();
    await waitUntil('it has tried three times', () => calls() >= 3);
    expect(connection.problem()).toMatch(/^the broker is away: /);
  });

  it('is waited for no longer than configured', async () => {
    const { connection } = connectionTo(1);
    await expect(connection.waitUntilUp(1)).resolves.toBeUndefined();
    expect(connection.problem()).toBe('not connected yet');
  });
});
