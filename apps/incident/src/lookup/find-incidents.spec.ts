import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failure, MemoryBackend } from '../backends/memory-backend.fixture.js';
import { LocalModeBackend } from '../backends/local-mode/local-mode.backend.js';
import { type IncidentBackend } from '../ports/incident-backend.js';
import { CodeMailer } from '../callers/code.mailer.js';
import { incidentStore, IncidentServiceParts } from '../incident-service.fixture.js';
import { FindIncidentsHandler } from './find-incidents.handler.js';
import { IncidentFinder } from './incident.finder.js';
import { relevance } from './relevance.js';

const [ANN, BEN] = ['ann@example.com', 'ben@example.com'];

let database: Awaited<ReturnType<typeof incidentStore>>;
let backend: MemoryBackend;
const opened: IncidentServiceParts[] = [];

beforeAll(async () => {
  database = await incidentStore();
});
afterAll(async () => {
  await Promise.all(opened.map((parts) => parts.close()));
  await database.close();
});
beforeEach(async () => {
  backend = new MemoryBackend(ANN, BEN);
  const open = (email: string, title: string) =>
    backend.create(title, { caller: backend.callers.get(email)!, title, description: 'As it says.', priority: 'low' });
  await open(ANN, 'Outlook asks for a password');
  await open(BEN, 'Secret merger mailbox');
  await open(ANN, 'Printer eats paper');
});

function handlerOf(of: IncidentBackend, env: Record<string, string> = {}) {
  const parts = new IncidentServiceParts(database.store, of, env);
  opened.push(parts);
  const finder = new IncidentFinder(of, parts.rules, parts.settings);
  const mailer = new CodeMailer(parts.settings, parts.logger);
  return { parts, handler: new FindIncidentsHandler(of, finder, parts.identity, mailer, parts.watches, parts.logger) };
}

const asserted = (email: string) => ({ email, assertedEmail: email, conversationId: 'chat' });

describe('The incidents of a caller', () => {
  it('are shown with only number and state to a person who only typed the address', async () => {
    const { handler } = handlerOf(backend);
    expect(await handler.find({ email: ANN, conversationId: 'chat' })).toEqual({
      kind: 'found',
      level: 'claimed',
      canConfirm: false,
      incidents: [
        { number: 'INC0000003', state: 'awaiting triage' },
        { number: 'INC0000001', state: 'awaiting triage' },
      ],
    });
  });

  it('are not shown to that person at all if so configured', async () => {
    const env = { CLAIMED_ADDRESS_SEES: 'nothing', SMTP_URL: 'smtp://localhost:2525' };
    const { handler } = handlerOf(backend, env);
    expect(await handler.find({ email: ANN, conversationId: 'chat' })).toEqual({ kind: 'withheld', canConfirm: true });
    expect(await handler.find(asserted(ANN))).toMatchObject({ kind: 'found', incidents: [{}, {}] });
  });

  it('are shown in full in the conversation that opened them, unless anybody could continue it', async () => {
    const { handler, parts } = handlerOf(backend);
    const secret = 'a'.repeat(32);
    for (const conversationId of [secret, 'ann']) {
      const request = {
        kind: 'open',
        email: ANN,
        conversationId,
        title: 'Mouse squeaks',
        description: 'x',
        priority: 'low',
      } as const;
      await parts.worker.execute(`from-${conversationId}`, request, 2_000);
    }
    const titles = async (conversationId: string, about?: string) => {
      const answer = await handler.find({ email: ANN, conversationId, ...(about && { about }) });
      return answer.kind === 'found' ? answer.incidents.map(({ title }) => title) : answer.kind;
    };
    expect(await titles(secret)).toEqual(['Mouse squeaks', undefined, undefined, undefined]);
    expect(await titles(secret, 'the squeaking mouse')).toEqual(['Mouse squeaks']);
    expect(await titles(secret, 'the status of my tickets')).toHaveLength(4);
    const alike = async (about: string) => {
      const answer = await handler.find({ email: ANN, conversationId: secret, about, leastRelevance: 0.4 });
      return answer.kind === 'found' ? answer.incidents.map(({ title }) => title) : answer.kind;
    };
    expect(await alike('the mouse squeaks')).toEqual(['Mouse squeaks']);
    expect(await alike('Outlook asks for a password')).toEqual([]);
    // An incident that was only changed here, under an expired confirmation, must not stay readable for ever.
    const comment = { kind: 'comment', text: 'It is mine.' } as const;
    const changing = {
      kind: 'change',
      email: ANN,
      conversationId: secret,
      number: 'INC0000001',
      action: comment,
    } as const;
    expect(await parts.worker.execute('changed-here', changing, 2_000)).toMatchObject({ kind: 'changed' });
    expect(await titles(secret)).toEqual(['Mouse squeaks', undefined, undefined, undefined]);
    expect(await titles('ann')).toEqual([undefined, undefined, undefined, undefined]);
    expect(await titles('b'.repeat(32))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('are shown in full, with the possible actions, to a person who confirmed the address', async () => {
    const { handler, parts } = handlerOf(backend);
    await parts.identity.confirm('chat', ANN, new Date(Date.now() + 60_000));
    expect(await handler.find({ email: ANN, conversationId: 'chat', number: 'inc0000001' })).toMatchObject({
      level: 'confirmed',
      incidents: [
        {
          number: 'INC0000001',
          title: 'Outlook asks for a password',
          isOpen: true,
          openedAt: expect.stringMatching(/^20.*Z$/),
          actions: ['comment', 'attach', 'resolve', 'cancel', 'escalate'],
        },
      ],
    });
  });

  it('are found by topic, and all are listed when the words name none', async () => {
    const { handler } = handlerOf(backend);
    const numbers = async (about: string) => {
      const answer = await handler.find({ ...asserted(ANN), about });
      return answer.kind === 'found' ? answer.incidents.map(({ number }) => number) : answer.kind;
    };
    expect(await numbers('what about the Outlook one?')).toEqual(['INC0000001']);
    expect(await numbers('the printers')).toEqual(['INC0000003']);
    expect(await numbers('something else')).toEqual([]);
    expect(await numbers('what is the status of my tickets?')).toEqual(['INC0000003', 'INC0000001']);
  });

  it('cannot be searched by a person who only typed the address', async () => {
    const { handler } = handlerOf(backend);
    const all = await handler.find({ email: BEN, conversationId: 'chat' });
    expect(await handler.find({ email: BEN, conversationId: 'chat', about: 'merger' })).toEqual(all);
    expect(await handler.find({ email: BEN, conversationId: 'chat', about: 'holiday' })).toEqual(all);
  });

  it('cause no call when none could be relevant enough', async () => {
    const { handler } = handlerOf(backend);
    backend.calls.length = 0;
    const wanted = { leastRelevance: 0.4, onlyOpen: true };
    for (const requester of [
      { email: ANN, conversationId: 'other', about: 'Outlook password' },
      { ...asserted(ANN), about: 'what is the status of my tickets?' },
    ])
      expect(await handler.find({ ...requester, ...wanted })).toMatchObject({ kind: 'found', incidents: [] });
    expect(backend.calls).toEqual([]);
  });

  it('are never those of somebody else, for any question', async () => {
    const { handler } = handlerOf(backend);
    const number = fc.constantFrom(
      'INC0000001',
      'INC0000002',
      'INC0000003',
      'inc0000002',
      ' INC0000002',
      'INC0000002^',
    );
    const about = fc.constantFrom('secret', 'merger mailbox', 'Secret merger mailbox', '');
    await fc.assert(
      fc.asyncProperty(
        fc.record({ number, about, onlyOpen: fc.boolean() }, { requiredKeys: [] }),
        fc.constantFrom<object>({}, { assertedEmail: ANN }, { assertedEmail: BEN }),
        async (wanted, asserted) => {
          const answer = await handler.find({ email: ANN, conversationId: 'chat', ...asserted, ...wanted });
          const text = JSON.stringify(answer);
          expect(text).not.toContain('INC0000002');
          expect(text).not.toContain('merger');
        },
      ),
    );
  });

  it('are found by number, however many were opened later', async () => {
    const caller = backend.callers.get(ANN)!;
    for (let i = 0; i < 60; i++)
      await backend.create(`later${i}`, { caller, title: `T${i}`, description: 'x', priority: 'low' });
    const answer = await handlerOf(backend).handler.find({ ...asserted(ANN), number: 'INC0000001' });
    expect(answer).toMatchObject({ incidents: [{ title: 'Outlook asks for a password' }] });
  });

  it('that merely share a word are left out where more relevance is required', async () => {
    const { handler } = handlerOf(backend);
    const found = async (about: string) => {
      const answer = await handler.find({ ...asserted(ANN), about, leastRelevance: 0.4 });
      return answer.kind === 'found' ? answer.incidents.map(({ title }) => title) : answer.kind;
    };
    expect(await found('Mouse squeaks on paper and glass')).toEqual([]);
    expect(await found('The printer eats my paper')).toEqual(['Printer eats paper']);
  });

  it('of an unknown address are none', async () => {
    const { handler } = handlerOf(backend);
    expect(await handler.find(asserted('nobody@example.com'))).toMatchObject({ kind: 'found', incidents: [] });
  });

  it('are at most five', async () => {
    for (let i = 0; i < 9; i++)
      await backend.create(`x${i}`, {
        caller: backend.callers.get(ANN)!,
        title: `T${i}`,
        description: 'x',
        priority: 'low',
      });
    const answer = await handlerOf(backend).handler.find(asserted(ANN));
    expect(answer.kind === 'found' && answer.incidents).toHaveLength(5);
  });

  it('are reported as unavailable, not as none, when the ticket system does not answer', async () => {
    backend.fail('listForCaller', failure('truncated'));
    expect(await handlerOf(backend).handler.find(asserted(ANN))).toEqual({ kind: 'unavailable' });
  });

  it('are made up in local mode: the same for the same address, and every state for some address', async () => {
    const { handler } = handlerOf(new LocalModeBackend());
    const answer = await handler.find({ email: ANN, conversationId: 'chat' });
    expect(answer).toEqual({ kind: 'made-up', state: expect.any(String) });
    expect(await handler.find({ email: 'ANN@example.com' })).toEqual(answer);
    const answers = await Promise.all([...Array(100).keys()].map((i) => handler.find({ email: `p${i}@example.com` })));
    expect(new Set(answers.map((each) => (each.kind === 'made-up' ? each.state : '')))).toEqual(
      new Set(['awaiting triage', 'in progress', 'on hold', 'closed']),
    );
  });
});

describe('Relevance', () => {
  it('is 1 for a text and its own words, and 0 for words without a topic', () => {
    expect(relevance('Outlook password', 'My password in Outlook')).toBe(1);
    for (const words of ['the status of my tickets', 'since this morning', 'on Monday evening'])
      expect([words, relevance(words, words)]).toEqual([words, 0]);
  });

  it('stays between 0 and 1 for any texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (question, text) => {
        const score = relevance(question, text);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
    );
  });
});
