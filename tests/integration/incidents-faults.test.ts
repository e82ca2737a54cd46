/**
 * What goes wrong between us and ServiceNow, as the person in the chat sees it: one incident for one confirmation,
 * whatever dies, and never a promise that is not kept. K numbers are those of the acceptance checks in docs/incidents.md.
 */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { converse, hear, Helpdesk, identityToken } from './helpdesk.js';
import { type SocketClient } from './socket-client.js';

const ANA = 'ana.ruiz@example.com';
const ABRAHAM = 'abraham.lincoln@example.com';
const SECRET = 'shared-with-the-portal-only';
const WEBHOOK_SECRET = 'shared-with-the-business-rule';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const folder = mkdtempSync(join(tmpdir(), 'movable-clock-'));
const clock = join(folder, 'offset');
const setClock = (offsetMs: number) => writeFileSync(clock, String(offsetMs));

let desk: Helpdesk;
let ana: SocketClient;
/** Logs of processes that were killed. */
const earlierLogs: string[] = [];

beforeAll(async () => {
  setClock(0);
  desk = await Helpdesk.start({
    IDENTITY_SECRET: SECRET,
    WEBHOOK_SECRETS: WEBHOOK_SECRET,
    INCIDENT_POLL_SECONDS: '3000',
    SERVICENOW_READ_TIMEOUT_MS: '1000',
    SERVICENOW_WRITE_TIMEOUT_MS: '4000',
    LOG_LEVEL: 'debug',
    MOVED_CLOCK: clock,
    NODE_OPTIONS: `--import ${pathToFileURL(resolve(import.meta.dirname, '../movable-clock.js')).href}`,
  });
});
afterAll(async () => {
  await desk.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  ana = await desk.chat(await identityToken(SECRET, ANA));
});
afterEach(() => {
  desk.sim.clearFaults();
  ana.close();
});

const titleOf = (thing: string): string => `The ${thing} does not work`;

/** Describes a problem up to the question whether to open an incident. */
const describeProblem = (thing: string): Promise<string> =>
  converse(
    ana,
    ['I want to open an incident', /urgent/],
    ['/inform{"priority":"low"}', /problem/],
    [`My ${thing} does not work any more`, /title/],
    [titleOf(thing), /Shall I open/],
  );
const numbersOf = (thing: string): string[] =>
  desk
    .opened()
    .filter(({ title }) => title === titleOf(thing))
    .map(({ number }) => number);
const laterNumber = async (thing: string): Promise<string> => {
  const told = await waitUntil(
    `the number of the ${thing} is told`,
    () => ana.heard.find(({ text = '' }) => text.includes(`Your incident "${titleOf(thing)}" now has a number`)),
    50_000,
  );
  return /INC\d+/.exec(told.text ?? '')?.[0] ?? '';
};
const onPost = { method: 'POST', table: 'incident' };

describe('A create without an answer', () => {
  it('K1: that came true opens one incident, whose number follows', async () => {
    desk.sim.fault({ fault: 'timeout-after-commit', match: onPost, times: 1 });
    await describeProblem('amplifier');
    await converse(ana, ['/affirm', /is recorded, and I\s+will tell you the number/]);
    expect([await laterNumber('amplifier')]).toEqual(numbersOf('amplifier'));
  });

  it('K2: that comes true much later opens one incident, too', async () => {
    desk.sim.fault({ fault: 'commit-late:45000', match: onPost, times: 1 });
    await describeProblem('barometer');
    await converse(ana, ['/affirm', /is recorded/]);
    const isLookUp = ({ method, url }: { method: string; url: string }) =>
      method === 'GET' && url.includes('correlation_id');
    const before = desk.sim.journal().requests.filter(isLookUp).length;
    await waitUntil('it was looked up in vain', () => desk.sim.journal().requests.filter(isLookUp).length > before);
    expect(numbersOf('barometer')).toEqual([]);
    desk.sim.advance(45_000);
    expect([await laterNumber('barometer')]).toEqual(numbersOf('barometer'));
  });

  it('K3: whose asker is killed before it can note the answer opens one incident', async () => {
    const { incident } = desk.stack.services;
    desk.sim.fault({ fault: 'timeout-after-commit', match: onPost, times: 1 });
    await describeProblem('centrifuge');
    ana.say('/affirm');
    await waitUntil('the instance has it', () => numbersOf('centrifuge').length);
    earlierLogs.push(incident.output);
    await incident.kill();
    incident.launch();
    await incident.ready();
    expect([await laterNumber('centrifuge')]).toEqual(numbersOf('centrifuge'));
  });
});

describe('K5: a confirmation that comes twenty times', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index);

  it.each([
    ['as one message', () => 'the-same'],
    ['as twenty messages', (index: number) => `another-${index}`],
  ])('%s opens one incident', async (name, id) => {
    const [person, thing] = [`twenty ${name}`, name === 'as one message' ? 'dynamo' : 'dishwasher'];
    const problem = `My ${thing} does not work any more`;
    for (const message of ['I want to open an incident', ABRAHAM, 'low', problem, titleOf(thing)])
      await desk.say(person, message);
    const answers = await Promise.all(twenty.map((index) => desk.say(person, '/affirm', { message_id: id(index) })));
    const [number] = numbersOf(thing);
    expect(numbersOf(thing)).toHaveLength(1);
    expect(answers.some((answer) => answer.includes(String(number)))).toBe(true);
  });

  it('over the HTTP API opens one incident, and everybody gets its number', async () => {
    const order = {
      operation_id: 'op-1',
      email: ANA,
      title: titleOf('echo'),
      description: 'It echoes.',
      priority: 'low',
    };
    const answers = await Promise.all(twenty.map(() => postJson('/incidents', order)));
    expect(new Set(answers.map(({ body }) => body['number']))).toEqual(new Set(numbersOf('echo')));
    expect(numbersOf('echo')).toHaveLength(1);
  });
});

describe('A create that a rule of the instance refuses', () => {
  it.each([
    ['a data policy', 'data-policy:assignment_group', 'furnace'],
    ['a business rule', 'br-abort:No incidents on Mondays', 'generator'],
  ])('%s: the person is told, operators see it parked and have it tried again', async (_, fault, thing) => {
    desk.sim.fault({ fault, match: onPost, times: 1 });
    await describeProblem(thing);
    const told = await converse(ana, ['/affirm', /did not accept/]);
    expect(told).not.toMatch(/category|Mondays|policy/i);
    expect(numbersOf(thing)).toEqual([]);
    const { operations } = (await getJson('/operations?state=parked')).body as { operations: Record<string, string>[] };
    const [parked] = operations;
    expect(parked).toMatchObject({ kind: 'open', state: 'parked', last_failure: expect.stringMatching(/^rejected/) });
    expect((await postJson(`/operations/${parked?.['id']}/retry`, undefined)).status).toBe(202);
    expect([await laterNumber(thing)]).toEqual(numbersOf(thing));
  });
});

describe('What belongs to somebody else', () => {
  const THEIRS = 'INC0000033';
  const NOBODYS = 'INC0999999';
  /** The answers to the same words about two incidents, with the number left out. */
  const alike = async (ask: (number: string) => Promise<string>): Promise<[string, string]> => [
    (await ask(THEIRS)).replaceAll(THEIRS, '#'),
    (await ask(NOBODYS)).replaceAll(NOBODYS, '#'),
  ];

  const confirmed = async (person: string): Promise<void> => {
    for (const message of ['/confirm_identity', ABRAHAM]) await desk.say(person, message);
    expect(await desk.say(person, await desk.mailbox.codeFor(ABRAHAM))).toMatch(/INC0010002: "Email Log in problem"/);
  };

  it('K14: does not exist for a typed address', async () => {
    const [theirs, nobodys] = await alike(async (number) => {
      await desk.say(`typed ${number}`, `what is the status of ${number}?`);
      return desk.say(`typed ${number}`, ABRAHAM);
    });
    expect(theirs).toBe(nobodys);
    expect(theirs).toMatch(/can't find #/);
  });

  it('K14: does not exist for a confirmed address, to be read or to be changed', async () => {
    await confirmed('confirmed');
    const ask = (first: string) => async (number: string) => {
      await desk.say('confirmed', first.replace('#', number));
      return desk.say('confirmed', 'yes');
    };
    for (const first of ['what is the status of #?', 'I want to add a comment to #', 'please close #']) {
      const [theirs, nobodys] = await alike(ask(first));
      expect(theirs).toBe(nobodys);
      expect(theirs).toMatch(/can't find/);
    }
  });

  it('K14: does not exist for an address that the portal asserts', async () => {
    const token = await identityToken(SECRET, ABRAHAM);
    for (const first of ['what is the status of #?', 'I want to add a comment to #', 'please escalate #']) {
      const [theirs, nobodys] = await alike((number) =>
        desk.say(`asserted ${first} ${number}`, first.replace('#', number), { identity_token: token }),
      );
      expect(theirs).toBe(nobodys);
      expect(theirs).toMatch(/can't find|None of your incidents matches/);
    }
  });

  it('K14: does not exist over the HTTP API in the name of another caller', async () => {
    const at = (number: string) => getJson(`/incidents/${number}?email=${ABRAHAM}`);
    const [theirs, nobodys] = [await at(THEIRS), await at(NOBODYS)];
    expect(theirs.status).toBe(404);
    expect(JSON.stringify(theirs).replaceAll(THEIRS, '#')).toBe(JSON.stringify(nobodys).replaceAll(NOBODYS, '#'));
    const comment = { email: ABRAHAM, text: 'Mine now.', operation_id: 'not-mine' };
    expect((await postJson(`/incidents/${THEIRS}/comments`, comment)).status).toBe(404);
  });

  it.each([
    ['K13: an address that two people share', 'frontdesk@example.com'],
    ['a locked account', 'locked.out@example.com'],
    ['an account that is gone', 'former.employee@example.com'],
  ])('%s is refused like one that nobody has', async (_, address) => {
    const answers = [];
    for (const each of [address, 'nobody@example.com']) {
      await desk.say(`neutral ${each}`, 'what is the status of my incidents?');
      answers.push((await desk.say(`neutral ${each}`, each)).replaceAll(each, '#').split('\n')[0]);
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

describe('K17: the webhook', () => {
  const send = (body: string, { secret = WEBHOOK_SECRET, ageS = 0 } = {}) => {
    const timestamp = String(Math.floor(Date.now() / 1_000) - ageS);
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return { body, headers: { 'x-hd-timestamp': timestamp, 'x-hd-signature': `sha256=${signature}` } };
  };
  const post = ({ body, headers }: ReturnType<typeof send>) =>
    fetch(`${desk.stack.services.incident.url}/webhooks/servicenow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  it('refuses what is forged, changed, old or said before', async () => {
    const hint = JSON.stringify({ number: 'INC0010001', sys_mod_count: '7' });
    const genuine = send(hint);
    const refused = [
      send(hint, { secret: 'guessed-by-a-stranger' }),
      send(hint, { ageS: 301 }),
      // A minute over: this one comes closer while it travels.
      send(hint, { ageS: -360 }),
      { ...genuine, body: hint.replace('INC0010001', 'INC0010002') },
      { ...genuine, headers: { ...genuine.headers, 'x-hd-timestamp': '1' } },
      { ...genuine, headers: { ...genuine.headers, 'x-hd-signature': '' } },
    ];
    for (const request of refused) expect((await post(request)).status).toBe(401);
    expect((await post(genuine)).status).toBe(202);
    expect((await post(genuine)).status).toBe(409);
  });

  it('brings news at once, long before changes are read again', async () => {
    await describeProblem('harvester');
    const number = /INC\d+/.exec(await converse(ana, ['/affirm', /your incident is INC/]))?.[0] ?? '';
    desk.sim.config({
      webhook: { url: `${desk.stack.services.incident.url}/webhooks/servicenow`, secret: WEBHOOK_SECRET },
    });
    desk.sim.agent.assign(number);
    await hear(ana, /Update on INC\d+, "The harvester does not work": it is now in progress/);
    desk.sim.config({ webhook: undefined });
  });
});

describe('While the instance is frozen', () => {
  it('turns that do not need it are answered, others say so, and what was confirmed is opened afterwards', async () => {
    await describeProblem('icebox');
    desk.sim.fault({ fault: 'hang-before' });
    await converse(ana, ['/affirm', /is recorded/]);
    expect(await desk.say('frozen', 'hi')).toMatch(/reset my password/i);
    await desk.say('frozen', 'what is the status of my incidents?');
    expect(await desk.say('frozen', ABRAHAM)).toMatch(/can't reach/i);
    desk.sim.clearFaults();
    // What may have been stored is looked up for a minute and a half before it is sent again.
    setClock(2 * MINUTE_MS);
    expect([await laterNumber('icebox')]).toEqual(numbersOf('icebox'));
  });
});

describe('An instance that asks for a pause', () => {
  it('K7: is not called before its budget is renewed; then the number follows', async () => {
    await describeProblem('jukebox');
    desk.sim.config({ rateRules: [{ perHour: 0 }] });
    await converse(ana, ['/affirm', /is recorded/]);
    const calls = () => desk.sim.journal().requests.length;
    const before = calls();
    await desk.say('paused', 'what is the status of my incidents?');
    expect(await desk.say('paused', ABRAHAM)).toMatch(/can't reach/i);
    expect(calls()).toBe(before);
    expect(desk.sim.journal().invariants.callsInPenalty).toBe(0);
    desk.sim.config({ rateRules: [] });
    desk.sim.advance(HOUR_MS);
    setClock(HOUR_MS);
    expect([await laterNumber('jukebox')]).toEqual(numbersOf('jukebox'));
  });

  it('K6: hibernating, it is left alone, the person is told, and everything is opened after it was woken', async () => {
    await describeProblem('kettle');
    desk.sim.fault({ fault: 'hibernate', times: 1 });
    await converse(ana, ['/affirm', /is recorded/]);
    const before = desk.sim.journal().requests.length;
    await desk.say('sleeping', 'what is the status of my incidents?');
    expect(await desk.say('sleeping', ABRAHAM)).toMatch(/can't reach/i);
    expect(desk.sim.journal().requests.length).toBe(before);
    expect(numbersOf('kettle')).toEqual([]);
    desk.sim.wake();
    setClock(2 * HOUR_MS);
    expect([await laterNumber('kettle')]).toEqual(numbersOf('kettle'));
  });
});

describe('In the end', () => {
  it('no operation has two incidents', () => {
    expect(desk.sim.journal().invariants.duplicates).toEqual([]);
  });

  it('K18: no log names a person or holds a secret', () => {
    const logs = [desk.logs, ...earlierLogs].join('\n');
    expect(logs).toMatch(/ServiceNow call finished/);
    const secrets = [SECRET, WEBHOOK_SECRET, btoa('svc.helpdesk:svc.helpdesk'), '@example.com', 'does not work'];
    for (const secret of secrets) expect(logs).not.toContain(secret);
  });
});

type Answer = { status: number; body: Record<string, unknown> };

const getJson = async (path: string): Promise<Answer> => {
  const response = await fetch(desk.stack.services.incident.url + path);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};

const postJson = async (path: string, body: unknown): Promise<Answer> => {
  const response = await fetch(desk.stack.services.incident.url + path, {
    method: 'POST',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};
