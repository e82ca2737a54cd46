import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Incident } from '../../../ports/incident.js';
import { ChangeFeed } from './changes.js';
import { type Ticket } from './records.js';
import { fieldName } from '../client/ticket-query.js';
import { type Order } from './tickets.js';

/** Tickets with only the time of their last change. Time advances in whole seconds. */
class Desk {
  private readonly tickets = new Map<string, number>();
  private now = Date.parse('2026-11-23T10:00:00Z');

  touch(id: number, seconds: number): void {
    this.now += seconds * 1_000;
    this.tickets.set(String(id), this.now);
  }

  search(_query: string, { limit, page = 1 }: Order): Promise<{ rows: Ticket[]; isLast: boolean }> {
    const all = [...this.tickets]
      .sort(([a, one], [b, other]) => other - one || Number(b) - Number(a))
      .map(([id, updated]) => ({ id, LastUpdated: new Date(updated).toISOString() }) as unknown as Ticket);
    return Promise.resolve({ rows: all.slice((page - 1) * limit, page * limit), isLast: page * limit >= all.length });
  }

  shown(tickets: readonly Ticket[]): Promise<Incident[]> {
    return Promise.resolve(
      tickets.map(({ id, LastUpdated }) => ({ id, revision: LastUpdated }) as unknown as Incident),
    );
  }

  get standing(): string[] {
    return [...this.tickets].map(([id, updated]) => `${id} ${new Date(updated).toISOString()}`);
  }
}

const field = fieldName('HelpdeskOperation')!;
const touch = fc.record({ id: fc.integer({ min: 1, max: 9 }), seconds: fc.integer({ min: 0, max: 30 }) });

it('Every change is read, even one made while pages are read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(touch), fc.array(fc.array(touch, { maxLength: 3 })), async (before, between) => {
      const desk = new Desk();
      for (const { id, seconds } of before) desk.touch(id, seconds);
      const feed = new ChangeFeed(desk, field, 2);
      const found = new Set(desk.standing);
      let { cursor, hasMore } = await feed.since(undefined);
      const poll = async (): Promise<void> => {
        const changes = await feed.since(cursor);
        for (const { id, revision } of changes.incidents) found.add(`${id} ${revision}`);
        ({ cursor, hasMore } = changes);
      };
      for (const touches of between) {
        for (const { id, seconds } of touches) desk.touch(id, seconds);
        await poll();
      }
      // The round in progress ends, and another round follows.
      for (let round = 0; round < 2; round++)
        do await poll();
        while (hasMore);
      for (const state of desk.standing) expect(found).toContain(state);
    }),
    { numRuns: 500 },
  );
});

it('A round ends', async () => {
  const desk = new Desk();
  for (let id = 1; id <= 7; id++) desk.touch(id, 0);
  const feed = new ChangeFeed(desk, field, 2);
  let { cursor } = await feed.since(undefined);
  const pages: number[] = [];
  for (let hasMore = true; hasMore;) {
    const changes = await feed.since(cursor);
    pages.push(changes.incidents.length);
    ({ cursor, hasMore } = changes);
  }
  expect(pages).toEqual([2, 2, 2, 1]);
});

it.each(['', 'nonsense', '{}', '{"since":"yesterday"}', '{"since":"2026-11-23T10:00:00Z","round":{"page":0}}'])(
  'A foreign cursor is refused: %j',
  async (cursor) => {
    const feed = new ChangeFeed(new Desk(), field);
    await expect(feed.since(cursor)).rejects.toMatchObject({ kind: 'bad-request' });
  },
);
