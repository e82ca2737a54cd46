/**
 * Writes the folder of a large assistant: by default 300 intents, 500 rules and 2,000 stories. One hidden law determines
 * each action in a story from the intent, the previous topic and the slots. The stories therefore agree with each other
 * and with the rules, and contain something to learn. The same seed writes the same files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { seededRandom } from '#seeded-random';

/** A step in the notation of the files. */
type Step = Record<string, unknown>;

export const SIZE = { intents: 300, rules: 500, stories: 2_000, forms: 10, topics: 12 };

const TIERS = ['gold', 'silver', 'bronze'];

/** Rules answer half of the intents, one intent starts a form, and stories handle the rest. */
export function generate(folder: string, { intents, rules, stories, forms, topics } = SIZE, seed = 1): void {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const ruled = Array.from({ length: intents / 2 }, (_, i) => `small_talk_${i}`);
  const starts = Array.from({ length: forms }, (_, i) => `start_${i}`);
  const told = Array.from({ length: intents - ruled.length - forms }, (_, i) => `topic_${i}`);
  const answers = new Set<string>();
  const utter = (name: string): string => {
    answers.add(`utter_${name}`);
    return `utter_${name}`;
  };

  const plain = ruled.map((intent) => ({ rule: intent, steps: [{ intent }, { action: utter(intent) }] }));
  const formRules = starts.flatMap((intent, i) => [
    { rule: intent, steps: [{ intent }, { action: `form_${i}` }, { active_loop: `form_${i}` }] },
    {
      rule: `submit ${i}`,
      condition: [{ active_loop: `form_${i}` }],
      steps: [{ action: `form_${i}` }, { active_loop: null }, { action: `action_submit_${i}` }],
    },
  ]);
  const conditional = Array.from({ length: rules - plain.length - formRules.length }, (_, i) => {
    const intent = ruled[i % ruled.length]!;
    const round = Math.floor(i / ruled.length);
    return {
      rule: `${intent} when flag ${round}`,
      condition: [{ slot_was_set: [{ [`flag_${round}`]: true }] }],
      steps: [{ intent }, { action: utter(`${intent}_flag_${round}`) }],
    };
  });

  /** The hidden law: one answer for each topic, another one after an important topic, and one for each tier of customers. */
  const topicOf = (intent: string): number => Number(intent.split('_')[1]) % topics;
  const answerTo = (intent: string, before: number | null, tier: string | null): string => {
    const number = Number(intent.split('_')[1]);
    if (number % 5 === 0 && before !== null) return utter(`${intent}_after_${before % 3}`);
    if (number % 7 === 0 && tier !== null) return utter(`${intent}_${tier}`);
    return utter(intent);
  };
  const storyOf = (index: number): { story: string; steps: Step[] } => {
    const steps: Step[] = [];
    let before: number | null = null;
    let tier: string | null = null;
    for (let turn = 2 + below(4); turn > 0; turn -= 1) {
      const kind = random();
      if (kind < 0.15) {
        const intent = ruled[below(ruled.length)]!;
        steps.push({ intent }, { action: `utter_${intent}` });
      } else if (kind < 0.25) {
        const form = below(forms);
        steps.push({ intent: starts[form] }, { action: `form_${form}` }, { active_loop: `form_${form}` });
        if (random() < 0.5)
          steps.push({ intent: 'out_of_scope' }, { action: utter('scope') }, { action: `form_${form}` });
        steps.push({ active_loop: null }, { action: `action_submit_${form}` });
      } else {
        const intent = told[below(told.length)]!;
        steps.push({ intent }, { action: answerTo(intent, before, tier) });
        before = topicOf(intent);
        if (Number(intent.split('_')[1]) % 11 === 0) {
          tier = TIERS[below(3)]!;
          steps.push({ action: 'action_look_up_tier' }, { slot_was_set: [{ tier }] }, { action: utter('tier_known') });
        }
      }
    }
    return { story: `story ${index}`, steps };
  };
  const allStories = Array.from({ length: stories }, (_, i) => storyOf(i));

  const bool = { type: 'bool', mappings: [{ type: 'custom' }] };
  const slotOf = (form: number, i: number): [string, object] => [
    `detail_${form}_${i}`,
    {
      type: 'text',
      influence_conversation: false,
      mappings: [
        { type: 'from_text', conditions: [{ active_loop: `form_${form}`, requested_slot: `detail_${form}_${i}` }] },
      ],
    },
  ];
  const details = Array.from({ length: forms }, (_, form) => [0, 1, 2].map((i) => slotOf(form, i)));
  for (const [name] of details.flat()) utter(`ask_${name}`);
  utter('default');
  const domain = {
    intents: [...ruled, ...starts, ...told],
    entities: Array.from({ length: 20 }, (_, i) => `entity_${i}`),
    slots: {
      tier: { type: 'categorical', values: TIERS, mappings: [{ type: 'custom' }] },
      ...Object.fromEntries([0, 1, 2].map((i) => [`flag_${i}`, bool])),
      ...Object.fromEntries(details.flat()),
    },
    forms: Object.fromEntries(
      details.map((slots, i) => [`form_${i}`, { required_slots: slots.map(([name]) => name) }]),
    ),
    actions: ['action_look_up_tier', ...details.map((_, i) => `action_submit_${i}`)],
    responses: Object.fromEntries(
      [...answers].map((name) => [name, [{ text: `This is ${name.replaceAll('_', ' ')}.` }]]),
    ),
  };
  const nlu = domain.intents.map((intent) => ({
    intent,
    examples: Array.from({ length: 6 }, (_, i) => `- wording ${i} of ${intent.replaceAll('_', ' ')}\n`).join(''),
  }));
  const config = {
    recipe: 'default.v1',
    assistant_id: 'generated',
    language: 'en',
    policies: [
      { name: 'AugmentedMemoizationPolicy', max_history: 5 },
      { name: 'RulePolicy', core_fallback_threshold: 0.3 },
      { name: 'SequencePolicy', max_history: 5 },
    ],
  };

  mkdirSync(join(folder, 'data'), { recursive: true });
  const write = (file: string, content: object) =>
    writeFileSync(join(folder, file), stringify({ version: '3.1', ...content }));
  write('config.yml', config);
  write('domain.yml', domain);
  write('data/nlu.yml', { nlu });
  write('data/rules.yml', { rules: [...plain, ...formRules, ...conditional] });
  write('data/stories.yml', { stories: allStories });
}
