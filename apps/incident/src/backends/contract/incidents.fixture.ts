import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type ContractSubject } from './contract-subject.fixture.js';

/** Tests of opening, finding and reading incidents. */
export function describeIncidents(on: ContractSubject): void {
  describe('opening an incident', () => {
    it('assigns a number, and the incident is found by it with the given texts', async () => {
      const incident = await on.opened(on.ann, { title: 'The printer hums', description: 'Loudly, since 9:10.' });
      expect(incident).toMatchObject({
        number: expect.stringMatching(/\S/),
        title: 'The printer hums',
        description: 'Loudly, since 9:10.',
        state: 'new',
        callerId: on.ann.id,
      });
      expect(incident.stateLabel).not.toBe('');
      expect(incident.resolvedAt).toBeUndefined();
      expect(await on.asItStands(incident)).toEqual(incident);
    });

    it.each([
      ['64 hexadecimal digits', () => randomBytes(32).toString('hex')],
      ['a UUID', () => randomUUID()],
      ['any text', () => `it's "any" ^NQ text, ${randomUUID()}`],
    ])('makes it findable by its operation id: %s', async (_, id) => {
      const operation = id();
      expect(await on.backend.findByOperation(operation)).toBeUndefined();
      const incident = await on.backend.create(operation, on.about(on.ann));
      expect((await on.backend.findByOperation(operation))?.id).toBe(incident.id);
    });

    it('opens a second incident for a second operation', async () => {
      const [one, other] = [await on.opened(on.ann), await on.opened(on.ann)];
      expect(one.number).not.toBe(other.number);
      expect(one.id).not.toBe(other.id);
    });

    it('stores user text unchanged, even if it looks like markup or a query', async () => {
      const title = 'Ünïcode 😀 ^NQactive=true & <b>bold</b> "quoted" %5E';
      const description = 'First line\nsecond [code]<script>alert(1)</script>[/code]\n\n{{x}} ${y} ^EQ \\n 日本';
      expect(await on.asItStands(await on.opened(on.ann, { title, description }))).toMatchObject({
        title,
        description,
      });
    });

    it('accepts texts that are too long, and keeps their beginning', async () => {
      const incident = await on.opened(on.ann, { title: 'long '.repeat(100), description: 'word '.repeat(4_000) });
      expect(incident.title.startsWith('long long long')).toBe(true);
      expect(incident.description.startsWith('word word word')).toBe(true);
    });

    it('distinguishes a high priority from a low one', async () => {
      const [low, high] = [await on.opened(on.ann, { priority: 'low' }), await on.opened(on.ann, { priority: 'high' })];
      expect(low.priority).not.toBe('');
      expect(high.priority).not.toBe(low.priority);
    });
  });

  describe('finding incidents', () => {
    it.each(['', 'nonsense', '999999999', 'INC9999999', 'INC0010001^NQactive=true', "1' OR '1'='1", '../1'])(
      'finds none for a number that does not exist: %j',
      async (number) => expect(await on.backend.get(number)).toBeUndefined(),
    );

    it('lists only those of one caller, newest first, up to the limit', async () => {
      const mine = [await on.opened(on.bob), await on.opened(on.bob), await on.opened(on.bob)].map(
        ({ number }) => number,
      );
      const others = await on.opened(on.ann);
      const listed = await on.backend.listForCaller(on.bob, 50);
      const times = listed.map(({ openedAt }) => openedAt.getTime());
      expect(listed.map(({ number }) => number)).toEqual(expect.arrayContaining(mine));
      expect(listed.map(({ number }) => number)).not.toContain(others.number);
      expect(new Set(listed.map(({ callerId }) => callerId))).toEqual(new Set([on.bob.id]));
      expect(times).toEqual([...times].sort((a, b) => b - a));
      expect(await on.backend.listForCaller(on.bob, 2)).toEqual(listed.slice(0, 2));
    });
  });

  describe('reading comments', () => {
    it('shows those of the caller and the desk in order, and no internal notes', async () => {
      const incident = await on.opened(on.ann);
      await on.backend.comment(incident, on.ann, 'Mine, with ^ and 😀.');
      await on.harness.desk.note(incident.number, 'Not for the caller.');
      await on.harness.desk.comment(incident.number, 'From the desk.');
      const comments = await on.backend.comments(await on.asItStands(incident));
      const [mine, desk] = ['Mine, with ^ and 😀.', 'From the desk.'];
      const written = comments.filter(({ text }) => text === mine || text === desk);
      // Some systems do not know the order within one second.
      expect(new Set(written.map(({ text }) => text))).toEqual(new Set([mine, desk]));
      expect(written).toHaveLength(2);
      expect(written.find(({ text }) => text === mine)?.isOurs).toBe(true);
      expect(written.find(({ text }) => text === desk)?.isOurs).toBe(false);
      expect(comments.map(({ text }) => text).join()).not.toContain('Not for the caller.');
      expect(new Set(comments.map(({ id }) => id)).size).toBe(comments.length);
      const times = comments.map(({ writtenAt }) => writtenAt.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
    });

    it('changes the revision of an incident with every change', async () => {
      const incident = await on.opened(on.ann);
      expect((await on.asItStands(incident)).revision).toBe(incident.revision);
      await on.backend.comment(incident, on.ann, 'One more thing.');
      const commented = await on.asItStands(incident);
      expect(commented.revision).not.toBe(incident.revision);
      await on.harness.desk.move(incident.number, 'in-progress');
      const moved = await on.asItStands(incident);
      expect(moved.state).toBe('in-progress');
      expect(moved.revision).not.toBe(commented.revision);
    });
  });
}
