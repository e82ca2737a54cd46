import { type Assistant, readAssistant, readTestStories, type Story } from '#assistant';
import { withAssistant } from './small-assistant.js';

/** An assistant with a greeting, a farewell, and a form that asks for a site and explains the reason on request. */
export const FILES = {
  'domain.yml': `intents: [greet, bye, report, inform, why, faq]
entities: [site]
slots:
  site: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: site}]}
forms:
  report_form: {required_slots: [site]}
actions: [action_file]
responses:
  utter_greet: [{text: Hello}]
  utter_bye: [{text: Bye}]
  utter_why: [{text: Because}]
  utter_ask_site: [{text: Where?}]
  utter_faq/parking: [{text: Behind the house}]
`,
  'data/rules.yml': `rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: bye
  steps: [{intent: bye}, {action: utter_bye}]
- rule: why
  steps: [{intent: why}, {action: utter_why}]
- rule: report
  steps: [{intent: report}, {action: report_form}, {active_loop: report_form}]
- rule: file it
  condition: [{active_loop: report_form}]
  steps:
  - action: report_form
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: action_file
`,
};

/** Calls `use` with this assistant and with the test stories in this YAML, which belongs below `stories:`. */
export async function withStories<Result>(
  stories: string,
  use: (assistant: Assistant, stories: Story[], folder: string) => Promise<Result> | Result,
): Promise<Result> {
  const files = { ...FILES, 'tests/test_stories.yml': `version: "3.1"\nstories:\n${stories}` };
  return withAssistant(files, async (folder) => {
    const { assistant } = await readAssistant(folder);
    return use(assistant, (await readTestStories(assistant)).stories, folder);
  });
}
