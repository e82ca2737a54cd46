import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { people, seededIncidents, ServiceNowSim } from '#servicenow-simulator';
import { type Caller } from '../../ports/incident.js';
import { observedBackend, type ObservedBackend } from './backend.fixture.js';
import { json, ScriptedInstance } from '../scripted-instance.fixture.js';
import { type ServiceNowBackend } from './servicenow.backend.js';

let sim: ServiceNowSim;
let observed: ObservedBackend;
let backend: ServiceNowBackend;
beforeAll(async () => {
  sim = await ServiceNowSim.start();
});
afterAll(() => sim.close());
beforeEach(() => {
  observed = observedBackend(sim.url);
  backend = observed.backend;
});
afterEach(() => {
  backend.client.close();
  sim.reset();
});

async function callerOf(email: string): Promise<Caller> {
  const caller = await backend.findCaller(email);
  if (!caller) throw new Error(`Somebody is seeded with ${email}.`);
  return caller;
}
const about = (caller: Caller) => ({ caller, title: 'Title', description: 'Description', priority: 'low' as const });
const storedAs = (number: string) => sim.records('incident').find((row) => row['number'] === number);
const askedQueries = () =>
  sim
    .journal()
    .requests.map(({ url }) => new URLSearchParams(url.split('?')[1]).get('sysparm_query'))
    .filter((query) => query !== null);

describe('A caller in ServiceNow', () => {
  it.each([people.plus, people.apostrophe, people.accents])('is found by the address $email', async (person) => {
    for (const email of [person.email, person.email.toUpperCase(), ` ${person.email} `])
      expect(await observedBackend(sim.url).backend.findCaller(email)).toMatchObject({
        id: person.sysId,
        name: person.name,
      });
  });

  it('is found in capitals even where the database is case-sensitive', async () => {
    sim.config({ ignoreCase: false });
    expect((await backend.findCaller(people.plus.email.toUpperCase()))?.id).toBe(people.plus.sysId);
  });

  it.each([people.shared, people.inactive, people.locked])('is not found by the address $email', async ({ email }) => {
    expect(await backend.findCaller(email)).toBeUndefined();
  });

  it('is looked up once in ten minutes', async () => {
    let now = Date.now();
    backend.client.close();
    ({ backend } = observedBackend(sim.url, {}, { now: () => now }));
    const ask = () => callerOf(people.ana.email);
    await ask();
    now += 599_000;
    await ask();
    expect(sim.journal().requests).toHaveLength(1);
    now += 2_000;
    await ask();
    expect(sim.journal().requests).toHaveLength(2);
  });
});

describe('An incident opened in ServiceNow', () => {
  it('contains its origin, and leaves the instance’s own fields to the instance', async () => {
    const caller = await callerOf(people.ana.email);
    const { number } = await backend.create('0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55', about(caller));
    expect(storedAs(number)).toMatchObject({
      caller_id: people.ana.sysId,
      short_description: 'Title',
      impact: '3',
      urgency: '2',
      priority: '4',
      contact_type: 'chat',
      correlation_id: 'hd-0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55',
      correlation_display: 'helpdesk-assistant',
      opened_by: expect.not.stringContaining(people.ana.sysId),
    });
    expect(
      sim.records('sys_journal_field').filter((row) => row['element_id'] === storedAs(number)?.['sys_id']),
    ).toEqual([]);
  });

  it.each([
    ['low', '4 - Low'],
    ['medium', '3 - Moderate'],
    ['high', '2 - High'],
  ] as const)('with %s priority has the priority that the instance computes: %s', async (priority, computed) => {
    const caller = await callerOf(people.ana.email);
    expect((await backend.create(priority, { ...about(caller), priority })).priority).toBe(computed);
  });

  it('is the older one when the instance opened two, and that is logged as an error', async () => {
    const caller = await callerOf(people.ana.email);
    sim.fault({ fault: 'dup-insert', times: 1 });
    const { number } = await backend.create('twice', about(caller));
    expect((await backend.findByOperation('twice'))?.number).toBe(number);
    expect(observed.lines.join()).toContain('several incidents of one operation');
  });

  it('is found instead of opened again where the instance enforces unique marks', async () => {
    sim.config({ uniqueCorrelationId: true });
    const caller = await callerOf(people.ana.email);
    const { number } = await backend.create('unique', about(caller));
    await expect(backend.create('unique', about(caller))).rejects.toMatchObject({
      kind: 'ambiguous',
      mayHaveHappened: true,
    });
    expect((await backend.findByOperation('unique'))?.number).toBe(number);
  });

  it('causes an error in the log when the instance did not store the caller', async () => {
    const scripted = await ScriptedInstance.start();
    const record = {
      sys_id: 'a'.repeat(32),
      number: 'INC0000001',
      state: '1',
      opened_at: '2026-01-01 00:00:00',
      sys_mod_count: '0',
    };
    scripted.answer(json(201, { result: record }));
    const { backend: other, lines } = observedBackend(scripted.origin);
    const caller = { id: 'b'.repeat(32), email: 'a@b.c' };
    expect((await other.create('dropped', about(caller))).number).toBe('INC0000001');
    expect(lines.join()).toContain('"dropped":["caller_id","correlation_id","correlation_display"]');
    other.client.close();
    await scripted.close();
  });

  it('keeps its text and comments, without the mark that turns them into HTML', async () => {
    const caller = await callerOf(people.ana.email);
    const text = 'x ^NQactive=true 😀 <b>&amp;</b>\njavascript:gs.log() ' + 'long '.repeat(100);
    const incident = await backend.create('K20', { ...about(caller), description: text });
    expect(incident.description).toBe(text);
    await backend.comment(incident, caller, `${text}[code]<i>y</i>[/code]`);
    expect((await backend.comments(incident)).map((comment) => comment.text)).toEqual([`${text}[code]<i>y</i>[/code]`]);
    const stored = sim.records('sys_journal_field').map((row) => row['value'] ?? '');
    expect(stored.filter((value) => value.includes('<i>y</i>'))).toEqual([
      expect.stringContaining('[ code]<i>y</i>[ /code]'),
    ]);
  });
});

describe('An incident in ServiceNow', () => {
  it('keeps the instance’s name for a state that we do not know', async () => {
    const incident = await backend.get(seededIncidents.legacyState.number);
    expect(incident).toMatchObject({ state: 'other', stateLabel: expect.stringMatching(/\S/) });
  });

  it('that is hidden from our account is not found', async () => {
    expect(await backend.get(seededIncidents.restricted.number)).toBeUndefined();
    expect(await backend.get('INC0099999')).toBeUndefined();
  });

  it('is listed completely, in smaller pages, when the answer was truncated', async () => {
    const caller = await callerOf(people.abraham.email);
    sim.plant('incident', Array(30).fill({ caller_id: caller.id, short_description: 'x' }));
    const all = await backend.listForCaller(caller, 50);
    expect(all.length).toBeGreaterThan(30);
    sim.fault({ fault: 'truncate-error', times: 2 });
    expect(await backend.listForCaller(caller, 50)).toEqual(all);
    sim.fault({ fault: 'truncate' });
    await expect(backend.listForCaller(caller, 50)).rejects.toMatchObject({ kind: 'truncated' });
  });

  it('is found on a later page when rows of a page are hidden', async () => {
    const caller = await callerOf(people.abraham.email);
    sim.plant('incident', [{ caller_id: caller.id, short_description: 'x' }]);
    const all = await backend.listForCaller(caller, 50);
    const [newest] = all;
    sim.fault({ fault: `acl-hide:${newest?.id}` });
    expect(await backend.listForCaller(caller, 1)).toEqual([all[1]]);
  });

  it('is not read with a condition that the instance ignores', async () => {
    const scripted = await ScriptedInstance.start();
    scripted.answer(
      json(200, { result: [{ sys_id: 'a'.repeat(32), number: 'INC0000007', caller_id: 'b'.repeat(32) }] }),
    );
    const { backend: other } = observedBackend(scripted.origin);
    const caller = { id: 'c'.repeat(32), email: 'a@b.c' };
    await expect(other.listForCaller(caller, 5)).rejects.toMatchObject({ kind: 'unexpected' });
    await expect(other.get('INC0000008')).rejects.toMatchObject({ kind: 'unexpected' });
    other.client.close();
    await scripted.close();
  });

  it('names the party that it is on hold for', async () => {
    const { number } = seededIncidents.emailLogin;
    const waits = [];
    for (const reason of ['1', '3', '4', '5']) {
      sim.agent.hold(number, { reason });
      waits.push((await backend.get(number))?.waitsFor);
    }
    expect(waits).toEqual(['caller', 'problem', 'vendor', 'change']);
  });

  it('is escalated one step of urgency at a time, and with a comment beyond the highest', async () => {
    const caller = await callerOf(people.ana.email);
    const incident = await backend.create('urgent', about(caller));
    const urgencies = [];
    for (let step = 0; step < 3; step++) {
      await backend.transition(incident, 'escalate', caller, `Please ${step}`);
      urgencies.push(storedAs(incident.number)?.['urgency']);
      sim.advance(1_000);
    }
    expect(urgencies).toEqual(['1', '1', '1']);
    expect((await backend.comments(incident)).map(({ text }) => text)).toEqual(['Please 0', 'Please 1', 'Please 2']);
  });

  it('cannot be resolved when the instance does not store the state', async () => {
    const scripted = await ScriptedInstance.start();
    const record = {
      sys_id: 'a'.repeat(32),
      number: 'INC0000001',
      state: '1',
      opened_at: '2026-01-01 00:00:00',
      sys_mod_count: '0',
    };
    scripted.answer(json(200, { result: record }));
    const { backend: other } = observedBackend(scripted.origin);
    const incident = await other.get('INC0000001').catch(() => undefined);
    expect(incident).toBeUndefined();
    const known = { id: 'a'.repeat(32), number: 'INC0000001' } as Parameters<typeof other.transition>[0];
    const ana = { id: 'b'.repeat(32), email: 'a@b.c' };
    await expect(other.transition(known, 'resolve', ana, 'Done')).rejects.toMatchObject({ kind: 'rejected' });
    scripted.answer(json(200, { result: { ...record, comments: { display_value: '', value: '' } } }));
    await expect(other.comment({ ...known, revision: '0' }, ana, 'Hello')).rejects.toMatchObject({ kind: 'rejected' });
    other.client.close();
    await scripted.close();
  });
});

describe('Comments in ServiceNow', () => {
  it('are read from the incident itself when the journal table is hidden from us', async () => {
    const caller = await callerOf(people.ana.email);
    const incident = await backend.create('closed journal', about(caller));
    await backend.comment(incident, caller, 'First line\nsecond line');
    sim.agent.workNote(incident.number, 'Internal.');
    sim.advance(1_000);
    sim.agent.comment(incident.number, 'From the desk.');
    const open = await backend.comments(incident);
    for (const config of [{ journalTableReadable: false }, { closedTables: ['sys_journal_field'] }]) {
      sim.config(config);
      const closed = await backend.comments(incident);
      expect(closed.map(({ text, isOurs }) => [text, isOurs])).toEqual(open.map(({ text, isOurs }) => [text, isOurs]));
      expect(closed.map(({ writtenAt }) => writtenAt)).toEqual(open.map(({ writtenAt }) => writtenAt));
    }
  });

  it('are limited to the newest fifty', async () => {
    const { number } = seededIncidents.talkative;
    for (let comment = 0; comment < 40; comment++) sim.agent.comment(number, `number ${comment}`);
    const incident = await backend.get(number);
    if (!incident) throw new Error('It is seeded.');
    const comments = await backend.comments(incident);
    expect(comments).toHaveLength(50);
    expect(comments.map(({ text }) => text)).toContain('number 39');
  });
});

describe('An article', () => {
  it.each([
    ['/kb_view.do?sysparm_article=KB1', (origin: string) => `${origin}/kb_view.do?sysparm_article=KB1`],
    ['https://evil.example/kb', (origin: string) => `${origin}/kb_view.do?sysparm_article=KB0000001`],
    ['javascript:alert(1)', (origin: string) => `${origin}/kb_view.do?sysparm_article=KB0000001`],
  ])('links only to the configured host, here for %s', async (link, url) => {
    const scripted = await ScriptedInstance.start();
    const article = { title: 'Use <b>VPN</b>', snippet: '<p>Do &amp; wait</p>', link, number: 'KB0000001' };
    scripted.answer(json(200, { result: { meta: {}, articles: [article] } }));
    const { backend: other } = observedBackend(scripted.origin);
    expect(await other.findArticles('vpn', 3)).toEqual([
      { title: 'Use VPN', snippet: 'Do & wait', url: url(scripted.origin) },
    ]);
    other.client.close();
    await scripted.close();
  });

  it.each(['?id=kb_article_view&sys_kb_id=1', 'https://support.acme.example/?id=kb_article_view&sys_kb_id=1'])(
    'links to the public address, here for %s',
    async (link) => {
      const scripted = await ScriptedInstance.start();
      const article = { title: 'Use VPN', snippet: '', link, number: 'KB0000001' };
      scripted.answer(json(200, { result: { meta: {}, articles: [article] } }));
      const { backend: other } = observedBackend(scripted.origin, { publicOrigin: 'https://support.acme.example' });
      const [found] = await other.findArticles('vpn', 3);
      expect(found?.url).toBe('https://support.acme.example/?id=kb_article_view&sys_kb_id=1');
      other.client.close();
      await scripted.close();
    },
  );

  it('is not searched by a text that could be a query, or when the search is switched off', async () => {
    expect(await backend.findArticles('vpn^NQactive=true', 3)).toEqual([]);
    expect(sim.journal().requests).toEqual([]);
    const { backend: without } = observedBackend(sim.url, { articles: false });
    await expect(without.findArticles('vpn', 3)).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe('What people type', () => {
  it('never reaches a query, by any path', async () => {
    const caller = await callerOf(people.ana.email);
    const incident = await backend.create('typed', about(caller));
    sim.clearJournal();
    for (const text of [
      'x^NQuser_name=admin',
      'x^ORactive=true',
      'x^NQsys_id=javascript:gs.getUserID()',
      'x^NQemail=cfo@acme.com^titleLIKEacqui',
      'INC0010001^NQcaller_id=5e000000000000000000000000000020',
      'INC0010001^EQ',
      'a@b.c&sysparm_limit=1',
      'first+last@acme.com',
      '%5ENQuser_name=admin',
      'a,b',
      '^ORDERBYdescription',
      '^NQdescriptionLIKEa',
      'x\u{FF3E}NQactive=true',
    ]) {
      expect(await backend.findCaller(text)).toBeUndefined();
      expect((await backend.get(text))?.number).toBeUndefined();
      await backend.findArticles(text, 2);
      await backend.findByOperation(text);
      await backend.comment(incident, caller, text);
      await backend.create(text, { ...about(caller), title: text, description: text });
    }
    expect(sim.journal().security).toEqual([]);
    for (const query of askedQueries())
      expect(query).toMatch(
        /^(email=first\+last@acme\.com\^active=true|correlation_id=hd-[0-9a-f-]+\^ORDERBYsys_created_on\^ORDERBYnumber|email=.*\^ORDERBYsys_id)/,
      );
  });
});
