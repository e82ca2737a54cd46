import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BackendFailure } from '../ports/backend-failure.js';
import { type Capabilities, type IncidentBackend } from '../ports/incident-backend.js';
import {
  OPEN_STATES,
  type Caller,
  type Incident,
  type NewFile,
  type NewIncident,
  type Transition,
} from '../ports/incident.js';

/** What a person at the desk does in the system itself, past the backend. Incidents go by their number. */
export interface Desk {
  /** Writes what the caller may read. */
  comment(number: string, text: string): Promise<void>;
  /** Writes what only the desk may read. */
  note(number: string, text: string): Promise<void>;
  move(number: string, to: 'in-progress' | 'resolved' | 'closed'): Promise<void>;
}

/** A backend and the world around it. */
export interface BackendHarness {
  backend: IncidentBackend;
  /** Addresses of two people whom the system knows. */
  callers: readonly [string, string];
  /** An address that nobody has there. */
  stranger: string;
  desk: Desk;
  close(): Promise<void>;
}

const ALL_TRANSITIONS: readonly Transition[] = ['resolve', 'cancel', 'reopen', 'escalate'];

/**
 * The sentences that every backend keeps to. Those about what a backend cannot do demand that it says so.
 * @param can what the backend is expected to be able to do
 */
export function describeBackend(name: string, can: Capabilities, start: () => Promise<BackendHarness>): void {
  describe(`The incident backend ${name}`, () => {
    let harness: BackendHarness;
    let backend: IncidentBackend;
    let ann: Caller;
    let bob: Caller;

    beforeAll(async () => {
      harness = await start();
      backend = harness.backend;
      [ann, bob] = [await callerOf(harness.callers[0]), await callerOf(harness.callers[1])];
    });
    afterAll(() => harness.close());

    async function callerOf(email: string): Promise<Caller> {
      const caller = await backend.findCaller(email);
      if (!caller) throw new Error(`The harness promised that somebody has the address ${email}.`);
      return caller;
    }

    const about = (caller: Caller, more: Partial<NewIncident> = {}): NewIncident => ({
      caller,
      title: 'Outlook asks for a password',
      description: 'Since this morning.',
      priority: 'medium',
      ...more,
    });
    const opened = (caller: Caller, more?: Partial<NewIncident>) => backend.create(newOperation(), about(caller, more));
    async function asItStands(incident: Incident): Promise<Incident> {
      const found = await backend.get(incident.number);
      if (!found) throw new Error(`${incident.number} is gone.`);
      return found;
    }

    it('says what it can do', () => {
      expect(backend.capabilities).toEqual(can);
    });

    it('answers a check', async () => {
      await expect(backend.check()).resolves.toBeUndefined();
    });

    describe('asked for a caller', () => {
      it('finds the same person by their address however it is written', async () => {
        const shouted = await backend.findCaller(harness.callers[0].toUpperCase());
        expect(shouted?.id).toBe(ann.id);
        expect(ann.email.toLowerCase()).toBe(harness.callers[0].toLowerCase());
        expect(bob.id).not.toBe(ann.id);
      });

      if (can.knowsCallers) {
        it('finds nobody for an address that nobody has', async () => {
          expect(await backend.findCaller(harness.stranger)).toBeUndefined();
        });

        it.each(['', 'nobody', 'a@b@c', 'x^NQactive=true', "' OR 1=1 --", `${'a'.repeat(300)}@example.com`])(
          'finds nobody for a text that is no address: %j',
          async (text) => expect(await backend.findCaller(text)).toBeUndefined(),
        );
      }
    });

    if (!can.keepsIncidents) {
      it('says of everything else that it cannot do it', async () => {
        const incident = { id: '1', number: '1' } as Incident;
        const file: NewFile = { name: 'a.txt', type: 'text/plain', content: Buffer.from('a') };
        const calls = [
          backend.create(newOperation(), about(ann)),
          backend.findByOperation(newOperation()),
          backend.get('1'),
          backend.listForCaller(ann, 1),
          backend.comments(incident),
          backend.comment(incident, ann, 'Text'),
          backend.transition(incident, 'resolve', ann, 'Text'),
          backend.attach(incident, ann, file),
          backend.hasFile(incident, file),
          backend.changesSince(undefined),
          backend.findArticles('text', 1),
        ];
        const kinds = (await Promise.all(calls.map(failureOf))).map(({ kind }) => kind);
        expect(new Set(kinds)).toEqual(new Set(['unsupported']));
      });
      return;
    }

    describe('opening an incident', () => {
      it('gives it a number under which it is found as it was told', async () => {
        const incident = await opened(ann, { title: 'The printer hums', description: 'Loudly, since 9:10.' });
        expect(incident).toMatchObject({
          number: expect.stringMatching(/\S/),
          title: 'The printer hums',
          description: 'Loudly, since 9:10.',
          state: 'new',
          callerId: ann.id,
        });
        expect(incident.stateLabel).not.toBe('');
        expect(incident.resolvedAt).toBeUndefined();
        expect(await asItStands(incident)).toEqual(incident);
      });

      it.each([
        ['64 hexadecimal digits', () => randomBytes(32).toString('hex')],
        ['a UUID', () => randomUUID()],
        ['any text', () => `it's "any" ^NQ text, ${randomUUID()}`],
      ])('lets it be found by its operation, whose id is %s', async (_, id) => {
        const operation = id();
        expect(await backend.findByOperation(operation)).toBeUndefined();
        const incident = await backend.create(operation, about(ann));
        expect((await backend.findByOperation(operation))?.id).toBe(incident.id);
      });

      it('opens another one for another operation', async () => {
        const [one, other] = [await opened(ann), await opened(ann)];
        expect(one.number).not.toBe(other.number);
        expect(one.id).not.toBe(other.id);
      });

      it('keeps what people write as text, whatever it looks like', async () => {
        const title = 'Ünïcode 😀 ^NQactive=true & <b>bold</b> "quoted" %5E';
        const description = 'First line\nsecond [code]<script>alert(1)</script>[/code]\n\n{{x}} ${y} ^EQ \\n 日本';
        expect(await asItStands(await opened(ann, { title, description }))).toMatchObject({ title, description });
      });

      it('takes texts that are too long for it, and keeps their beginning', async () => {
        const incident = await opened(ann, { title: 'long '.repeat(100), description: 'word '.repeat(4_000) });
        expect(incident.title.startsWith('long long long')).toBe(true);
        expect(incident.description.startsWith('word word word')).toBe(true);
      });

      it('tells a high priority from a low one', async () => {
        const [low, high] = [await opened(ann, { priority: 'low' }), await opened(ann, { priority: 'high' })];
        expect(low.priority).not.toBe('');
        expect(high.priority).not.toBe(low.priority);
      });
    });

    describe('looking for incidents', () => {
      it.each(['', 'nonsense', '999999999', 'INC9999999', 'INC0010001^NQactive=true', "1' OR '1'='1", '../1'])(
        'finds none for a number that there is not: %j',
        async (number) => expect(await backend.get(number)).toBeUndefined(),
      );

      it('lists those of one caller only, newest first, and no more than asked for', async () => {
        const mine = [await opened(bob), await opened(bob), await opened(bob)].map(({ number }) => number);
        const others = await opened(ann);
        const listed = await backend.listForCaller(bob, 50);
        const times = listed.map(({ openedAt }) => openedAt.getTime());
        expect(listed.map(({ number }) => number)).toEqual(expect.arrayContaining(mine));
        expect(listed.map(({ number }) => number)).not.toContain(others.number);
        expect(new Set(listed.map(({ callerId }) => callerId))).toEqual(new Set([bob.id]));
        expect(times).toEqual([...times].sort((a, b) => b - a));
        expect(await backend.listForCaller(bob, 2)).toEqual(listed.slice(0, 2));
      });
    });

    describe('with comments', () => {
      it('shows the caller’s and the desk’s in order, and never a note of the desk', async () => {
        const incident = await opened(ann);
        await backend.comment(incident, ann, 'Mine, with ^ and 😀.');
        await harness.desk.note(incident.number, 'Not for the caller.');
        await harness.desk.comment(incident.number, 'From the desk.');
        const comments = await backend.comments(await asItStands(incident));
        const [mine, desk] = ['Mine, with ^ and 😀.', 'From the desk.'];
        const written = comments.filter(({ text }) => text === mine || text === desk);
        // Within a second, systems may not know which was first.
        expect(new Set(written.map(({ text }) => text))).toEqual(new Set([mine, desk]));
        expect(written).toHaveLength(2);
        expect(written.find(({ text }) => text === mine)?.isOurs).toBe(true);
        expect(written.find(({ text }) => text === desk)?.isOurs).toBe(false);
        expect(comments.map(({ text }) => text).join()).not.toContain('Not for the caller.');
        expect(new Set(comments.map(({ id }) => id)).size).toBe(comments.length);
        const times = comments.map(({ writtenAt }) => writtenAt.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
      });

      it('tells a changed incident by its revision', async () => {
        const incident = await opened(ann);
        expect((await asItStands(incident)).revision).toBe(incident.revision);
        await backend.comment(incident, ann, 'One more thing.');
        const commented = await asItStands(incident);
        expect(commented.revision).not.toBe(incident.revision);
        await harness.desk.move(incident.number, 'in-progress');
        const moved = await asItStands(incident);
        expect(moved.state).toBe('in-progress');
        expect(moved.revision).not.toBe(commented.revision);
      });
    });

    describe('moving an incident', () => {
      if (can.transitions.includes('resolve'))
        it('resolves it once; a second time changes nothing', async () => {
          const incident = await opened(ann);
          const resolved = await backend.transition(incident, 'resolve', ann, 'It works again.');
          expect(resolved.state).toBe('resolved');
          expect(resolved.resolvedAt).toBeInstanceOf(Date);
          const again = await backend.transition(incident, 'resolve', ann, 'It works again.');
          expect(again.revision).toBe(resolved.revision);
          expect(await asItStands(incident)).toEqual(resolved);
        });

      if (can.transitions.includes('cancel'))
        it('cancels it once; a second time changes nothing', async () => {
          const incident = await opened(ann);
          const canceled = await backend.transition(incident, 'cancel', ann, 'Not needed.');
          expect(canceled.state).toBe('canceled');
          const again = await backend.transition(canceled, 'cancel', ann, 'Not needed.');
          expect(again.revision).toBe(canceled.revision);
        });

      if (can.transitions.includes('reopen')) {
        it('reopens one that is resolved; one that is open stays as it is', async () => {
          const incident = await opened(ann);
          await harness.desk.move(incident.number, 'resolved');
          const reopened = await backend.transition(await asItStands(incident), 'reopen', ann, 'It is back.');
          expect(OPEN_STATES).toContain(reopened.state);
          const again = await backend.transition(reopened, 'reopen', ann, 'It is back.');
          expect(again.revision).toBe(reopened.revision);
        });

        it('does not reopen one that is closed', async () => {
          const incident = await opened(ann);
          await harness.desk.move(incident.number, 'resolved');
          await harness.desk.move(incident.number, 'closed');
          const failure = await failureOf(backend.transition(incident, 'reopen', ann, 'It is back.'));
          expect(failure.kind).toBe('rejected');
          expect((await asItStands(incident)).state).toBe('closed');
        });
      }

      if (can.transitions.includes('escalate'))
        it('escalates it, which leaves it open and shows', async () => {
          const incident = await opened(ann, { priority: 'low' });
          const escalated = await backend.transition(incident, 'escalate', ann, 'Nobody can work.');
          expect(OPEN_STATES).toContain(escalated.state);
          expect(escalated.revision).not.toBe(incident.revision);
        });

      const denied = ALL_TRANSITIONS.filter((transition) => !can.transitions.includes(transition));
      for (const transition of denied)
        it(`says that it cannot ${transition}`, async () => {
          const failure = await failureOf(backend.transition(await opened(ann), transition, ann, 'Please.'));
          expect(failure.kind).toBe('unsupported');
        });
    });

    it(can.files ? 'takes a file' : 'says that it takes no files', async () => {
      const file = { name: 'screen "1".png', type: 'image/png', content: Buffer.from('89504e470d0a1a0a', 'hex') };
      const attached = backend.attach(await opened(ann), ann, file);
      if (can.files) await expect(attached).resolves.toBeUndefined();
      else expect((await failureOf(attached)).kind).toBe('unsupported');
    });

    if (can.files)
      it('tells a file that it got from others by name and size', async () => {
        const [incident, other] = [await opened(ann), await opened(ann)];
        const files: NewFile[] = [
          { name: 'screen "1".png', type: 'image/png', content: Buffer.from('89504e470d0a1a0a', 'hex') },
          { name: 'Protokoll für Ann.txt', type: 'text/plain', content: Buffer.from('Zeile für Zeile\r\n\n😀\n') },
        ];
        for (const file of files) {
          expect(await backend.hasFile(incident, file)).toBe(false);
          await backend.attach(incident, ann, file);
          expect(await backend.hasFile(incident, file)).toBe(true);
          expect(await backend.hasFile(incident, { ...file, name: `other ${file.name}` })).toBe(false);
          expect(await backend.hasFile(incident, { ...file, content: Buffer.from('longer than that') })).toBe(false);
          expect(await backend.hasFile(other, file)).toBe(false);
        }
      });

    it(can.articles ? 'searches articles' : 'says that it has no articles', async () => {
      const search = backend.findArticles('password', 2);
      if (!can.articles) return expect((await failureOf(search)).kind).toBe('unsupported');
      const articles = await search;
      expect(articles.length).toBeLessThanOrEqual(2);
      for (const { title, snippet } of articles) expect(title + snippet).not.toMatch(/<\/?[a-z]+>/i);
    });

    describe('asked for changes', () => {
      async function changed(cursor: string): Promise<{ incidents: Incident[]; cursor: string }> {
        const incidents: Incident[] = [];
        for (let page = 0; page < 100; page++) {
          const changes = await backend.changesSince(cursor);
          incidents.push(...changes.incidents);
          cursor = changes.cursor;
          if (!changes.hasMore) return { incidents, cursor };
        }
        throw new Error('The changes have no end.');
      }

      it('begins with those from now on, and tells each of them with how the incident stands', async () => {
        const { cursor } = await backend.changesSince(undefined);
        const [one, two] = [await opened(ann), await opened(bob)];
        const first = await changed(cursor);
        expect(numbersOf(first.incidents)).toEqual(expect.arrayContaining([one.number, two.number]));

        await harness.desk.move(one.number, 'in-progress');
        await harness.desk.comment(two.number, 'We are looking.');
        const second = await changed(first.cursor);
        expect(second.incidents).toContainEqual(await asItStands(one));
        expect(second.incidents).toContainEqual(await asItStands(two));
      });

      it('tells nothing new when nothing happened', async () => {
        const { cursor } = await backend.changesSince(undefined);
        const incident = await opened(ann);
        const first = await changed(cursor);
        const seen = new Set(first.incidents.map(keyOf));
        expect(seen).toContain(keyOf(incident));
        const second = await changed(first.cursor);
        expect(second.incidents.filter((again) => !seen.has(keyOf(again)))).toEqual([]);
      });
    });
  });
}

const newOperation = () => randomBytes(32).toString('hex');

const numbersOf = (incidents: Incident[]) => incidents.map(({ number }) => number);

const keyOf = ({ id, revision }: Incident) => `${id} ${revision}`;

async function failureOf(promise: Promise<unknown>): Promise<BackendFailure> {
  const outcome = await promise.then(
    () => 'nothing failed',
    (error: unknown) => error,
  );
  if (!(outcome instanceof BackendFailure)) throw new Error(`Expected a BackendFailure: ${String(outcome)}`);
  return outcome;
}
