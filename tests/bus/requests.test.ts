/** Requests: each one ends with its own answer, an error or a timeout. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RequestFailedError, RequestTimeoutError } from '#bus';
import { IncidentFind, IncidentOpen } from '#contracts';
import { waitUntil } from '#testing';
import { about, incident, TRANSPORTS, type World } from './world.js';

describe.each(TRANSPORTS)('For requests, the bus %s', (_, makeWorld) => {
  let world: World;

  beforeEach(() => {
    world = makeWorld();
  });
  afterEach(() => world.end());

  it('returns the answer of the handler', async () => {
    await world.start('desk', { [IncidentOpen.type]: async () => ({ kind: 'opened', number: 'INC0010001' }) });
    const asker = await world.start('asker');
    const answer = await asker.request(IncidentOpen, incident, { ...about, timeoutMs: 5_000 });
    expect(answer).toEqual({ kind: 'opened', number: 'INC0010001' });
  });

  it('gives each of many simultaneous requests its own answer', async () => {
    await world.start('desk', {
      [IncidentOpen.type]: async (data) => ({
        kind: 'opened',
        number: (data as { operationId: string }).operationId,
      }),
    });
    const asker = await world.start('asker');
    const ids = Array.from({ length: 30 }, (_, i) => `op-${i}`);
    const answers = await Promise.all(
      ids.map((operationId) =>
        asker.request(IncidentOpen, { ...incident, operationId }, { ...about, timeoutMs: 5_000 }),
      ),
    );
    expect(answers).toEqual(ids.map((number) => ({ kind: 'opened', number })));
  });

  it('reports why a query failed and does not retry it', async () => {
    let attempts = 0;
    await world.start('desk', {
      [IncidentFind.type]: async () => {
        attempts++;
        throw new Error('the ticket system is away');
      },
    });
    const asker = await world.start('asker');
    const question = asker.request(IncidentFind, { email: 'ann@example.com' }, { ...about, timeoutMs: 5_000 });
    await expect(question).rejects.toThrow(RequestFailedError);
    await expect(question).rejects.toThrow('the ticket system is away');
    expect(attempts).toBe(1);
  });

  it('rejects an answer that breaks its contract', async () => {
    await world.start('desk', { [IncidentOpen.type]: async () => ({ kind: 'exploded' }) });
    const asker = await world.start('asker');
    const question = asker.request(IncidentOpen, incident, { ...about, timeoutMs: 5_000 });
    await expect(question).rejects.toThrow(RequestFailedError);
  });

  it('stops waiting when the time limit is over, but still carries out the command', async () => {
    let finish: () => void = () => undefined;
    let isDone = false;
    await world.start('desk', {
      [IncidentOpen.type]: async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        isDone = true;
        return { kind: 'would-open' };
      },
    });
    const asker = await world.start('asker');
    const question = asker.request(IncidentOpen, incident, { ...about, timeoutMs: 100 });
    await expect(question).rejects.toThrow(RequestTimeoutError);
    finish();
    await waitUntil('the command is carried out', () => isDone);
  });
});
