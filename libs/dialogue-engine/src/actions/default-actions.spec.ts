import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, mapping, rule, story } from '../assistant.fixture.js';
import { Conversation, messageOf, outline } from '../conversation.fixture.js';
import { actionExecuted, slotSet } from '../tracker/event.js';
import { chat, greeting, outage } from '../outage.fixture.js';

const run = (talk: Conversation, name: string) =>
  talk.engine.executeAction(talk.tracker, name, 'collector', talk.ports);

describe('an action that is run by name', () => {
  it('has its usual effect, and records who requested it', async () => {
    const talk = new Conversation(outage);
    await talk.turn('greet');
    const by = { policy: 'interactive', confidence: 0.5 };
    const turn = await talk.engine.executeAction(talk.tracker, 'utter_chat', 'collector', talk.ports, by);
    expect(turn.messages).toEqual([{ text: 'Nice weather.' }]);
    expect(turn.events[0]).toMatchObject({
      event: 'action',
      name: 'utter_chat',
      policy: 'interactive',
      confidence: 0.5,
    });
  });

  it('can extract slots from the latest message', async () => {
    const talk = new Conversation(outage);
    await talk.turn('inform site=leeds');
    talk.engine.recordEvents(talk.tracker, [slotSet('site', null)], talk.ports);
    await run(talk, 'action_extract_slots');
    expect(talk.tracker.slot('site')).toBe('leeds');
  });

  it('can send the text in the message’s metadata', async () => {
    const talk = new Conversation(outage);
    const message = { ...messageOf('greet'), metadata: { message: { text: 'As agreed.' } } };
    await talk.engine.logMessage(talk.tracker, message, talk.ports);
    expect((await run(talk, 'action_send_text')).messages).toEqual([{ text: 'As agreed.' }]);
    await talk.turn('greet');
    expect((await run(talk, 'action_send_text')).messages).toEqual([]);
  });

  it('can end a form, and keeps its answers', async () => {
    const talk = new Conversation(outage);
    await talk.turn('report service=vpn');
    await run(talk, 'action_deactivate_loop');
    expect(talk.tracker.activeLoop).toBeNull();
    expect(talk.tracker.slots).toMatchObject({ service: 'vpn', requested_slot: null });
  });

  it('is either known or unknown', () => {
    const { engine } = new Conversation(outage);
    const known = ['utter_chat', 'outage_form', 'action_listen', 'nope'].map((name) => engine.hasAction(name));
    expect(known).toEqual([true, true, true, false]);
  });
});

describe('action_unlikely_intent', () => {
  it('has no effect on the stories', async () => {
    const talk = new Conversation(
      assistantOf({
        ...chat,
        stories: [story('s', intent('greet'), action('utter_hello'), intent('inform'), action('utter_noted'))],
        policies: [{ name: 'MemoizationPolicy', options: { max_history: 5 } }],
      }),
    );
    await talk.engine.logMessage(talk.tracker, messageOf('greet'), talk.ports);
    const remarked = await run(talk, 'action_unlikely_intent');
    expect(outline(remarked)).toEqual(['action action_unlikely_intent']);
    expect(talk.engine.predict(talk.tracker)).toMatchObject({ action: 'utter_hello', source: 's' });
    talk.engine.recordEvents(talk.tracker, [actionExecuted('utter_hello')], talk.ports);
    expect(await talk.says('inform')).toEqual(['Noted.']);
  });
});

describe('the extraction of slots', () => {
  it('uses the domain’s custom action where the domain lists one', async () => {
    const assistant = assistantOf({
      ...chat,
      slots: { note: { mappings: [mapping('from_text')] } },
      actions: ['action_extract_slots'],
      rules: [greeting],
    });
    const talk = new Conversation(assistant, {
      action_extract_slots: () => ({ events: [slotSet('note', 'mine'), { event: 'pause' }] }),
    });
    expect(await talk.says('greet')).toEqual(['Hello']);
    expect(talk.tracker.slot('note')).toBe('mine');
  });
});

describe('a prediction on request', () => {
  const talkWith = () =>
    new Conversation(
      assistantOf({
        ...chat,
        rules: [rule('greeting', [intent('greet'), action('utter_hello')])],
        policies: [{ name: 'MemoizationPolicy' }, { name: 'RulePolicy' }],
      }),
    );

  it('scores every action, best first, and executes none', async () => {
    const talk = talkWith();
    await talk.engine.logMessage(talk.tracker, messageOf('greet'), talk.ports);
    const before = talk.tracker.snapshot();
    const next = talk.engine.predict(talk.tracker);
    expect(next).toMatchObject({ action: 'utter_hello', policy: 'RulePolicy', confidence: 1, source: 'greeting' });
    expect(next.scores[0]).toEqual({ action: 'utter_hello', score: 1 });
    const others = ['action_listen', 'action_restart', 'utter_default', 'utter_chat'];
    for (const name of others) expect(next.scores).toContainEqual({ action: name, score: 0 });
    expect(next.opinions).toMatchObject([{ policy: 'MemoizationPolicy', action: null }, { policy: 'RulePolicy' }]);
    expect(talk.tracker.snapshot()).toEqual(before);
  });

  it('is the requested follow-up action', async () => {
    const talk = talkWith();
    await talk.turn('greet');
    talk.engine.recordEvents(talk.tracker, [{ event: 'followup', name: 'utter_chat' }], talk.ports);
    expect(talk.engine.predict(talk.tracker)).toMatchObject({ action: 'utter_chat', policy: 'followup_action' });
    expect(talk.tracker.followupAction).toBe('utter_chat');
  });
});

describe('the trace of a turn', () => {
  it('names the rule, and every policy’s prediction if the message requests a trace', async () => {
    const talk = new Conversation(
      assistantOf({
        ...chat,
        rules: [greeting],
        stories: [story('meeting', intent('greet'), action('utter_hello'))],
        policies: [{ name: 'AugmentedMemoizationPolicy' }, { name: 'RulePolicy' }],
      }),
    );
    const [, plain] = (await talk.turn('greet')).trace.actions;
    expect(plain).toMatchObject({ name: 'utter_hello', policy: 'RulePolicy', source: 'greeting' });
    expect(plain?.opinions).toHaveLength(1);
    const message = { ...messageOf('greet'), wantsTrace: true };
    const { trace } = await talk.engine.takeTurn(talk.tracker, message, talk.ports);
    expect(trace.actions[0]?.opinions).toMatchObject([
      { policy: 'AugmentedMemoizationPolicy', action: 'utter_hello', confidence: 1, source: 'meeting' },
      { policy: 'RulePolicy', action: 'utter_hello', confidence: 1, source: 'greeting' },
    ]);
  });

  it('says that a form continues, that it repeats its question, and that nothing else was certain', async () => {
    const talk = new Conversation(outage);
    const why = async (line: string) => (await talk.turn(line)).trace.actions.map(({ source }) => source);
    expect(await why('report')).toEqual([undefined, 'start', 'outage_form is running']);
    expect(await why('chat')).toEqual([
      'outage_form is running',
      'chatting',
      'outage_form asks again',
      'outage_form is running',
    ]);
    await talk.turn('restart');
    expect(await why('out_of_scope')).toContain('nothing else is certain enough');
  });
});
