import { beforeAll, describe, expect, it } from '@jest/globals';
import { readAssistant } from '#assistant';
import { pretrained } from '#nlu-pretrained';
import { type NluModel, trainNlu } from './index.js';

const HELPDESK = `${import.meta.dirname}/../../../assistants/helpdesk`;

/** Messages that nobody wrote into the training data. */
const UNSEEN: [text: string, intent: string][] = [
  ['morning, is this the helpdesk?', 'greet'],
  ['hey there bot', 'greet'],
  ['alright, have a good evening, bye', 'goodbye'],
  ['thanks a bunch for your help', 'thank'],
  ['ok, that is correct', 'affirm'],
  ['yeah please do that', 'affirm'],
  ["no, please don't do that", 'deny'],
  ['nope, wrong one', 'deny'],
  ['are you a real human being or a bot?', 'bot_challenge'],
  ['what can this assistant do for me?', 'help'],
  ['I would like to speak to a human agent', 'human_handoff'],
  ['the password for my windows account has expired', 'password_reset'],
  ['my account got locked, can you unlock it?', 'password_reset'],
  ["outlook won't send my mails", 'problem_email'],
  ["I haven't received any emails since lunch", 'problem_email'],
  ['please open a ticket, my monitor is broken', 'open_incident'],
  ['our printer is not printing any more', 'open_incident'],
  ['could you tell me the status of my open ticket?', 'incident_status'],
  ['has there been any progress on my incident?', 'incident_status'],
  ["what's the weather going to be like on Sunday?", 'out_of_scope'],
];

describe('the helpdesk assistant', () => {
  let model: NluModel;
  let examples: Set<string>;
  beforeAll(async () => {
    const { assistant } = await readAssistant(HELPDESK);
    const { language, config, domain, nlu } = assistant;
    // As the product trains it.
    model = await trainNlu({ language, pipeline: config.pipeline, domain, nlu }, { pretrained });
    examples = new Set(nlu.examples.map(({ text }) => text.toLowerCase()));
  });

  it.each([
    ['Open an incident', 'open_incident'],
    ['Help me reset my password', 'password_reset'],
    ["I'm having a issue with my email", 'problem_email'],
    ["What's the status of the ticket I opened?", 'incident_status'],
    ['i have a problem with my email', 'problem_email'],
    ['anything@example.com', 'inform'],
    ["Can't log in to my email", 'problem_email'],
    ['thanks. Can i check the status of my other tickets?', 'incident_status'],
    ['Yes please', 'affirm'],
    ['help me reset my password', 'password_reset'],
    ['idontexist@example.com', 'inform'],
    ['abraham.lincoln@example.com', 'inform'],
    ['Password stuck in a loop', 'password_reset'],
    ['Can I check the status of my tickets?', 'incident_status'],
    ['thanks', 'thank'],
    ['no thanks', 'deny'],
    ['yep', 'affirm'],
    ['cheers mate', 'thank'],
    ['who won the football match yesterday', 'out_of_scope'],
    ['asdkjh qwoeiu', 'nlu_fallback'],
  ])('understands "%s" as %s', async (text, intent) => expect((await model.parse(text)).intent.name).toBe(intent));

  it.each([
    ['urgent', 'high'],
    ['it is really important', 'high'],
    ['HIGH', 'high'],
    ['low please', 'low'],
    ['/inform{"priority":"low"}', 'low'],
  ])('finds in "%s" the priority %s', async (text, value) => {
    const { intent, entities } = await model.parse(text);
    expect(intent.name).toBe('inform');
    expect(entities.filter(({ entity }) => entity === 'priority').map((found) => found.value)).toEqual([value]);
  });

  it.each(UNSEEN)('takes "%s", which it was not taught, for %s', async (text, intent) => {
    expect(examples.has(text.toLowerCase())).toBe(false);
    expect((await model.parse(text)).intent.name).toBe(intent);
  });
});
