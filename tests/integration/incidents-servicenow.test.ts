/**
 * Incidents in ServiceNow from the report to the rating, with real processes, a simulated instance, a mail server, and a
 * simulated agent of the service desk.
 */
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { converse, hear, Helpdesk, identityToken } from './support/helpdesk.js';
import { type SocketClient } from './support/socket-client.js';

const ABRAHAM = 'abraham.lincoln@example.com';
const ANA = 'ana.ruiz@example.com';
const SECRET = 'shared-with-the-portal-only';

let desk: Helpdesk;
beforeAll(async () => {
  desk = await Helpdesk.start({ IDENTITY_SECRET: SECRET });
});
afterAll(() => desk.stop());

describe('A person with a password problem', () => {
  const transcript: string[] = [];
  const say = async (message: string, shown = message): Promise<string> => {
    const answer = await desk.say('abraham', message);
    transcript.push(`> ${shown}`, answer, '');
    return answer;
  };

  afterAll(async () => {
    if (process.env['TRANSCRIPT']) await writeFile(process.env['TRANSCRIPT'], transcript.join('\n'));
  });

  it('is asked for another address if the first one is unknown', async () => {
    expect(await say('help me reset my password')).toMatch(/email address/i);
    expect(await say('idontexist@example.com')).toMatch(/can't find "idontexist@example\.com"[^]*email address/);
  });

  it('gets the number of the incident in the instance', async () => {
    expect(await say(ABRAHAM)).toMatch(/urgent/i);
    expect(await say('high')).toMatch(/problem/i);
    expect(await say('Password stuck in a loop')).toMatch(/password[^]*Did that solve it/);
    const summary = await say('no');
    for (const detail of [ABRAHAM, 'Password stuck in a loop', 'Problem resetting password', 'high'])
      expect(summary).toContain(detail);
    expect(await say('yes')).toContain('INC0010008');
    expect(desk.opened()).toEqual([{ number: 'INC0010008', title: 'Problem resetting password', state: '1' }]);
  });

  it('sees only numbers and states before the address is confirmed', async () => {
    await say('what is the status of my incidents?');
    const status = await say('yes');
    expect(status).toMatch(/INC0010008[^]*awaiting triage[^]*INC0010002[^]*in progress/);
    expect(status).not.toMatch(/Email Log in|resetting|2020/);
    expect(status).toMatch(/code/);
  });

  it('sees titles and opening times after entering the code from the mail', async () => {
    expect(await say('/confirm_identity', 'Send me a code')).toMatch(/code/);
    const code = await desk.mailbox.codeFor(ABRAHAM);
    expect(await say(code === '000000' ? '111111' : '000000', '000000')).toMatch(/not the code/);
    const status = await say(code, '(the code from the mail)');
    expect(status).toMatch(
      /INC0010008: "Problem resetting password", opened on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, is currently awaiting triage/,
    );
    expect(status).toContain(
      'INC0010002: "Email Log in problem", opened on 2020-05-21 09:57:06, is currently in progress',
    );
  });
});

describe('A person with a confirmed address', () => {
  const say = (message: string) => desk.say('abraham', message);
  const commentsOn = (number: string) => {
    const id = desk.sim.records('incident').find((row) => row['number'] === number)?.['sys_id'];
    const entries = desk.sim.records('sys_journal_field').filter((row) => row['element_id'] === id);
    return entries.filter((row) => row['element'] === 'comments').map((row) => row['value']);
  };
  const incident = (number: string) => desk.sim.records('incident').find((row) => row['number'] === number);

  it('adds a comment to an incident', async () => {
    await say('I want to add a comment to INC0010008');
    expect(await say('yes')).toMatch(/add to INC0010008/);
    expect(await say('It began after the update')).toMatch(/part of INC0010008/);
    expect(commentsOn('INC0010008').join()).toContain('It began after the update');
  });

  it('escalates an incident', async () => {
    const before = incident('INC0010002')?.['priority'];
    await say('please escalate INC0010002');
    expect(await say('yes')).toMatch(/Why is INC0010002 urgent/);
    expect(await say('The whole office waits for it')).toMatch(/raised the urgency of INC0010002/);
    expect(Number(incident('INC0010002')?.['priority'])).toBeLessThan(Number(before));
    expect(commentsOn('INC0010002').join()).toContain('The whole office waits for it');
  });

  it('closes an incident as solved and reopens it', async () => {
    await say('please close INC0010008');
    expect(await say('yes')).toMatch(/How shall I close INC0010008/);
    expect(await say('/affirm')).toMatch(/INC0010008 is marked as solved/);
    expect(incident('INC0010008')).toMatchObject({ state: '6', close_code: 'Resolved by caller' });
    await say('please reopen INC0010008');
    expect(await say('yes')).toMatch(/is still wrong with INC0010008/);
    expect(await say('It loops again')).toMatch(/INC0010008 is open again/);
    expect(incident('INC0010008')).toMatchObject({ state: '2' });
  });

  it('is shown a similar open incident before a second one is opened', async () => {
    await say('help me reset my password');
    await say('yes');
    await say('/inform{"priority":"low"}');
    expect(await say('Password stuck in a loop again')).toMatch(/Did that solve it/);
    expect(await say('/deny')).toMatch(/similar open incident: INC0010008, "Problem resetting password"/);
    expect(await say('/affirm')).toMatch(/your description is now part of INC0010008/);
    expect(commentsOn('INC0010008').join()).toContain('Password stuck in a loop again');
    expect(desk.opened()).toHaveLength(1);
  });
});

describe('A person whose address the portal asserts', () => {
  let ana: SocketClient;
  beforeAll(async () => {
    ana = await desk.chat(await identityToken(SECRET, ANA));
  });

  it('is not asked for an address and finds an incident by its subject', async () => {
    const status = await converse(ana, ['what about the outlook one?', /INC/]);
    expect(status).toMatch(/INC0000033: "Outlook does not open"/);
  });

  it('is asked which incident is meant if several match, and answers in words', async () => {
    ana.say('add a comment to my ticket');
    const question = await hear(ana, /Which incident/);
    expect(question.quick_replies?.length).toBeGreaterThan(1);
    await converse(
      ana,
      ['the one about the calendar', /add to INC0010001/],
      ['Also on my phone', /part of INC0010001/],
    );
  });
});

describe('Updates', () => {
  let ana: SocketClient;
  let number: string;
  const open = (title: string, description: string) =>
    converse(
      ana,
      ['I want to open an incident', /urgent/],
      ['/inform{"priority":"low"}', /problem/],
      [description, /title/],
      [title, /Shall I open/],
      ['/affirm', /your incident is INC\d+/],
    );
  const count = (text: string) => ana.heard.filter((message) => message.text?.includes(text)).length;

  beforeAll(async () => {
    ana = await desk.chat(await identityToken(SECRET, ANA));
    number = /INC\d+/.exec(await open('Centrifuge', 'It makes a grinding noise'))?.[0] ?? '';
  });

  it('arrive in the conversation for a comment, a new state and a solution, which asks for a rating', async () => {
    desk.sim.agent.assign(number);
    await hear(ana, /Update on INC\d+, "Centrifuge": it is now in progress/);
    desk.sim.agent.comment(number, 'Please switch it off.');
    await hear(ana, /IT wrote about [^]*Please switch it off\./);
    desk.sim.agent.resolve(number, { notes: 'A new bearing.' });
    await hear(ana, /it is now resolved/);
    const question = await hear(ana, /How satisfied/);
    ana.say(question.quick_replies?.[0]?.payload);
    await hear(ana, /Thank you for the rating/);
  });

  it('wait until an active form has ended', async () => {
    await converse(ana, ['I want to open an incident', /urgent/]);
    const read = desk.sim.journal().requests.length;
    desk.sim.agent.comment(number, 'One more thing.');
    await waitUntil('the comment is read', () =>
      desk.sim
        .journal()
        .requests.slice(read)
        .some(({ url }) => url.includes('sys_journal_field')),
    );
    ana.say('/inform{"priority":"low"}');
    await hear(ana, /problem/);
    ana.say('/cancel');
    await hear(ana, /Shall I drop/);
    expect(count('One more thing.')).toBe(0);
    ana.say('/affirm');
    await hear(ana, /dropped/);
    await hear(ana, /One more thing\./);
  });

  it('arrive once, even if incident and dialogue are killed', async () => {
    const { incident, dialogue } = desk.stack.services;
    desk.sim.agent.comment(number, 'Said before the crash.');
    await Promise.all([incident.kill(), dialogue.kill()]);
    desk.sim.agent.comment(number, 'Said during the crash.');
    for (const service of [incident, dialogue]) service.launch();
    await desk.stack.ready();
    await waitUntil(
      'both updates have arrived',
      () => count('Said before the crash.') && count('Said during the crash.'),
    );
    desk.sim.agent.comment(number, 'Said after the crash.');
    await waitUntil('the last update has arrived', () => count('Said after the crash.'));
    for (const text of ['Said before the crash.', 'Said during the crash.', 'Said after the crash.'])
      expect(count(text)).toBe(1);
  });

  it('do not report the person’s own changes', async () => {
    const own = /INC\d+/.exec(await open('Spectrometer', 'The lamp is dark'))?.[0] ?? '';
    ana.heard.length = 0;
    await converse(
      ana,
      [`I want to add a comment to ${own}`, /add to/],
      ['It smells burnt, too', /part of/],
      [`please close ${own}`, /How shall I close/],
      ['/affirm', /marked as solved/],
    );
    ana.heard.length = 0;
    desk.sim.agent.comment(own, 'Thank you for telling us.');
    await hear(ana, /Thank you for telling us\./);
    expect(count('burnt')).toBe(0);
    expect(count('Update on')).toBe(0);
    expect(count('How satisfied')).toBe(0);
  });
});
