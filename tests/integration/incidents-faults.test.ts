/**
 * Faults between the incident service and ServiceNow, as people in the chat see them. One confirmation opens one
 * incident, and the assistant keeps every promise that it makes.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { converse, hear, Helpdesk, identityToken } from './support/helpdesk.js';
import { MovableClock } from './support/movable-clock.js';
import { describeProblem, laterNumber, numbersOf, titleOf } from './support/report-problem.js';
import { sendCall, signedCall, webhookUrl } from './support/servicenow-webhook.js';
import { type SocketClient } from './support/socket-client.js';

const ANA = 'ana.ruiz@example.com';
const ABRAHAM = 'abraham.lincoln@example.com';
const SECRET = 'shared-with-the-portal-only';
const WEBHOOK_SECRET = 'shared-with-the-business-rule';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const clock = new MovableClock();
let desk: Helpdesk;
let ana: SocketClient;
/** The logs of processes that were killed. */
const earlierLogs: string[] = [];

beforeAll(async () => {
  desk = await Helpdesk.start({
    IDENTITY_SECRET: SECRET,
    WEBHOOK_SECRETS: WEBHOOK_SECRET,
    INCIDENT_POLL_SECONDS: '3000',
    SERVICENOW_READ_TIMEOUT_MS: '1000',
    SERVICENOW_WRITE_TIMEOUT_MS: '4000',
    LOG_LEVEL: 'debug',
    ...clock.env,
  });
});
afterAll(async () => {
  await desk.stop();
  clock.remove();
});
beforeEach(async () => {
  ana = await desk.chat(await identityToken(SECRET, ANA));
});
afterEach(() => {
  desk.sim.clearFaults();
  ana.close();
});

const onPost = { method: 'POST', table: 'incident' };

describe('A create request without an answer', () => {
  it('opens one incident if ServiceNow has stored it, and the number follows', async () => {
    desk.sim.fault({ fault: 'timeout-after-commit', match: onPost, times: 1 });
    await describeProblem(ana, 'amplifier');
    await converse(ana, ['/affirm', /is recorded, and I\s+will tell you the number/]);
    expect([await laterNumber(ana, 'amplifier')]).toEqual(numbersOf(desk, 'amplifier'));
  });

  it('opens one incident if ServiceNow stores it much later', async () => {
    desk.sim.fault({ fault: 'commit-late:45000', match: onPost, times: 1 });
    await describeProblem(ana, 'barometer');
    await converse(ana, ['/affirm', /is recorded/]);
    const isLookUp = ({ method, url }: { method: string; url: string }) =>
      method === 'GET' && url.includes('correlation_id');
    const before = desk.sim.journal().requests.filter(isLookUp).length;
    await waitUntil(
      'the incident service has looked it up in vain',
      () => desk.sim.journal().requests.filter(isLookUp).length > before,
    );
    expect(numbersOf(desk, 'barometer')).toEqual([]);
    desk.sim.advance(45_000);
    expect([await laterNumber(ana, 'barometer')]).toEqual(numbersOf(desk, 'barometer'));
  });

  it('opens one incident if the incident service is killed before it records the answer', async () => {
    const { incident } = desk.stack.services;
    desk.sim.fault({ fault: 'timeout-after-commit', match: onPost, times: 1 });
    await describeProblem(ana, 'centrifuge');
    ana.say('/affirm');
    await waitUntil('the instance has the incident', () => numbersOf(desk, 'centrifuge').length);
    earlierLogs.push(incident.output);
    await incident.kill();
    incident.launch();
    await incident.ready();
    expect([await laterNumber(ana, 'centrifuge')]).toEqual(numbersOf(desk, 'centrifuge'));
  });
});

describe('A confirmation that arrives twenty times', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => index);

  it.each([
    ['as the same message', () => 'the-same'],
    ['as twenty different messages', (index: number) => `another-${index}`],
  ])('opens one incident when it arrives %s', async (name, id) => {
    const [person, thing] = [`twenty ${name}`, name === 'as the same message' ? 'dynamo' : 'dishwasher'];
    const problem = `My ${thing} does not work any more`;
    for (const message of ['I want to open an incident', ABRAHAM, 'low', problem, titleOf(thing)])
      await desk.say(person, message);
    const answers = await Promise.all(twenty.map((index) => desk.say(person, '/affirm', { message_id: id(index) })));
    const [number] = numbersOf(desk, thing);
    expect(numbersOf(desk, thing)).toHaveLength(1);
    expect(answers.some((answer) => answer.includes(String(number)))).toBe(true);
  });

  it('opens one incident when it arrives over the HTTP API, and every request gets its number', async () => {
    const order = {
      operation_id: 'op-1',
      email: ANA,
      title: titleOf('echo'),
      description: 'It echoes.',
      priority: 'low',
    };
    const answers = await Promise.all(twenty.map(() => desk.postJson('/incidents', order)));
    expect(new Set(answers.map(({ body }) => body['number']))).toEqual(new Set(numbersOf(desk, 'echo')));
    expect(numbersOf(desk, 'echo')).toHaveLength(1);
  });
});

describe('A create request that a rule of the instance rejects', () => {
  it.each([
    ['a data policy', 'data-policy:assignment_group', 'furnace'],
    ['a business rule', 'br-abort:No incidents on Mondays', 'generator'],
  ])('is parked for an operator to retry, and the person is notified, when %s rejects it', async (_, fault, thing) => {
    desk.sim.fault({ fault, match: onPost, times: 1 });
    await describeProblem(ana, thing);
    const told = await converse(ana, ['/affirm', /did not accept/]);
    expect(told).not.toMatch(/category|Mondays|policy/i);
    expect(numbersOf(desk, thing)).toEqual([]);
    const { operations } = (await desk.getJson('/operations?state=parked')).body as {
      operations: Record<string, string>[];
    };
    const [parked] = operations;
    expect(parked).toMatchObject({ kind: 'open', state: 'parked', last_failure: expect.stringMatching(/^rejected/) });
    expect((await desk.postJson(`/operations/${parked?.['id']}/retry`, undefined)).status).toBe(202);
    expect([await laterNumber(ana, thing)]).toEqual(numbersOf(desk, thing));
  });
});

describe('An incident of somebody else', () => {
  const THEIRS = 'INC0000033';
  const NOBODYS = 'INC0999999';
  /** Asks the same question about both incidents. Returns both answers with the numbers left out. */
  const alike = async (ask: (number: string) => Promise<string>): Promise<[string, string]> => [
    (await ask(THEIRS)).replaceAll(THEIRS, '#'),
    (await ask(NOBODYS)).replaceAll(NOBODYS, '#'),
  ];

  const confirmed = async (person: string): Promise<void> => {
    for (const message of ['/confirm_identity', ABRAHAM]) await desk.say(person, message);
    expect(await desk.say(person, await desk.mailbox.codeFor(ABRAHAM))).toMatch(/INC0010002: "Email Log in problem"/);
  };

  it('looks like one that does not exist to a person with a claimed address', async () => {
    const [theirs, nobodys] = await alike(async (number) => {
      await desk.say(`typed ${number}`, `what is the status of ${number}?`);
      return desk.say(`typed ${number}`, ABRAHAM);
    });
    expect(theirs).toBe(nobodys);
    expect(theirs).toMatch(/can't find #/);
  });

  it('looks like one that does not exist to a person with a confirmed address who reads or changes it', async () => {
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

  it('looks like one that does not exist to a person whose address the portal asserts', async () => {
    const token = await identityToken(SECRET, ABRAHAM);
    for (const first of ['what is the status of #?', 'I want to add a comment to #', 'please escalate #']) {
      const [theirs, nobodys] = await alike((number) =>
        desk.say(`asserted ${first} ${number}`, first.replace('#', number), { identity_token: token }),
      );
      expect(theirs).toBe(nobodys);
      expect(theirs).toMatch(/can't find|None of your incidents matches/);
    }
  });

  it('looks like one that does not exist to another caller of the HTTP API', async () => {
    const at = (number: string) => desk.getJson(`/incidents/${number}?email=${ABRAHAM}`);
    const [theirs, nobodys] = [await at(THEIRS), await at(NOBODYS)];
    expect(theirs.status).toBe(404);
    expect(JSON.stringify(theirs).replaceAll(THEIRS, '#')).toBe(JSON.stringify(nobodys).replaceAll(NOBODYS, '#'));
    const comment = { email: ABRAHAM, text: 'Mine now.', operation_id: 'not-mine' };
    expect((await desk.postJson(`/incidents/${THEIRS}/comments`, comment)).status).toBe(404);
  });

  it.each([
    ['an address that two people share', 'frontdesk@example.com'],
    ['a locked account', 'locked.out@example.com'],
    ['an inactive account', 'former.employee@example.com'],
  ])('%s gets the same answer as an address that nobody has', async (_, address) => {
    const answers = [];
    for (const each of [address, 'nobody@example.com']) {
      await desk.say(`neutral ${each}`, 'what is the status of my incidents?');
      answers.push((await desk.say(`neutral ${each}`, each)).replaceAll(each, '#').split('\n')[0]);
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

describe('The webhook', () => {
  it('rejects calls that are forged, changed, too old or repeated', async () => {
    const hint = JSON.stringify({ number: 'INC0010001', sys_mod_count: '7' });
    const genuine = signedCall(hint, WEBHOOK_SECRET);
    const refused = [
      signedCall(hint, 'guessed-by-a-stranger'),
      signedCall(hint, WEBHOOK_SECRET, 301),
      // One minute more than the limit, because the call gets closer to it on its way.
      signedCall(hint, WEBHOOK_SECRET, -360),
      { ...genuine, body: hint.replace('INC0010001', 'INC0010002') },
      { ...genuine, headers: { ...genuine.headers, 'x-hd-timestamp': '1' } },
      { ...genuine, headers: { ...genuine.headers, 'x-hd-signature': '' } },
    ];
    for (const request of refused) expect(await sendCall(desk, request)).toBe(401);
    expect(await sendCall(desk, genuine)).toBe(202);
    expect(await sendCall(desk, genuine)).toBe(409);
  });

  it('delivers an update at once, long before the next poll', async () => {
    await describeProblem(ana, 'harvester');
    const number = /INC\d+/.exec(await converse(ana, ['/affirm', /your incident is INC/]))?.[0] ?? '';
    desk.sim.config({
      webhook: { url: webhookUrl(desk), secret: WEBHOOK_SECRET },
    });
    desk.sim.agent.assign(number);
    await hear(ana, /Update on INC\d+, "The harvester does not work": it is now in progress/);
    desk.sim.config({ webhook: undefined });
  });
});

describe('While the instance does not respond', () => {
  it('other turns are answered, people learn that it cannot be reached, and confirmed incidents are opened afterwards', async () => {
    await describeProblem(ana, 'icebox');
    desk.sim.fault({ fault: 'hang-before' });
    await converse(ana, ['/affirm', /is recorded/]);
    expect(await desk.say('frozen', 'hi')).toMatch(/reset my password/i);
    await desk.say('frozen', 'what is the status of my incidents?');
    expect(await desk.say('frozen', ABRAHAM)).toMatch(/can't reach/i);
    desk.sim.clearFaults();
    // A request that may have been stored is looked up for 90 seconds before it is sent again.
    clock.set(2 * MINUTE_MS);
    expect([await laterNumber(ana, 'icebox')]).toEqual(numbersOf(desk, 'icebox'));
  });
});

describe('An instance that asks for a pause', () => {
  it('gets no call before its rate limit is reset, and then the number follows', async () => {
    await describeProblem(ana, 'jukebox');
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
    clock.set(HOUR_MS);
    expect([await laterNumber(ana, 'jukebox')]).toEqual(numbersOf(desk, 'jukebox'));
  });

  it('gets no call while it hibernates, and the incident is opened after it wakes up', async () => {
    await describeProblem(ana, 'kettle');
    desk.sim.fault({ fault: 'hibernate', times: 1 });
    await converse(ana, ['/affirm', /is recorded/]);
    const before = desk.sim.journal().requests.length;
    await desk.say('sleeping', 'what is the status of my incidents?');
    expect(await desk.say('sleeping', ABRAHAM)).toMatch(/can't reach/i);
    expect(desk.sim.journal().requests.length).toBe(before);
    expect(numbersOf(desk, 'kettle')).toEqual([]);
    desk.sim.wake();
    clock.set(2 * HOUR_MS);
    expect([await laterNumber(ana, 'kettle')]).toEqual(numbersOf(desk, 'kettle'));
  });
});

describe('In the end', () => {
  it('no operation has opened two incidents', () => {
    expect(desk.sim.journal().invariants.duplicates).toEqual([]);
  });

  it('no log contains a secret, an address or text that a person wrote', () => {
    const logs = [desk.logs, ...earlierLogs].join('\n');
    expect(logs).toMatch(/ServiceNow call finished/);
    const secrets = [SECRET, WEBHOOK_SECRET, btoa('svc.helpdesk:svc.helpdesk'), '@example.com', 'does not work'];
    for (const secret of secrets) expect(logs).not.toContain(secret);
  });
});
