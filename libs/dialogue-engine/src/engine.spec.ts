import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, loop, mapping, rule, story } from './assistant.fixture.js';
import { Conversation, crash, outline, portsOf, reject } from './conversation.fixture.js';
import { slotSet } from './tracker/event.js';
import { chat, greeting, noting, outage } from './outage.fixture.js';

describe('events of a turn', () => {
  it('have Rasa’s order when the first message starts a form', async () => {
    const talk = new Conversation(outage);
    expect(outline(await talk.turn('report service=vpn'))).toEqual([
      'action action_session_start',
      'session_started',
      'action action_listen',
      'user',
      'slot service="vpn"',
      'user_featurization',
      'action outage_form',
      'active_loop outage_form',
      'slot service="vpn"',
      'slot service="vpn"',
      'slot requested_slot="site"',
      'bot',
      'action action_listen',
    ]);
    expect(outline(await talk.turn('inform site=leeds'))).toEqual([
      'user',
      'slot site="leeds"',
      'action outage_form',
      'slot site="leeds"',
      'active_loop null',
      'slot requested_slot=null',
      'action utter_filed',
      'bot',
      'action action_listen',
    ]);
  });

  it('contain the rejection, the other reply and the repeated question without validation', async () => {
    const talk = new Conversation(outage);
    await talk.turn('report');
    expect(outline(await talk.turn('chat'))).toEqual([
      'user',
      'action_execution_rejected outage_form',
      'user_featurization',
      'action utter_chat',
      'bot',
      'action outage_form',
      'slot requested_slot="service"',
      'bot',
      'action action_listen',
    ]);
  });
});

describe('slots', () => {
  it('take all values of an entity if they are lists, and the last value otherwise', async () => {
    const mappings = [mapping('from_entity', { entity: 'site' })];
    const talk = new Conversation(
      assistantOf({
        ...chat,
        entities: ['site'],
        slots: { sites: { type: 'list', mappings }, site: { mappings } },
        rules: [noting],
      }),
    );
    await talk.turn('inform site=a site=b');
    expect(talk.tracker.slots).toMatchObject({ sites: ['a', 'b'], site: 'b' });
  });

  it('store the raw text of a shortcut in a text slot that does not exclude it', async () => {
    const asked = { activeLoop: 'note_form', requestedSlot: 'note' };
    const talk = new Conversation(
      assistantOf({
        ...chat,
        slots: { note: { mappings: [mapping('from_text', { conditions: [asked] })] } },
        forms: { note_form: ['note'] },
        rules: [
          rule('start', [intent('report'), action('note_form'), loop('note_form')]),
          rule('end', [action('note_form'), loop(null), action('utter_noted')], { condition: [loop('note_form')] }),
        ],
      }),
    );
    await talk.turn('report');
    await talk.turn('greet', '/greet{"from":"there"}');
    expect(talk.tracker.slot('note')).toBe('/greet{"from":"there"}');
  });

  it.each([false, 0, ''])('count as filled with %j', async (value) => {
    const talk = new Conversation(outage);
    await talk.turn('greet');
    talk.engine.recordEvents(talk.tracker, [slotSet('service', value)], talk.ports);
    expect(await talk.says('report')).toEqual(['Where?']);
  });

  it('are filled by the first mapping that fits', async () => {
    const mappings = [mapping('from_intent', { value: 'first' }), mapping('from_text')];
    const talk = new Conversation(assistantOf({ ...chat, slots: { note: { mappings } }, rules: [greeting] }));
    await talk.turn('greet');
    expect(talk.tracker.slot('note')).toBe('first');
  });

  it('are validated by action_validate_slot_mappings, which may change and reject them', async () => {
    const mappings = [mapping('from_text')];
    const slots = { kept: { mappings }, changed: { mappings }, refused: { mappings } };
    const talk = new Conversation(
      assistantOf({ ...chat, slots, actions: ['action_validate_slot_mappings'], rules: [greeting] }),
      {
        action_validate_slot_mappings: ({ tracker }) => ({
          events: [
            slotSet('changed', `${String(tracker.slot('changed'))}!`),
            slotSet('refused', null),
            { event: 'pause' },
          ],
          responses: [{ text: 'Noted.' }],
        }),
      },
    );
    expect(await talk.says('greet', 'hi')).toEqual(['Noted.', 'Hello']);
    expect(talk.tracker.slots).toMatchObject({ kept: 'hi', changed: 'hi!', refused: null });
  });

  it('with a custom mapping are filled by their action, once per turn', async () => {
    const mappings = [mapping('custom', { action: 'action_read' })];
    const calls: string[] = [];
    const talk = new Conversation(
      assistantOf({
        ...chat,
        slots: { a: { mappings }, b: { mappings } },
        actions: ['action_read'],
        rules: [greeting],
      }),
      {
        action_read: ({ name }) => {
          calls.push(name);
          return { events: [slotSet('a', 1), slotSet('b', 2)] };
        },
      },
    );
    await talk.turn('greet');
    expect(calls).toEqual(['action_read']);
    expect(talk.tracker.slots).toMatchObject({ a: 1, b: 2 });
  });
});

describe('sessions', () => {
  it('start anew after the idle time, and carry the slots over', async () => {
    const talk = new Conversation(outage);
    await talk.turn('inform site=leeds');
    talk.clock.seconds += 31 * 60;
    const kinds = outline(await talk.turn('greet'));
    expect(kinds.slice(0, 5)).toEqual([
      'action action_session_start',
      'session_started',
      'slot site="leeds"',
      'action action_listen',
      'user',
    ]);
  });

  it('last as long as messages arrive', async () => {
    const talk = new Conversation(outage);
    await talk.turn('greet');
    talk.clock.seconds += 29 * 60;
    expect(outline(await talk.turn('greet'))).not.toContain('session_started');
  });

  it('end at a restart in the middle of a form', async () => {
    const talk = new Conversation(outage);
    await talk.turn('report service=vpn');
    expect(outline(await talk.turn('restart'))).toEqual([
      'user',
      'user_featurization',
      'action action_restart',
      'restart',
      'action action_session_start',
      'session_started',
      'action action_listen',
    ]);
    expect(talk.tracker.slots).toMatchObject({ service: null, requested_slot: null });
    expect(talk.tracker.activeLoop).toBeNull();
  });
});

describe('taking back', () => {
  it('undoes the /back turn and the user turn before it, slots included', async () => {
    const talk = new Conversation(outage);
    await talk.turn('inform site=leeds');
    await talk.turn('inform site=york');
    await talk.turn('back');
    expect(talk.tracker.slot('site')).toBe('leeds');
    expect(talk.tracker.latestMessage.text).toBe('inform site=leeds');
  });
});

describe('actions', () => {
  const assistant = assistantOf({
    ...chat,
    actions: ['action_work'],
    rules: [rule('work', [intent('report'), action('action_work')])],
  });

  it('that decline are recorded as rejected, and another action is predicted', async () => {
    const talk = new Conversation(assistant, { action_work: reject });
    const turn = await talk.turn('report');
    expect(outline(turn).slice(4)).toEqual([
      'action_execution_rejected action_work',
      'user_featurization',
      'action action_listen',
      'bot',
    ]);
    expect(turn.messages).toEqual([{ text: 'Pardon?' }]);
  });

  it('that fail count as executed, and the turn ends by listening', async () => {
    const talk = new Conversation(assistant, { action_work: crash });
    const turn = await talk.turn('report');
    expect(outline(turn).slice(4)).toEqual(['user_featurization', 'action action_work', 'action action_listen', 'bot']);
    expect(turn.trace.failures).toMatchObject([{ action: 'action_work', error: { message: 'out of order' } }]);
  });

  it('stop at the eleventh prediction, and the next message is answered again', async () => {
    const talk = new Conversation(assistant, {
      action_work: () => ({ events: [{ event: 'followup', name: 'action_work' }] }),
    });
    const turn = await talk.turn('report');
    expect(turn.trace.actions).toHaveLength(10 + 1);
    expect(turn.trace.isLimitReached).toBe(true);
    expect(talk.tracker.latestAction).toBe('action_work');
    talk.ports.runAction = () => Promise.resolve({ events: [], responses: [{ text: 'Done.' }] });
    expect(await talk.says('report')).toEqual(['Done.']);
  });

  it('may name a response with variables; an unknown name drops the whole message', async () => {
    const talk = new Conversation(assistantOf({ ...assistantSketch, actions: ['action_work'] }), {
      action_work: () => ({
        responses: [
          { response: 'utter_number', number: 7 },
          { response: 'utter_nowhere', text: 'lost' },
          { response: 'utter_number', text: 'instead', buttons: [{ title: 'Go', payload: '/go' }] },
        ],
      }),
    });
    expect((await talk.turn('report')).messages).toEqual([
      { text: 'No. 7' },
      { text: 'instead', buttons: [{ title: 'Go', payload: '/go' }] },
    ]);
  });
});

const assistantSketch = {
  ...chat,
  responses: { utter_number: 'No. {number}' },
  rules: [rule('work', [intent('report'), action('action_work')])],
};

describe('a form with chit-chat that a story recalls', () => {
  const talkative = assistantOf({
    ...chat,
    entities: ['site', 'service'],
    slots: outage.domain.slots,
    forms: { outage_form: ['service', 'site'] },
    responses: { ...chat.responses, utter_ask_site: 'Where?', utter_ask_service: 'What?', utter_sure: 'Go on?' },
    rules: [rule('start', [intent('report'), action('outage_form'), loop('outage_form')])],
    stories: [
      story('chat', intent('chat'), action('utter_chat')),
      story(
        'doubts',
        ...[intent('report'), action('outage_form'), loop('outage_form'), intent('out_of_scope'), action('utter_sure')],
        ...[intent('inform'), action('outage_form')],
      ),
    ],
    policies: [{ name: 'AugmentedMemoizationPolicy', options: { max_history: 4 } }, { name: 'RulePolicy' }],
  });

  it('repeats its question, and accepts the next answer', async () => {
    const talk = new Conversation(talkative);
    await talk.turn('report');
    expect(await talk.says('chat')).toEqual(['Nice weather.', 'What?']);
    expect(await talk.says('inform service=vpn')).toEqual(['Where?']);
  });

  it('listens where a story contains a question of its own, and then asks without validation', async () => {
    const talk = new Conversation(talkative);
    await talk.turn('report');
    expect(await talk.says('out_of_scope')).toEqual(['Go on?']);
    const turn = await talk.turn('inform');
    expect(outline(turn)).toContain('loop_interrupted');
    expect(turn.messages).toEqual([{ text: 'What?' }]);
    expect(await talk.says('inform service=vpn')).toEqual(['Where?']);
  });
});

describe('a paused conversation', () => {
  it('fills slots but sends nothing until it is resumed or restarted', async () => {
    const talk = new Conversation(outage);
    await talk.turn('greet');
    talk.engine.recordEvents(talk.tracker, [{ event: 'pause' }], talk.ports);
    expect(await talk.says('greet')).toEqual([]);
    await talk.turn('inform site=leeds');
    expect(talk.tracker.slot('site')).toBe('leeds');
    talk.engine.recordEvents(talk.tracker, [{ event: 'resume' }], talk.ports);
    expect(await talk.says('greet')).toEqual(['Hello']);
  });
});

describe('external messages', () => {
  it('are recorded as bot messages, without a prediction', async () => {
    const talk = new Conversation(outage);
    await talk.turn('report');
    const turn = talk.engine.say(talk.tracker, [{ text: 'From the desk' }], 'collector', portsOf());
    expect(outline(turn)).toEqual(['bot']);
    expect(turn.messages).toEqual([{ text: 'From the desk' }]);
    expect(talk.tracker.requestedSlot).toBe('service');
  });
});

describe('the two-stage fallback', () => {
  const unsure = assistantOf({
    ...chat,
    responses: { ...chat.responses, utter_ask_rephrase: 'In other words?' },
    rules: [
      greeting,
      rule('unsure', [intent('nlu_fallback'), action('action_two_stage_fallback'), loop('action_two_stage_fallback')]),
    ],
  });

  it('continues as if the message had been clear after a confirmation', async () => {
    const talk = new Conversation(unsure);
    const [question] = (await talk.turn('nlu_fallback')).messages;
    expect(question?.buttons).toHaveLength(2);
    expect(await talk.says('greet')).toEqual(['Hello']);
    expect(talk.tracker.activeLoop).toBeNull();
  });

  it('asks to rephrase, then asks once more, then gives up', async () => {
    const talk = new Conversation(unsure);
    await talk.turn('nlu_fallback');
    expect(await talk.says('out_of_scope')).toEqual(['In other words?']);
    expect((await talk.turn('nlu_fallback')).messages[0]?.buttons).toHaveLength(2);
    expect(await talk.says('out_of_scope')).toEqual(['Pardon?']);
    expect(talk.tracker.activeLoop).toBeNull();
    expect(await talk.says('greet')).toEqual(['Hello']);
  });
});
