import { action, assistantOf, intent, loop, mapping, rule, slot } from './assistant.fixture.js';

/** Intents and responses of every assistant in the tests. */
export const chat = {
  intents: ['greet', 'report', 'chat', 'inform'],
  responses: { utter_hello: 'Hello', utter_default: 'Pardon?', utter_chat: 'Nice weather.', utter_noted: 'Noted.' },
};
export const greeting = rule('greeting', [intent('greet'), action('utter_hello')]);
/** A rule that answers `inform`. Without an answer, the fallback would undo the message together with its slots. */
export const noting = rule('noting', [intent('inform'), action('utter_noted')]);

/** An assistant with one form, rules for chit-chat and a session limit of half an hour. */
export const outage = assistantOf({
  ...chat,
  entities: ['site', 'service'],
  slots: {
    site: { mappings: [mapping('from_entity', { entity: 'site' })] },
    service: { mappings: [mapping('from_entity', { entity: 'service' })] },
  },
  forms: { outage_form: ['service', 'site'] },
  responses: { ...chat.responses, utter_ask_site: 'Where?', utter_ask_service: 'What?', utter_filed: 'Filed.' },
  rules: [
    greeting,
    noting,
    rule('chatting', [intent('chat'), action('utter_chat')]),
    rule('start', [intent('report'), action('outage_form'), loop('outage_form')]),
    rule('submit', [action('outage_form'), loop(null), slot('requested_slot', null), action('utter_filed')], {
      condition: [loop('outage_form')],
    }),
  ],
  session: { expirationTime: 30 },
});
