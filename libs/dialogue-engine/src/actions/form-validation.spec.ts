import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, loop, rule } from '../assistant.fixture.js';
import { Conversation, crash } from '../conversation.fixture.js';
import { slotSet } from '../tracker/event.js';
import { chat, outage } from '../outage.fixture.js';

describe('a form whose validation fails', () => {
  const assistant = assistantOf({
    ...chat,
    entities: ['site', 'service'],
    slots: outage.domain.slots,
    forms: { outage_form: ['service', 'site'] },
    actions: ['validate_outage_form', 'action_work'],
    responses: {
      ...chat.responses,
      utter_ask_site: 'Where?',
      utter_ask_service: 'What?',
      utter_action_failed: 'Something broke.',
    },
    rules: [
      rule('start', [intent('report'), action('outage_form'), loop('outage_form')]),
      rule('chatting', [intent('chat'), action('utter_chat')]),
      rule('greeting', [intent('greet'), action('action_work')]),
    ],
  });
  /** The site is asked for first, against the order of the domain; then the action server goes away. */
  async function asking(): Promise<Conversation> {
    const askSite = () => ({ events: [slotSet('requested_slot', 'site')] });
    const before = new Conversation(assistant, { validate_outage_form: askSite });
    expect(await before.says('report')).toEqual(['Where?']);
    const talk = new Conversation(assistant, { validate_outage_form: crash, action_work: crash });
    talk.tracker = before.tracker;
    return talk;
  }

  it('says so and asks the same question again', async () => {
    const talk = await asking();
    expect(await talk.says('inform site=leeds')).toEqual(['Something broke.', 'Where?']);
    expect(talk.tracker.slot('site')).toBeNull();
  });

  it('does not speak of it when the message was for somebody else, who answers', async () => {
    expect(await (await asking()).says('chat')).toEqual(['Nice weather.', 'Where?']);
  });

  it('leaves it to somebody else who fails, too, to say so', async () => {
    const turn = await (await asking()).turn('greet');
    expect(turn.messages.map(({ text }) => text)).toEqual(['Something broke.', 'Where?']);
    expect(turn.trace.failures.map((failure) => failure.action)).toContain('action_work');
  });
});
