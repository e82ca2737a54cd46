import fc from 'fast-check';
import { stringify } from 'yaml';

const name = fc.stringMatching(/^[a-z][a-z_]{0,6}$/);
/** Any text that a person may type, including characters with a meaning in YAML and JSON. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '${HOST}',
    'a: b',
    '- x',
    '# no',
    '"',
    "'",
    'yes',
    'null',
    '1.0',
    '\\u0041',
    '  two ',
    'ä😀',
    '{a}',
    '&a',
  ),
);
const textOfLines = fc.array(anyText, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
const word = fc.stringMatching(/^[a-zäß]{1,5}( [a-z😀]{1,4})?$/u);
const value = fc.oneof(
  anyText,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const metadata = fc.dictionary(name, fc.oneof(value, fc.array(value, { maxLength: 2 })), { maxKeys: 2 });
const some = <Value>(one: fc.Arbitrary<Value>, least = 0) => fc.array(one, { minLength: least, maxLength: 3 });

const ENTITIES = ['service', 'site'];
const SLOTS = ['plain', 'kind', 'level', 'things', 'flag'];
const INTENTS = ['greet', 'report', 'faq'];
const entity = fc.constantFrom(...ENTITIES);
const intent = fc.constantFrom(...INTENTS);

const annotated = fc
  .tuple(word, entity, word, fc.constantFrom('from', 'to'))
  .map(([surface, type, other, role]) =>
    fc.constantFrom(
      surface,
      `[${surface}](${type})`,
      `[${surface}](${type}:${other})`,
      `see [${surface}]${JSON.stringify({ entity: type, value: other, role, group: '1' })} now`,
      `[${surface}][{"entity": "service"}, {"entity": "site"}]`,
    ),
  )
  .chain((one) => one);
const examples = some(annotated, 1).map((lines) => lines.map((line) => `- ${line}\n`).join(''));
const nluItem = fc.oneof(
  fc.record({ intent, examples, metadata }, { requiredKeys: ['intent', 'examples'] }),
  fc.record({ intent: fc.constant('faq/hours'), examples }),
  fc.record({ intent, examples: some(fc.record({ text: examples, metadata }, { requiredKeys: ['text'] }), 1) }),
  fc.record({ synonym: name, examples }),
  fc.record({ regex: name, examples: fc.constant('- INC\\d{7}\n- \\u0041\n') }),
  fc.record({ lookup: entity, examples }),
);

const condition = fc.record({ type: fc.constant('slot'), name: fc.constantFrom(...SLOTS), value });
const button = fc.record({ title: anyText, payload: fc.constantFrom('/greet', '/report{"site":"x"}') });
const variation = fc.record(
  {
    ...{ text: textOfLines, image: anyText, channel: name, condition: some(condition), metadata },
    ...{ buttons: some(button), custom: metadata, attachment: metadata, elements: some(metadata) },
  },
  { requiredKeys: ['text'] },
);

const mapping = fc.oneof(
  fc.record(
    { type: fc.constant('from_entity'), entity, role: fc.constant('to') },
    { requiredKeys: ['type', 'entity'] },
  ),
  fc.record({
    type: fc.constant('from_text'),
    not_intent: some(intent),
    conditions: fc.constantFrom([{ active_loop: 'report_form', requested_slot: 'plain' }], [{ active_loop: null }]),
  }),
  fc.record({ type: fc.constant('from_intent'), intent, value: fc.oneof(anyText, fc.boolean(), fc.integer()) }),
  fc.record({ type: fc.constant('from_trigger_intent'), intent: some(intent), value: fc.integer() }),
  fc.record({ type: fc.constant('custom') }),
);
const mappings = some(mapping, 1);
const slots = fc.record({
  plain: fc.record(
    { type: fc.constant('text'), mappings, initial_value: anyText },
    { requiredKeys: ['type', 'mappings'] },
  ),
  kind: fc.record({ type: fc.constant('categorical'), values: some(fc.oneof(anyText, fc.integer()), 1), mappings }),
  level: fc.record({
    type: fc.constant('float'),
    min_value: fc.constant(-0.5),
    max_value: fc.constant(2.25),
    mappings,
  }),
  things: fc.record({ type: fc.constant('list'), influence_conversation: fc.boolean(), mappings }),
  flag: fc.record({ type: fc.constant('bool'), mappings }),
});

const storyEntity = fc.oneof(
  fc.record({ service: value }),
  fc.record({ site: value, role: fc.constantFrom('from', 'to') }),
  entity,
);
const slotStep = fc.record({ slot_was_set: some(fc.oneof(fc.record({ plain: value }), fc.constant('things')), 1) });
const userStep = fc.record({ intent, entities: some(storyEntity) }, { requiredKeys: ['intent'] });
const step = fc.oneof(
  userStep,
  fc.record({ intent, user: annotated }),
  fc.record({ user: word }),
  fc.record({ or: some(fc.record({ intent }), 1) }),
  fc.record({ action: fc.constantFrom('utter_a', 'action_x', 'report_form', '...') }),
  fc.record({ bot: word }),
  fc.record({ checkpoint: name, slot_was_set: fc.constant([{ plain: 'x' }]) }, { requiredKeys: ['checkpoint'] }),
  slotStep,
  fc.record({ active_loop: fc.constantFrom('report_form', null) }),
);
const story = fc.record({ story: name, steps: some(step, 1), metadata });
const rule = fc.record(
  {
    rule: name,
    steps: some(step, 1),
    condition: some(fc.oneof(slotStep, fc.record({ active_loop: fc.constantFrom('report_form', null) }))),
    wait_for_user_input: fc.boolean(),
    conversation_start: fc.boolean(),
  },
  { requiredKeys: ['rule', 'steps'] },
);

/** Whole assistants as people write them: the content of each YAML file by its path. All of them are valid. */
export const writtenAssistants: fc.Arbitrary<Record<string, string>> = fc
  .record({
    nlu: some(nluItem),
    slots,
    responses: fc.dictionary(
      name.map((written) => `utter_${written}`),
      some(variation, 1),
      { maxKeys: 3 },
    ),
    required: some(fc.constantFrom(...SLOTS)),
    stories: some(story),
    rules: some(rule),
    tests: some(story),
    expiration: fc.nat(90),
  })
  .map(({ nlu, slots, responses, required, stories, rules, tests, expiration }) => {
    const domain = {
      version: '3.1',
      intents: ['greet', { report: { use_entities: ['site'] } }, 'faq'],
      entities: ['service', { site: { roles: ['from', 'to'], groups: ['1'], influence_conversation: false } }],
      actions: ['action_x', { action_y: { send_domain: true } }],
      e2e_actions: ['Hello there'],
      slots,
      forms: { report_form: { ignored_intents: ['greet'], required_slots: [...new Set(required)] } },
      responses: { ...responses, utter_a: [{ text: 'a' }], 'utter_faq/hours': [{ text: 'nine' }] },
    };
    return {
      'domain.yml': stringify(domain),
      'domain/session.yml': stringify({ session_config: { session_expiration_time: expiration } }),
      'data/nlu.yml': stringify({ nlu }),
      'data/stories.yml': stringify({ stories, rules }, { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' }),
      'tests/test_stories.yml': stringify({ stories: tests }),
    };
  });
