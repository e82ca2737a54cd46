import { beforeEach, describe, expect, it } from '@jest/globals';
import { Conversation, crash } from './conversation.fixture.js';
import { helpdesk, helpdeskActions } from './helpdesk.fixture.js';
import { Tracker } from './tracker/tracker.js';

let talk: Conversation;
beforeEach(() => {
  talk = new Conversation(helpdesk, helpdeskActions);
});

const toConfirmation = async () => {
  await talk.says('open_incident');
  await talk.says('inform email=a@b.example');
  await talk.says('inform priority=high');
  await talk.says('inform', 'The screen stays dark.');
  return talk.says('inform', 'Dark screen');
};

describe('the incident conversation', () => {
  it('asks for every slot and opens the incident', async () => {
    expect(await talk.says('greet')).toEqual(['Hello.']);
    expect(await talk.says('open_incident')).toEqual(['Your address?']);
    expect(await talk.says('inform email=a@b.example')).toEqual(['How urgent?']);
    expect(await talk.says('inform priority=high')).toEqual(['What happens?']);
    expect(await talk.says('inform', 'The screen stays dark.')).toEqual(['In a few words?']);
    expect(await talk.says('inform', 'Dark screen')).toEqual(['Shall I open "Dark screen"?']);
    expect(await talk.says('affirm')).toEqual(['Opened "Dark screen".']);
    expect(talk.tracker.activeLoop).toBeNull();
    expect(talk.tracker.latestAction).toBe('action_listen');
    expect(talk.tracker.slots).toMatchObject({ email: null, confirm: null, previous_email: 'a@b.example' });
  });

  it('uses the title of the intent that started it', async () => {
    await talk.says('password_reset');
    expect(talk.tracker.slot('incident_title')).toBe('Password reset');
    await talk.says('inform email=a@b.example');
    await talk.says('inform priority=low');
    expect(await talk.says('inform', 'I forgot it.')).toEqual(['Shall I open "Password reset"?']);
  });

  it('opens no incident when the confirmation is denied, and keeps the address for later', async () => {
    await toConfirmation();
    expect(await talk.says('deny')).toEqual(['Not opened.']);
    expect(talk.tracker.slots).toMatchObject({ incident_title: null, previous_email: 'a@b.example' });
  });

  it('offers to reuse the address, and accepts a yes, a no or another address', async () => {
    await toConfirmation();
    await talk.says('affirm');
    const snapshot = talk.tracker.snapshot();

    expect(await talk.says('open_incident')).toEqual(['The same address?']);
    expect(await talk.says('affirm')).toEqual(['How urgent?']);
    expect(talk.tracker.slot('email')).toBe('a@b.example');

    talk.tracker = Tracker.restore(snapshot, helpdesk.domain);
    await talk.says('open_incident');
    expect(await talk.says('deny')).toEqual(['Your address?']);
    expect(await talk.says('inform email=c@d.example')).toEqual(['How urgent?']);

    talk.tracker = Tracker.restore(snapshot, helpdesk.domain);
    await talk.says('open_incident');
    expect(await talk.says('inform email=e@f.example')).toEqual(['How urgent?']);
    expect(talk.tracker.slot('email')).toBe('e@f.example');
  });

  it('asks again when the first address question gets only a yes', async () => {
    await talk.says('open_incident');
    expect(await talk.says('affirm')).toEqual(['Your address?']);
  });
});

describe('interruptions of a form', () => {
  it.each([
    ['bot_challenge', 'I am a program.'],
    ['greet', 'Hello.'],
    ['thank', 'Gladly.'],
    ['goodbye', 'See you.'],
    ['help', 'I open incidents.'],
    ['out_of_scope', 'That is not my trade.'],
    ['nlu_fallback', 'Pardon?'],
  ])('answers %s, repeats its question and then accepts the answer', async (name, answer) => {
    await talk.says('open_incident');
    expect(await talk.says(name)).toEqual([answer, 'Your address?']);
    expect(await talk.says('inform email=a@b.example')).toEqual(['How urgent?']);
    expect(await talk.says(name)).toEqual([answer, 'How urgent?']);
    expect(await talk.says('inform priority=low')).toEqual(['What happens?']);
  });

  it('says when it does not understand, and repeats its question', async () => {
    await talk.says('open_incident');
    expect(await talk.says('inform')).toEqual(['Pardon?', 'Your address?']);
    expect(await talk.says('inform email=a@b.example')).toEqual(['How urgent?']);
  });

  it('switches to the other form when the first one cannot use the message', async () => {
    await talk.says('open_incident');
    await talk.says('inform email=a@b.example');
    await talk.says('inform priority=low');
    expect(await talk.says('incident_status')).toEqual(['In progress for a@b.example.']);
    expect(talk.tracker.activeLoop).toBeNull();

    await talk.says('incident_status');
    expect(talk.tracker.activeLoop?.name).toBe('incident_status_form');
    expect(await talk.says('open_incident')).toEqual(['The same address?']);
    expect(talk.tracker.activeLoop?.name).toBe('open_incident_form');
  });

  it('starts anew after a restart in the middle of a form', async () => {
    await talk.says('open_incident');
    await talk.says('inform email=a@b.example');
    expect(await talk.says('restart')).toEqual(['From the start.']);
    expect(talk.tracker.activeLoop).toBeNull();
    expect(talk.tracker.slot('email')).toBeNull();
    expect(await talk.says('open_incident')).toEqual(['Your address?']);
  });

  it('undoes the last answer and repeats its question', async () => {
    await talk.says('open_incident');
    await talk.says('inform email=a@b.example');
    expect(await talk.says('back')).toEqual(['One step back.', 'Your address?']);
    expect(talk.tracker.slot('email')).toBeNull();
  });
});

describe('trouble', () => {
  it.each(['action_ask_email', 'validate_open_incident_form', 'action_check_incident_status'])(
    'reports when %s fails, and continues afterwards',
    async (failing) => {
      talk = new Conversation(helpdesk, { ...helpdeskActions, [failing]: crash });
      await talk.says(failing === 'action_check_incident_status' ? 'incident_status' : 'open_incident');
      const turn = await talk.turn('inform email=a@b.example');
      const before = failing === 'action_ask_email' ? [] : ['Something broke.'];
      expect(turn.messages.map(({ text }) => text)).toEqual(expect.arrayContaining(before));
      expect(turn.messages).not.toEqual([]);
      expect(talk.tracker.latestAction).toBe('action_listen');
      expect(await talk.says('bot_challenge')).toContain('I am a program.');
    },
  );

  it('reports that asking a question failed', async () => {
    talk = new Conversation(helpdesk, { ...helpdeskActions, action_ask_email: crash });
    const turn = await talk.turn('open_incident');
    expect(turn.messages).toEqual([{ text: 'Something broke.' }]);
    expect(turn.trace.failures.map(({ action }) => action)).toEqual(['action_ask_email']);
  });

  it('does not accept an unvalidated answer when validation fails', async () => {
    await talk.says('open_incident');
    const broken = new Conversation(helpdesk, { ...helpdeskActions, validate_open_incident_form: crash });
    broken.tracker = talk.tracker;
    expect(await broken.says('inform email=a@b.example')).toEqual(['Something broke.', 'Your address?']);
    expect(talk.tracker.slot('email')).toBeNull();
  });
});

it('keeps conversations apart', async () => {
  const other = Tracker.start('other', helpdesk.domain);
  await talk.says('open_incident');
  const mine = talk.tracker;
  talk.tracker = other;
  expect(await talk.says('incident_status')).toEqual(['Your address?']);
  talk.tracker = mine;
  expect(await talk.says('inform email=a@b.example')).toEqual(['How urgent?']);
  talk.tracker = other;
  expect(await talk.says('inform email=c@d.example')).toEqual(['In progress for c@d.example.']);
  expect(mine.slot('email')).toBe('a@b.example');
});
