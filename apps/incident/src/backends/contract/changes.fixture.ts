import { describe, expect, it } from '@jest/globals';
import { type Incident } from '../../ports/incident.js';
import { type ContractSubject } from './contract-subject.fixture.js';

/** Tests of reading changes with a cursor. */
export function describeChanges(on: ContractSubject): void {
  describe('reading changes', () => {
    async function changed(cursor: string): Promise<{ incidents: Incident[]; cursor: string }> {
      const incidents: Incident[] = [];
      for (let page = 0; page < 100; page++) {
        const changes = await on.backend.changesSince(cursor);
        incidents.push(...changes.incidents);
        cursor = changes.cursor;
        if (!changes.hasMore) return { incidents, cursor };
      }
      throw new Error('The changes have no end.');
    }

    it('starts from now, and returns each changed incident in its current state', async () => {
      const { cursor } = await on.backend.changesSince(undefined);
      const [one, two] = [await on.opened(on.ann), await on.opened(on.bob)];
      const first = await changed(cursor);
      expect(numbersOf(first.incidents)).toEqual(expect.arrayContaining([one.number, two.number]));

      await on.harness.desk.move(one.number, 'in-progress');
      await on.harness.desk.comment(two.number, 'We are looking.');
      const second = await changed(first.cursor);
      expect(second.incidents).toContainEqual(await on.asItStands(one));
      expect(second.incidents).toContainEqual(await on.asItStands(two));
    });

    it('returns nothing new when nothing changed', async () => {
      const { cursor } = await on.backend.changesSince(undefined);
      const incident = await on.opened(on.ann);
      const first = await changed(cursor);
      const seen = new Set(first.incidents.map(keyOf));
      expect(seen).toContain(keyOf(incident));
      const second = await changed(first.cursor);
      expect(second.incidents.filter((again) => !seen.has(keyOf(again)))).toEqual([]);
    });
  });
}

const numbersOf = (incidents: Incident[]) => incidents.map(({ number }) => number);

const keyOf = ({ id, revision }: Incident) => `${id} ${revision}`;
