import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RequestTracker } from '#testing';
import { describeBackend } from '../../apps/incident/src/backends/backend-contract.fixture.js';
import { type Caller, type Incident, type NewIncident } from '../../apps/incident/src/ports/incident.js';
import { observedBackend } from '../../apps/incident/src/backends/request-tracker/backend.fixture.js';
import { type RequestTrackerBackend } from '../../apps/incident/src/backends/request-tracker/request-tracker.backend.js';
import { userName } from '../../apps/incident/src/backends/request-tracker/client/ticket-query.js';

let tracker: RequestTracker;
beforeAll(async () => {
  tracker = await RequestTracker.start();
});
afterAll(() => tracker.close());

const connected = (more: Readonly<Record<string, string | undefined>> = {}) =>
  observedBackend({
    RT_URL: tracker.url,
    RT_TOKEN: tracker.token,
    RT_QUEUE: tracker.queue,
    RT_OPERATION_FIELD: tracker.operationField,
    ...more,
  });

describeBackend(
  'request tracker',
  {
    keepsIncidents: true,
    knowsCallers: true,
    transitions: ['resolve', 'cancel', 'reopen', 'escalate'],
    files: true,
    articles: false,
    createHorizonMs: 90_000,
  },
  () => {
    const { backend } = connected();
    const { agent, people } = tracker;
    const idOf = (number: string) => number.replace('RT-', '');
    return Promise.resolve({
      backend,
      callers: [people.ann.email, people.bob.email],
      stranger: 'nobody@example.com',
      desk: {
        comment: (number, text) => agent.correspond(idOf(number), text),
        note: (number, text) => agent.comment(idOf(number), text),
        move: (number, to) =>
          agent.change(idOf(number), to === 'in-progress' ? { Status: 'open', Owner: agent.name } : { Status: to }),
      },
      close: () => Promise.resolve(backend.onApplicationShutdown()),
    });
  },
);

describe('With a real Request Tracker', () => {
  let backend: RequestTrackerBackend;
  let lines: string[];
  let ann: Caller;
  let bob: Caller;
  let operations = 0;

  beforeAll(async () => {
    ({ backend, lines } = connected());
    [ann, bob] = [await callerOf(tracker.people.ann.email), await callerOf(tracker.people.bob.email)];
  });
  afterAll(() => backend.onApplicationShutdown());

  async function callerOf(email: string): Promise<Caller> {
    const caller = await backend.findCaller(email);
    if (!caller) throw new Error(`${email} is not in Request Tracker.`);
    return caller;
  }
  const about = (caller: Caller, more: Partial<NewIncident> = {}): NewIncident => ({
    caller,
    title: 'The scanner is dead',
    description: 'Since noon.',
    priority: 'low',
    ...more,
  });
  const opened = (caller = ann, by = backend): Promise<Incident> =>
    by.create(`operation ${++operations}`, about(caller));

  describe('callers', () => {
    it('have their names, and are unknown if their account is disabled', async () => {
      expect(ann).toEqual({ id: 'ann', email: tracker.people.ann.email, name: 'Ann Archer' });
      expect(bob.id).toBe(tracker.people.bob.name);
      expect(await backend.findCaller(tracker.people.gone.email)).toBeUndefined();
    });

    it('who share a ticket both find it', async () => {
      const { id, number } = await opened();
      await tracker.agent.change(id, { Requestor: [ann.email, bob.email] });
      for (const caller of [ann, bob]) {
        const shared = (await backend.listForCaller(caller, 5)).find((incident) => incident.number === number);
        expect(shared?.callerId).toBe(caller.id);
      }
    });

    it('see no tickets of others if their name looks like a query', async () => {
      await opened();
      const pieces = fc.constantFrom(
        "'",
        ' OR ',
        ' or ',
        'id',
        '.',
        'CF',
        'cf',
        'ann',
        '@',
        '-',
        '+',
        '_',
        'É',
        'NULL',
        '0',
      );
      const names = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
      const strangers = names.filter((name) => userName(name) !== undefined && name.toLowerCase() !== ann.id);
      await fc.assert(
        fc.asyncProperty(strangers, async (id) => {
          expect(await backend.listForCaller({ id, email: 'x@example.com' }, 5)).toEqual([]);
        }),
        { numRuns: 150 },
      );
    });
  });

  describe('tickets', () => {
    it('are not found if they are in another queue or deleted', async () => {
      const hidden = await tracker.agent.open(tracker.hiddenQueue, ann.email, 'Not for the assistant');
      expect(await backend.get(`RT-${hidden}`)).toBeUndefined();
      expect((await backend.listForCaller(ann, 50)).map(({ title }) => title)).not.toContain('Not for the assistant');
      const { id, number } = await opened();
      await tracker.agent.change(id, { Status: 'deleted' });
      expect(await backend.get(number)).toBeUndefined();
    });

    it('are found by all spellings of their number', async () => {
      const { id } = await opened();
      for (const number of [`RT-${id}`, `RT${id}`, `rt-${id}`, `#${id}`, id])
        expect((await backend.get(number))?.id).toBe(id);
    });

    it('can be found by their operation if the answer was lost', async () => {
      const lossy = await losingAnswersTo('/REST/2.0/ticket');
      const { backend: unlucky } = connected({ RT_URL: lossy.url });
      await expect(unlucky.create('lost answer', about(ann))).rejects.toMatchObject({
        kind: 'unavailable',
        mayHaveHappened: true,
      });
      expect(lossy.lost()).toBe(1);
      const found = await unlucky.findByOperation('lost answer');
      expect(found).toMatchObject({ title: 'The scanner is dead', callerId: ann.id });
      unlucky.onApplicationShutdown();
      await lossy.close();
    });

    it('are reported if an operation has several, and the oldest one is used', async () => {
      const first = await backend.create('twice', about(ann));
      const second = await backend.create('twice', about(ann));
      expect((await backend.findByOperation('twice'))?.id).toBe(first.id);
      expect(lines.at(-1)).toContain(second.number);
    });

    it('rise by one priority with each escalation', async () => {
      const incident = await opened();
      const priorities = [incident.priority];
      for (let step = 0; step < 3; step++)
        priorities.push((await backend.transition(incident, 'escalate', ann, 'Still dead.')).priority);
      expect(priorities).toEqual(['Low', 'Medium', 'High', 'High']);
    });

    it('cannot be changed in ways that their status does not allow', async () => {
      const incident = await opened();
      await backend.transition(incident, 'cancel', ann, 'Not needed.');
      for (const to of ['resolve', 'reopen', 'escalate'] as const)
        await expect(backend.transition(incident, to, ann, 'Please.')).rejects.toMatchObject({ kind: 'rejected' });
    });
  });

  describe('messages', () => {
    it('from RT’s editor are converted to plain text', async () => {
      const incident = await opened();
      await tracker.agent.correspond(
        incident.id,
        '<p>Try this:</p><ul><li>off</li><li>on &amp; wait</li></ul>',
        'text/html',
      );
      const [comment] = await backend.comments(incident);
      expect(comment).toMatchObject({ text: 'Try this:\n\noff\non & wait', isOurs: false });
    });

    it('from the assistant name their author and are recognized as ours with both kinds of account', async () => {
      const incident = await opened();
      const { backend: byPassword } = connected({
        RT_TOKEN: undefined,
        RT_USER: tracker.account.user,
        RT_PASSWORD: tracker.account.password,
      });
      await byPassword.comment(incident, ann, 'Any news?');
      expect(await tracker.agent.messages(incident.id)).toContain('[via chat, Ann Archer] Any news?');
      for (const by of [backend, byPassword])
        expect(await by.comments(incident)).toMatchObject([{ text: 'Any news?', isOurs: true }]);
      await tracker.agent.correspond(incident.id, '[via chat, Ann Archer] I am not Ann.');
      expect((await backend.comments(incident)).map(({ isOurs }) => isOurs)).toEqual([true, false]);
      byPassword.onApplicationShutdown();
    });

    it('with a file keep its content and do not count as comments', async () => {
      const incident = await opened();
      const content = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 251));
      await backend.attach(incident, ann, { name: 'Füße 😀 "1".bin', type: 'application/x-test', content });
      await backend.attach(incident, ann, {
        name: 'notes.txt',
        type: 'text/plain',
        content: Buffer.from('Look here.'),
      });
      const files = await tracker.agent.files(incident.id);
      expect(files.map(({ name }) => name)).toEqual(['Fu_e _ _1_.bin', 'notes.txt']);
      expect(files[0]?.content.equals(content)).toBe(true);
      expect(await backend.comments(incident)).toEqual([]);
      const empty = { name: 'empty', type: 'text/plain', content: Buffer.alloc(0) };
      await expect(backend.attach(incident, ann, empty)).rejects.toMatchObject({ kind: 'rejected' });
    });
  });

  describe('changes', () => {
    it('include neither tickets that others opened nor internal comments', async () => {
      const incident = await opened();
      const { cursor } = await backend.changesSince(undefined);
      const foreign = await tracker.agent.open(tracker.queue, ann.email, 'By mail');
      await tracker.agent.comment(incident.id, 'Internal.');
      const { incidents } = await backend.changesSince(cursor);
      expect(incidents.map(({ id }) => id)).not.toContain(foreign);
      expect(incidents.find(({ id }) => id === incident.id)?.revision).toBe(incident.revision);
    });
  });

  describe('an account', () => {
    it('with all rights has no problems', async () => {
      expect(await backend.troubles()).toEqual([]);
    });

    it('with a wrong token is reported as unauthenticated', async () => {
      const { backend: wrong } = connected({
        RT_TOKEN: tracker.token.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      });
      await expect(wrong.check()).rejects.toMatchObject({ kind: 'unauthenticated' });
      await expect(opened(ann, wrong)).rejects.toMatchObject({ kind: 'unauthenticated', mayHaveHappened: false });
      wrong.onApplicationShutdown();
    });

    it('that cannot see the queue cannot open tickets in it', async () => {
      const { backend: elsewhere } = connected({ RT_QUEUE: tracker.hiddenQueue });
      await expect(elsewhere.check()).rejects.toMatchObject({ isFinal: true });
      await expect(opened(ann, elsewhere)).rejects.toMatchObject({ kind: 'forbidden', mayHaveHappened: false });
      elsewhere.onApplicationShutdown();
    });

    it('without the operation field still opens tickets, and the log contains a warning', async () => {
      const { backend: fieldless, lines: told } = connected({ RT_OPERATION_FIELD: 'Nonsense' });
      expect(await fieldless.troubles()).toEqual([expect.stringContaining('RT_OPERATION_FIELD')]);
      expect((await opened(ann, fieldless)).state).toBe('new');
      expect(told.join()).toContain('RT_OPERATION_FIELD');
      fieldless.onApplicationShutdown();
    });
  });

  /** Starts a proxy that drops the answers of Request Tracker to POST requests on this path. */
  async function losingAnswersTo(path: string) {
    let lost = 0;
    const proxy = createServer((incoming, outgoing) => {
      const { method, url = '', headers } = incoming;
      const onward = request(`${tracker.url}${url}`, { method, headers }, (answer) => {
        const isLost = method === 'POST' && url === path;
        if (!isLost) return void answer.pipe(outgoing.writeHead(answer.statusCode ?? 0, answer.headers));
        answer.resume().on('end', () => {
          lost++;
          outgoing.destroy();
        });
      });
      incoming.pipe(onward);
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const close = async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    };
    return { url, lost: () => lost, close };
  }
});
