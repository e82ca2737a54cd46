/**
 * The conformance checklist for engines that run Rasa 3.x assistants, item by item. The items that are missing here are
 * tested elsewhere:
 *
 * | items      | about                                                            | shown in                                             |
 * | ---------- | ---------------------------------------------------------------- | ---------------------------------------------------- |
 * | 2, 3       | fallback of low confidence, shortcuts with a confidence          | libs/nlu-engine: fallback-classifier, shortcut       |
 * | 16, 17, 29 | texts with blank lines, custom parts, streamed answers over REST | apps/gateway: rest-message, rest.controller          |
 * | 19, 20, 32 | unknown intents, foreign ids, `Accept` of the domain over HTTP   | tests/integration: http-api; apps/gateway: access    |
 * | 21, 22     | test stories without texts, emulated rejections                  | apps/cli: run-story                             |
 * | 25         | files of a newer version                                         | libs/assistant: read-assistant                       |
 * | 26, 27     | the helpdesk assistant: denial at the end, hand-over over REST   | apps/dialogue: helpdesk-forms, webhook; 26 also here |
 * | 28         | `/handoff{"from_host":…}`, which dialogue says to a host here    | apps/dialogue: take-turn; tests/integration: handoff |
 * | 30         | the socket's confirmation                                        | apps/gateway: socket.channel                         |
 */
import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, loop, mapping, rule, type Sketch, story } from './assistant.fixture.js';
import { InvalidAssistant } from './stories/assistant-check.js';
import { Conversation, crash, messageOf, outline, reject } from './conversation.fixture.js';
import { DialogueEngine } from './engine.js';
import { slotSet } from './tracker/event.js';
import { helpdesk, helpdeskActions } from './helpdesk.fixture.js';
import { chat, greeting, noting, outage } from './outage.fixture.js';

const working = assistantOf({
  ...chat,
  actions: ['action_work'],
  rules: [rule('work', [intent('report'), action('action_work')])],
});

function refusalOf(sketch: Sketch): string {
  try {
    new DialogueEngine(assistantOf({ ...chat, ...sketch }));
  } catch (error) {
    if (error instanceof InvalidAssistant) return error.message;
    throw error;
  }
  return '';
}

describe('the conformance checklist', () => {
  // Item 1.
  it('several values of an entity fill a list slot as a list and a text slot with the last one', async () => {
    const mappings = [mapping('from_entity', { entity: 'site' })];
    const slots = { sites: { type: 'list' as const, mappings }, site: { mappings } };
    const talk = new Conversation(assistantOf({ ...chat, entities: ['site'], slots, rules: [noting] }));
    await talk.turn('inform site=a site=b', '/inform{"site":["a","b"]}');
    expect(talk.tracker.slots).toMatchObject({ sites: ['a', 'b'], site: 'b' });
  });

  // Item 4.
  it('/restart in a form ends the loop, resets the slots and starts a new session', async () => {
    const talk = new Conversation(outage);
    await talk.turn('report service=vpn');
    expect(outline(await talk.turn('restart', '/restart')).slice(2)).toEqual([
      'action action_restart',
      'restart',
      'action action_session_start',
      'session_started',
      'action action_listen',
    ]);
    expect(talk.tracker.activeLoop).toBeNull();
    expect(talk.tracker.slots).toEqual(new Conversation(outage).tracker.slots);
  });

  // Item 5.
  it('a rule answers an off-topic message in a loop, and the question is repeated without validation', async () => {
    const assistant = { ...outage, domain: { ...outage.domain, actions: ['validate_outage_form'] } };
    const validated: unknown[] = [];
    const talk = new Conversation(assistant, {
      validate_outage_form: ({ tracker }) => {
        const last = tracker.events.at(-1);
        validated.push(last?.event === 'slot' ? last.name : null);
        return {};
      },
    });
    await talk.turn('report');
    validated.length = 0;
    expect(await talk.says('chat')).toEqual(['Nice weather.', 'What?']);
    expect(validated).not.toContain('service');
    expect(talk.tracker.activeLoop).toMatchObject({ name: 'outage_form', rejected: false });
  });

  // Item 6.
  it.each([false, 0, '', []])('a required slot that holds %j counts as filled', async (value) => {
    const talk = new Conversation(outage);
    await talk.turn('greet');
    talk.engine.recordEvents(talk.tracker, [slotSet('service', value)], talk.ports);
    expect(await talk.says('report')).toEqual(['Where?']);
  });

  // Item 7.
  it('a variation for the channel "rest" is never chosen, because the output channel of REST is "collector"', async () => {
    const condition = [{ slot: 'site', value: null }];
    const utter_hello = [{ text: 'Over REST', channel: 'rest', condition }, { text: 'Hello' }];
    const responses = { ...chat.responses, utter_hello };
    const talk = new Conversation(assistantOf({ ...chat, slots: { site: {} }, responses, rules: [greeting] }));
    expect(await talk.says('greet')).toEqual(['Hello']);
  });

  // Item 8.
  it('a text with an unknown variable is sent unchanged', async () => {
    const responses = { ...chat.responses, utter_hello: 'Hello {site} and {nobody}' };
    const slots = { site: { initialValue: 'leeds' } };
    const talk = new Conversation(assistantOf({ ...chat, slots, responses, rules: [greeting] }));
    expect(await talk.says('greet')).toEqual(['Hello {site} and {nobody}']);
  });

  // Item 9.
  it('a payload with single braces stays unchanged', async () => {
    const buttons = [{ title: 'VPN', payload: '/inform{"service":"vpn"}' }];
    const responses = { ...chat.responses, utter_hello: [{ text: 'Hello', buttons }] };
    const talk = new Conversation(assistantOf({ ...chat, responses, rules: [greeting] }));
    expect((await talk.turn('greet')).messages).toEqual([{ text: 'Hello', buttons }]);
  });

  // Item 10.
  it('an action that declines is recorded as rejected, and something else is predicted', async () => {
    const talk = new Conversation(working, { action_work: reject });
    const turn = await talk.turn('report');
    expect(outline(turn)).toContain('action_execution_rejected action_work');
    expect(outline(turn)).not.toContain('action action_work');
    expect(turn.trace.actions.filter(({ isRejected }) => isRejected).map(({ name }) => name)).toEqual(['action_work']);
    expect(talk.tracker.latestAction).toBe('action_listen');
  });

  // Item 11.
  it('an action that fails counts as executed, and the turn ends by listening', async () => {
    const talk = new Conversation(working, { action_work: crash });
    expect(outline(await talk.turn('report')).slice(5, 7)).toEqual(['action action_work', 'action action_listen']);
  });

  // Item 12.
  it('a turn stops before its eleventh prediction, without listening', async () => {
    const talk = new Conversation(working, {
      action_work: () => ({ events: [{ event: 'followup', name: 'action_work' }] }),
    });
    const turn = await talk.turn('report');
    // Beside the ten there is the forced start of the session.
    expect(turn.trace.actions).toHaveLength(1 + 10);
    expect(turn.trace.isLimitReached).toBe(true);
    expect(talk.tracker.latestAction).toBe('action_work');
  });

  // Item 13.
  it('after the idle time a new session starts with the slots carried over, and then the message is handled', async () => {
    const talk = new Conversation(outage);
    await talk.turn('inform site=leeds');
    talk.clock.seconds += 30 * 60 + 1;
    expect(outline(await talk.turn('greet'))).toEqual([
      'action action_session_start',
      'session_started',
      'slot site="leeds"',
      'action action_listen',
      'user',
      'user_featurization',
      'action utter_hello',
      'bot',
      'action action_listen',
    ]);
  });

  // Item 14.
  it('with an expiration time of 0, a session never ends', async () => {
    const talk = new Conversation(assistantOf({ ...chat, rules: [greeting], session: { expirationTime: 0 } }));
    await talk.turn('greet');
    talk.clock.seconds += 1e9;
    expect(outline(await talk.turn('greet'))).not.toContain('session_started');
  });

  // Item 15.
  it('/back undoes itself and the user turn before it, slots included', async () => {
    const talk = new Conversation(outage);
    await talk.turn('inform site=leeds');
    await talk.turn('inform site=york');
    await talk.turn('back', '/back');
    expect(talk.tracker.slot('site')).toBe('leeds');
    expect(talk.tracker.latestMessage.text).toBe('inform site=leeds');
  });

  // Item 18.
  it('a message that is only logged fills slots and gets no answer', async () => {
    const talk = new Conversation(outage);
    const { messages } = await talk.engine.logMessage(talk.tracker, messageOf('inform site=leeds'), talk.ports);
    expect(messages).toEqual([]);
    expect(talk.tracker.slot('site')).toBe('leeds');
    expect(talk.tracker.latestAction).toBe('action_listen');
  });

  // Item 23.
  it('an assistant with a story that contradicts a rule is refused', () => {
    const stories = [story('other', intent('greet'), action('utter_chat'))];
    expect(refusalOf({ rules: [greeting], stories })).toMatch(/Story "other".*"utter_chat".*rule "greeting"/);
  });

  // Item 24.
  it('an assistant with two user turns in a rule is refused', () => {
    const rules = [rule('two', [intent('greet'), action('utter_hello'), intent('chat'), action('utter_chat')])];
    expect(refusalOf({ rules })).toMatch(/"two" has more than one user turn/);
  });

  // Item 26.
  it('a denial at the end opens no incident, resets the slots and keeps the address', async () => {
    const talk = new Conversation(helpdesk, helpdeskActions);
    for (const line of ['password_reset email=a@b.example', 'inform priority=low', 'inform']) await talk.turn(line);
    expect(await talk.says('deny')).toEqual(['Not opened.']);
    expect(talk.tracker.slots).toMatchObject({ email: null, priority: null, previous_email: 'a@b.example' });
  });

  // A deliberate difference, see docs/rasa-differences.md: in Rasa the form would stay rejected and accept no answer.
  // Item 31.
  it('after chit-chat that a story answers in a form, the form accepts answers again', async () => {
    const assistant = assistantOf({
      ...chat,
      entities: ['site', 'service'],
      slots: outage.domain.slots,
      forms: { outage_form: ['service', 'site'] },
      responses: { ...chat.responses, utter_ask_site: 'Where?', utter_ask_service: 'What?' },
      rules: [rule('start', [intent('report'), action('outage_form'), loop('outage_form')])],
      stories: [story('chat', intent('chat'), action('utter_chat'))],
      policies: [{ name: 'AugmentedMemoizationPolicy', options: { max_history: 4 } }, { name: 'RulePolicy' }],
    });
    const talk = new Conversation(assistant);
    await talk.turn('report');
    expect(await talk.says('chat')).toEqual(['Nice weather.', 'What?']);
    expect(talk.tracker.activeLoop).toMatchObject({ rejected: false });
    expect(await talk.says('inform service=vpn')).toEqual(['Where?']);
  });

  // Item 33.
  it.each<[string, string[], unknown]>([
    ['is stored verbatim', [], '/handoff{"from_host":"other"}'],
    ['is not stored where its intent is excluded', ['handoff'], null],
  ])('a payload that meets a text slot of a form %s', async (_, notIntents, wanted) => {
    const asked = { activeLoop: 'note_form', requestedSlot: 'note' };
    const talk = new Conversation(
      assistantOf({
        ...chat,
        intents: [...chat.intents, 'handoff'],
        slots: { note: { mappings: [mapping('from_text', { notIntents, conditions: [asked] })] } },
        forms: { note_form: ['note'] },
        rules: [
          rule('start', [intent('report'), action('note_form'), loop('note_form')]),
          rule('end', [action('note_form'), loop(null), action('utter_noted')], { condition: [loop('note_form')] }),
        ],
      }),
    );
    await talk.turn('report');
    await talk.turn('handoff', '/handoff{"from_host":"other"}');
    expect(talk.tracker.slot('note')).toBe(wanted);
  });

  // Item 34.
  it('slots that were reset return in the next session if it carries slots over', async () => {
    const talk = new Conversation(outage);
    await talk.turn('inform site=leeds');
    talk.engine.recordEvents(talk.tracker, [{ event: 'reset_slots' }], talk.ports);
    expect(talk.tracker.slot('site')).toBeNull();
    talk.clock.seconds += 31 * 60;
    await talk.turn('greet');
    expect(talk.tracker.slot('site')).toBe('leeds');
  });

  // Item 35.
  it('an action’s message that names an unknown response is dropped entirely', async () => {
    const talk = new Conversation(working, {
      action_work: () => ({ responses: [{ response: 'utter_nowhere', text: 'lost' }, { text: 'kept' }] }),
    });
    expect(await talk.says('report')).toEqual(['kept']);
  });
});
