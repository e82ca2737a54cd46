import { type Assistant, type MappingCondition } from '#assistant/model';
import { action, assistantOf, intent, loop, mapping, rule, story } from './assistant.fixture.js';
import { type Handler } from './conversation.fixture.js';
import { slotSet } from './tracker/event.js';
import { type ActionCall } from './actions/action-call.js';

const OPEN = 'open_incident_form';
const STATUS = 'incident_status_form';
const SUBMIT_OPEN = 'action_open_incident';
const SUBMIT_STATUS = 'action_check_incident_status';

const asked = (activeLoop: string, requestedSlot: string): MappingCondition => ({ activeLoop, requestedSlot });
const emailAsked = [asked(OPEN, 'email'), asked(STATUS, 'email')];
const notAnswers = ['incident_status', 'bot_challenge', 'help', 'affirm', 'deny'];

const answers: Record<string, string> = {
  greet: 'utter_greet',
  goodbye: 'utter_goodbye',
  thank: 'utter_thank',
  help: 'utter_help',
  bot_challenge: 'utter_bot',
  out_of_scope: 'utter_out_of_scope',
  nlu_fallback: 'utter_default',
};

const started = (name: string, form: string) => rule(`start by ${name}`, [intent(name), action(form), loop(form)]);
const submitted = (form: string, submit: string) =>
  rule(`submit ${form}`, [action(form), loop(null), action(submit)], { condition: [loop(form)] });

/** An assistant like the product's own: two forms, chit-chat, and custom actions. */
export const helpdesk: Assistant = assistantOf({
  intents: [
    ...['greet', 'goodbye', 'thank', 'help', 'bot_challenge', 'affirm', 'deny', 'inform'],
    ...['open_incident', 'password_reset', 'problem_email', 'incident_status'],
  ],
  entities: ['email', 'priority'],
  slots: {
    email: {
      mappings: [
        mapping('from_entity', { entity: 'email' }),
        mapping('from_intent', { intents: ['affirm'], value: true, conditions: emailAsked }),
        mapping('from_intent', { intents: ['deny'], value: false, conditions: emailAsked }),
      ],
    },
    priority: { mappings: [mapping('from_entity', { entity: 'priority' })] },
    problem_description: {
      mappings: [mapping('from_text', { notIntents: notAnswers, conditions: [asked(OPEN, 'problem_description')] })],
    },
    incident_title: {
      mappings: [
        ...[
          ['password_reset', 'Password reset'],
          ['problem_email', 'Trouble with e-mail'],
        ].map(([name, value]) =>
          mapping('from_trigger_intent', { intents: [name!], value, conditions: [{ activeLoop: OPEN }] }),
        ),
        mapping('from_text', { notIntents: notAnswers, conditions: [asked(OPEN, 'incident_title')] }),
      ],
    },
    confirm: {
      type: 'bool',
      mappings: [
        mapping('from_intent', { intents: ['affirm'], value: true, conditions: [asked(OPEN, 'confirm')] }),
        mapping('from_intent', { intents: ['deny'], value: false, conditions: [asked(OPEN, 'confirm')] }),
      ],
    },
    previous_email: {},
  },
  forms: {
    [OPEN]: ['email', 'priority', 'problem_description', 'incident_title', 'confirm'],
    [STATUS]: ['email'],
  },
  responses: {
    utter_greet: 'Hello.',
    utter_goodbye: 'See you.',
    utter_thank: 'Gladly.',
    utter_help: 'I open incidents.',
    utter_bot: 'I am a program.',
    utter_out_of_scope: 'That is not my trade.',
    utter_default: 'Pardon?',
    utter_restart: 'From the start.',
    utter_back: 'One step back.',
    utter_action_failed: 'Something broke.',
    utter_ask_priority: 'How urgent?',
    utter_ask_problem_description: 'What happens?',
    utter_ask_incident_title: 'In a few words?',
    utter_ask_confirm: 'Shall I open "{incident_title}"?',
  },
  actions: [SUBMIT_OPEN, SUBMIT_STATUS, 'action_ask_email', `validate_${OPEN}`, `validate_${STATUS}`],
  rules: [
    ...Object.entries(answers).map(([name, response]) => rule(`answer ${name}`, [intent(name), action(response)])),
    ...['open_incident', 'password_reset', 'problem_email'].map((name) => started(name, OPEN)),
    started('incident_status', STATUS),
    submitted(OPEN, SUBMIT_OPEN),
    submitted(STATUS, SUBMIT_STATUS),
  ],
  stories: [
    story(
      'help while opening an incident',
      ...[intent('open_incident'), action(OPEN), loop(OPEN), intent('help'), action('utter_help'), action(OPEN)],
      ...[loop(null), action(SUBMIT_OPEN)],
    ),
    story('greeting and thanks', intent('greet'), action('utter_greet'), intent('thank'), action('utter_thank')),
  ],
  policies: [
    { name: 'AugmentedMemoizationPolicy', options: { max_history: 4 } },
    { name: 'TEDPolicy' },
    { name: 'RulePolicy', options: { core_fallback_threshold: 0.4 } },
  ],
  session: { expirationTime: 0 },
});

/** The slots to validate: those set since the form's action. */
const candidates = ({ tracker: { events } }: ActionCall) =>
  events
    .slice(events.findLastIndex(({ event }) => event === 'action') + 1)
    .flatMap((event) => (event.event === 'slot' ? [event.name] : []));

function validatedEmail({ tracker }: ActionCall) {
  const given = tracker.slot('email');
  const email = given === true ? tracker.slot('previous_email') : given;
  return email ? [slotSet('email', email)] : [slotSet('email', null), slotSet('previous_email', null)];
}

const validated: Handler = (call) => ({ events: candidates(call).includes('email') ? validatedEmail(call) : [] });

const finished =
  (text: (call: ActionCall) => string): Handler =>
  (call) => ({
    responses: [{ text: text(call) }],
    events: [{ event: 'reset_slots' }, slotSet('previous_email', call.tracker.slot('email'))],
  });

/** The custom actions of the assistant. */
export const helpdeskActions: Record<string, Handler> = {
  action_ask_email: ({ tracker }) => ({
    responses: [{ text: tracker.slot('previous_email') ? 'The same address?' : 'Your address?' }],
  }),
  [`validate_${OPEN}`]: validated,
  [`validate_${STATUS}`]: validated,
  [SUBMIT_OPEN]: finished(({ tracker }) =>
    tracker.slot('confirm') === true ? `Opened "${String(tracker.slot('incident_title'))}".` : 'Not opened.',
  ),
  [SUBMIT_STATUS]: finished(({ tracker }) => `In progress for ${String(tracker.slot('email'))}.`),
};
