/**
 * People who change their minds during a form of the helpdesk assistant. Uses real texts, the real NLU and the real
 * actions.
 */
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readAssistant, type Assistant } from '#assistant';
import { BusUnavailableError, type MessageBus } from '#bus';
import {
  type Contract,
  type Envelope,
  IncidentChange,
  IncidentFind,
  IncidentOpen,
  type IncidentView,
} from '#contracts';
import { DialogueEngine, Tracker, type Turn } from '#dialogue-engine';
import { trainNlu, type NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { projectRoot } from '#service';
import { type DialogueSettings } from '../settings/dialogue.settings.js';
import { AskIncidentNumber, ChangeIncident, ValidateChangeIncidentForm } from './change-incident.actions.js';
import { AskEmail, ValidateIncidentStatusForm, ValidateOpenIncidentForm } from './form.actions.js';
import { HandoffOptions } from './handoff.actions.js';
import { OpenIncident } from './incident.actions.js';
import { IncidentClient } from './incident.client.js';

let assistant: Assistant;
let model: NluModel;
let engine: DialogueEngine;
let tracker: Tracker;
let opened: unknown[];
let changed: unknown[];
/** The incidents in the ticket system. It has no callers and no articles. */
let existing: IncidentView[];

beforeAll(async () => {
  ({ assistant } = await readAssistant(join(projectRoot, 'assistants/helpdesk')));
  const { language, config, domain, nlu } = assistant;
  model = await trainNlu({ language, pipeline: config.pipeline, domain, nlu }, { pretrained });
  engine = new DialogueEngine(assistant);
});
beforeEach(async () => {
  tracker = Tracker.start('ann', engine.domain);
  opened = [];
  changed = [];
  existing = [];
});

const bus = {
  request({ type }: Contract, incident: unknown) {
    if (type === IncidentFind.type && existing.length > 0)
      return Promise.resolve({ kind: 'found', level: 'asserted', incidents: existing });
    if (type === IncidentChange.type) {
      changed.push((incident as { action: unknown }).action);
      return Promise.resolve({ kind: 'changed', number: 'INC0010001', state: 'in progress' });
    }
    if (type !== IncidentOpen.type) return Promise.reject(new BusUnavailableError('nobody takes this'));
    opened.push(incident);
    return Promise.resolve({ kind: 'opened', number: 'INC0010001' });
  },
} as unknown as MessageBus;
const incidents = new IncidentClient(bus, { INCIDENT_TIMEOUT_MS: 30_000 } as DialogueSettings);
const actions = () => ({
  action_ask_email: new AskEmail(),
  validate_open_incident_form: new ValidateOpenIncidentForm(incidents),
  validate_incident_status_form: new ValidateIncidentStatusForm(incidents),
  action_open_incident: new OpenIncident(incidents),
  validate_change_incident_form: new ValidateChangeIncidentForm(incidents),
  action_ask_incident_number: new AskIncidentNumber(),
  action_change_incident: new ChangeIncident(incidents),
  action_handoff_options: new HandoffOptions(assistant),
});

async function turn(text: string): Promise<Turn> {
  const about = { messageId: 'm', inputChannel: 'rest' };
  const understanding = await model.parse(text);
  return engine.takeTurn(
    tracker,
    { ...about, text, understanding, outputChannel: 'rest' },
    {
      now: () => 1_000,
      random: () => 0,
      runAction(call) {
        const action = actions()[call.name as keyof ReturnType<typeof actions>];
        const { signal } = new AbortController();
        const around = { ...about, signal, isFromHost: false, cause: {} as Envelope, handOver: () => undefined };
        return action.run({ ...call, ...around });
      },
    },
  );
}
async function say(...texts: string[]): Promise<string> {
  let messages: Turn['messages'] = [];
  for (const text of texts) ({ messages } = await turn(text));
  return messages.map(({ text }) => text).join('\n');
}

const toPriority = ['I want to open an incident', 'ann@example.com'];
const toDescription = [...toPriority, '/inform{"priority":"low"}'];
const toTitle = [...toDescription, 'The scanner on the second floor beeps'];
const toSummary = [...toTitle, 'Beeping scanner'];
const INCIDENT = {
  email: 'ann@example.com',
  priority: 'low',
  description: 'The scanner on the second floor beeps',
  title: 'Beeping scanner',
};

describe('A person who wants to cancel the form', () => {
  it.each([
    ['cancel', toPriority],
    ['please drop the whole thing', toPriority],
    ['stop', toDescription],
    ['oh forget about it', toTitle],
    ['I have changed my mind', toSummary],
  ])('confirms it with yes, and the form keeps nothing: %s', async (words, before) => {
    await say(...before);
    expect(await say(words)).toMatch(/^Shall I drop this incident/);
    expect(await say('yes please')).toMatch(/dropped/);
    const kept = ['email', 'priority', 'problem_description', 'incident_title', 'confirm'];
    expect(kept.filter((slot) => tracker.slot(slot) !== null)).toEqual([]);
    expect(await say('thanks')).toMatch(/welcome/);
    expect(opened).toEqual([]);
  });

  it('may continue after all, even by simply answering the question', async () => {
    await say(...toPriority);
    await say('stop');
    expect(await say('no')).toMatch(/priority/);
    await say('stop');
    expect(await say('high')).toMatch(/problem/);
  });

  it('can cancel the question about the status too', async () => {
    await say('what is the status of my ticket?');
    expect(await say('cancel')).toMatch(/^Shall I drop this/);
    expect(await say('yes')).toMatch(/dropped/);
  });

  it('hears that there is nothing to cancel when no form is active', async () => {
    expect(await say('cancel')).toMatch(/anything else/);
  });
});

describe('A person who cannot answer', () => {
  it('may skip the priority after three tries', async () => {
    await say(...toPriority);
    await say('yes');
    expect(await say('purple')).not.toMatch(/without a choice/);
    const { messages } = await turn('yes');
    expect(messages.at(-1)?.buttons?.map(({ payload }) => payload)).toEqual([
      '/skip_question',
      '/human_handoff',
      '/cancel',
    ]);
    expect(await say('/skip_question')).toMatch(/problem/);
    expect(tracker.slot('priority')).toBe('medium');
  });

  it('may cancel or ask for a human at a required question', async () => {
    await say('I want to open an incident', 'ann at example', 'ann at example dot com');
    const { messages } = await turn('I said ann at example dot com');
    expect(messages.at(-1)?.buttons?.map(({ payload }) => payload)).toEqual(['/human_handoff', '/cancel']);
    expect(await say('/skip_question')).toMatch(/need an answer/);
    expect(await say('/human_handoff')).toMatch(/address/);
  });
});

describe('A person who made a mistake', () => {
  it.each([
    ['no, the priority is high', 'priority', 'high'],
    ['wait, make it high instead', 'priority', 'high'],
    ['no, my email is kim.dale@example.com, not ann@example.com', 'email', 'kim.dale@example.com'],
    ['sorry, I meant kim.dale@example.com', 'email', 'kim.dale@example.com'],
  ])('corrects it at the question for the title: %s', async (words, slot, value) => {
    await say(...toTitle);
    expect(await say(words)).toMatch(new RegExp(`now ${value}.*\n.*title`));
    expect(tracker.slots).toMatchObject({ [slot]: value, incident_title: null });
  });

  it('corrects it at the question for the priority without a no', async () => {
    await say(...toPriority);
    expect(await say('my email is kim.dale@example.com, not ann@example.com')).toMatch(/now kim.dale.*\n.*priority/);
  });

  it.each([
    'My monitor is on fire, this is urgent, write to kim.dale@example.com',
    'The address of our shop is wrong on the website',
    'I cannot stop the printer',
  ])('does not correct anything with a description: %s', async (words) => {
    await say(...toDescription);
    expect(await say(words)).toMatch(/title/);
    expect(tracker.slots).toMatchObject({ email: 'ann@example.com', priority: 'low', problem_description: words });
  });

  it.each([
    ['change the priority', /priority/, 'high', { priority: 'high' }],
    ['no, the title is wrong', /title/, 'Scanner beeps', { title: 'Scanner beeps' }],
    ['I want to edit the description', /problem/, 'It beeps all day', { description: 'It beeps all day' }],
    ['the email address is wrong', /address/, 'kim.dale@example.com', { email: 'kim.dale@example.com' }],
  ])('edits a value at the summary: %s', async (words, question, answer, change) => {
    await say(...toSummary);
    expect(await say(words)).toMatch(question);
    expect(await say(answer)).toContain('Shall I open an incident');
    expect(await say('yes')).toContain('INC0010001');
    expect(opened).toEqual([expect.objectContaining({ ...INCIDENT, ...change })]);
  });

  it('may give the new value at once, and sees the summary again', async () => {
    await say(...toSummary);
    expect(await say('the priority is high')).toMatch(/now high[^]*priority: high/);
    expect(await say('something is wrong')).toBe('What shall I change?');
    expect(await say('/correct{"field":"incident_title"}')).toMatch(/title/);
    expect(await say('Scanner')).toContain('title: Scanner');
    expect(opened).toEqual([]);
  });

  it('ends the form with a plain no at the summary', async () => {
    await say(...toSummary);
    expect(await say('no')).toMatch(/not opened/);
    expect(tracker.slots).toMatchObject({ incident_title: null, previous_email: 'ann@example.com' });
  });
});

it.each([
  'It beeps all day since this morning',
  'Hello, since this morning it beeps whenever I press a key',
  'it stays black since the update',
])('a description that looks like a command is still a description: %s', async (words) => {
  await say(...toDescription);
  expect(await say(words)).toMatch(/title/);
  expect(tracker.slots).toMatchObject({ problem_description: words });
});

it.each(['hello', 'thank you', 'bye', 'help', 'what can you do for me?'])(
  'a plain command is not a description: %s',
  async (words) => {
    await say(...toDescription);
    expect(await say(words)).toMatch(/problem/);
    expect(tracker.slots).toMatchObject({ problem_description: null });
  },
);

it('a button of an earlier question is not a description', async () => {
  await say(...toDescription);
  await say('/inform{"priority":"high"}');
  expect(tracker.slots).toMatchObject({ priority: 'high', problem_description: null });
});

describe('A person who wants to change an incident', () => {
  const printer: IncidentView = {
    number: 'INC0010001',
    title: 'Printer eats paper',
    state: 'in progress',
    actions: ['comment', 'resolve', 'cancel', 'escalate'],
  };
  beforeEach(() => {
    existing = [printer];
  });

  it('adds a comment word for word, even if it sounds like a command', async () => {
    await say('add a comment to my ticket', 'ann@example.com');
    expect(await say('It is urgent, please hurry.')).toMatch(/now part of INC0010001/);
    expect(changed).toEqual([{ kind: 'comment', text: 'It is urgent, please hurry.' }]);
  });

  it.each([
    ['yes', 'resolve'],
    ['no', 'cancel'],
  ])('closes it, with the answer %s to whether it is solved', async (answer, to) => {
    await say('close my ticket', 'ann@example.com', answer);
    expect(changed).toEqual([{ kind: 'move', to, note: '' }]);
  });

  it('is asked which one when several match, and may answer with a description', async () => {
    existing = [printer, { ...printer, number: 'INC0010002', title: 'Slow laptop' }];
    await say('escalate my incident');
    const { messages } = await turn('ann@example.com');
    expect(messages.at(-1)?.buttons?.map(({ title }) => title)).toEqual([
      'INC0010001 Printer eats paper',
      'INC0010002 Slow laptop',
    ]);
    existing = [printer];
    expect(await say('/inform{"incident_number":"INC0010001"}')).toMatch(/urgent/);
    await say('The whole floor waits for it');
    expect(changed).toEqual([{ kind: 'move', to: 'escalate', note: 'The whole floor waits for it' }]);
  });

  it('may mention a model number, which is not an incident number', async () => {
    await say('add a comment to my ticket about the HP400', 'ann@example.com', 'It is upstairs.');
    expect(changed).toHaveLength(1);
  });
});
