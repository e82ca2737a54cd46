import { describe, expect, it } from '@jest/globals';
import { errorsWith, readWith, warningsWith } from '../written-assistant.fixture.js';

const domainOf = async (domain: string, others: Record<string, string> = {}) =>
  (await readWith({ 'domain.yml': domain, ...others })).assistant.domain;

describe('The domain', () => {
  it('has intents with the entities that they use, and the implicit intents', async () => {
    const { intents } = await domainOf(`
intents:
- greet
- a: {use_entities: []}
- b: {use_entities: [x, y], ignore_entities: [y]}
- c: {ignore_entities: [x]}
- d: {use_entities: false}
- e: {use_entities: true}
entities: [x, y]
`);
    expect(Object.entries(intents).map(([name, { usedEntities }]) => [name, usedEntities])).toEqual([
      ['greet', true],
      ['a', []],
      ['b', ['x']],
      ['c', ['y']],
      ['d', []],
      ['e', true],
      ...['restart', 'back', 'out_of_scope', 'session_start', 'nlu_fallback'].map((name) => [name, true]),
    ]);
  });

  it('has entities with roles, groups and their influence', async () => {
    const { entities } = await domainOf(`
intents: [greet]
entities:
- service
- site: {roles: [from, to], groups: ["1"], influence_conversation: false}
`);
    expect(entities).toEqual({
      service: { roles: [], groups: [], influencesConversation: true },
      site: { roles: ['from', 'to'], groups: ['1'], influencesConversation: false },
    });
  });

  it('has slots with their defaults, followed by the automatic slots', async () => {
    const { slots } = await domainOf(`
intents: [greet]
slots:
  plain: {type: text, mappings: []}
  kind: {type: categorical, values: [VPN, 3], initial_value: vpn, mappings: []}
  urgency: {type: float, min_value: 0, max_value: 5, influence_conversation: false, mappings: []}
  thing: {type: any, mappings: []}
`);
    expect(Object.keys(slots)).toEqual([
      'plain',
      'kind',
      'urgency',
      'thing',
      'requested_slot',
      'session_started_metadata',
    ]);
    expect(slots['plain']).toEqual({
      type: 'text',
      influencesConversation: true,
      initialValue: null,
      values: [],
      minValue: 0,
      maxValue: 1,
      mappings: [],
    });
    expect(slots['kind']).toMatchObject({ values: ['vpn', '3'], initialValue: 'vpn' });
    expect(slots['urgency']).toMatchObject({ maxValue: 5, influencesConversation: false });
    expect(slots['thing']).toMatchObject({ influencesConversation: false });
    expect(slots['requested_slot']).toMatchObject({ type: 'text', influencesConversation: false });
  });

  it('has slot mappings of every type with their conditions', async () => {
    const { slots } = await domainOf(`
intents: [greet]
entities: [site]
actions: [action_x]
forms: {f: {required_slots: [s]}}
responses: {utter_ask_s: [{text: s?}]}
slots:
  s:
    type: text
    mappings:
    - {type: from_entity, entity: site, role: to, group: "1", intent: greet}
    - {type: from_text, not_intent: [greet, back], conditions: [{active_loop: f, requested_slot: s}, {active_loop: null}]}
    - {type: from_intent, intent: [greet], value: false}
    - {type: from_trigger_intent, intent: greet, value: fixed}
    - {type: custom, action: action_x}
`);
    expect(slots['s']?.mappings).toEqual([
      {
        type: 'from_entity',
        entity: 'site',
        role: 'to',
        group: '1',
        intents: ['greet'],
        notIntents: [],
        conditions: [],
      },
      {
        type: 'from_text',
        intents: [],
        notIntents: ['greet', 'back'],
        conditions: [{ activeLoop: 'f', requestedSlot: 's' }, { activeLoop: null }],
      },
      { type: 'from_intent', value: false, intents: ['greet'], notIntents: [], conditions: [] },
      { type: 'from_trigger_intent', value: 'fixed', intents: ['greet'], notIntents: [], conditions: [] },
      { type: 'custom', action: 'action_x', intents: [], notIntents: [], conditions: [] },
    ]);
  });

  it('has forms, actions and the session', async () => {
    const domain = await domainOf(`
intents: [greet]
actions: [action_a]
slots: {s: {type: text, mappings: [{type: from_text}]}}
responses: {utter_ask_s: [{text: s?}]}
forms:
  f: {required_slots: [s], ignored_intents: greet}
  empty:
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: false}
`);
    expect(domain.forms).toEqual({
      f: { requiredSlots: ['s'], ignoredIntents: ['greet'] },
      empty: { requiredSlots: [], ignoredIntents: [] },
    });
    expect(domain.actions).toEqual(['action_a']);
    expect(domain.session).toEqual({ expirationTime: 0, carryOverSlots: false });
  });

  it('has the actions that get the domain, and the texts of end-to-end stories', async () => {
    const domain = await domainOf(
      'intents: [greet]\nactions: [a, b: {send_domain: true}, c: {send_domain: false}]\ne2e_actions: [Hi, Hi, Bye]\n',
    );
    expect(domain).toMatchObject({
      actions: ['a', 'b', 'c'],
      actionsWithDomain: ['b'],
      endToEndActions: ['Hi', 'Bye'],
    });
  });

  it('has sessions of an hour that carry slots over by default', async () => {
    expect((await domainOf('intents: [greet]')).session).toEqual({ expirationTime: 60, carryOverSlots: true });
  });

  it('has responses with every kind of variation', async () => {
    const { responses } = await domainOf(`
intents: [greet]
slots: {vip: {type: bool, mappings: []}}
responses:
  utter_a:
  - text: Hi {name}
    condition: [{type: slot, name: vip, value: true}]
    channel: slack
    button_type: vertical
    metadata: {article: 7}
    buttons: [{title: Yes, payload: /affirm, colour: red}]
  - custom: {blocks: [1, {a: b}]}
    image: https://a.example/b.png
    attachment: {type: file}
    elements: [{title: e}]
    quick_replies: [{title: q, payload: /greet}]
  - text: ""
    condition: []
`);
    expect(responses['utter_a']).toEqual([
      {
        text: 'Hi {name}',
        condition: [{ slot: 'vip', value: true }],
        channel: 'slack',
        metadata: { button_type: 'vertical', article: 7 },
        buttons: [{ title: 'Yes', payload: '/affirm', colour: 'red' }],
      },
      {
        custom: { blocks: [1, { a: 'b' }] },
        image: 'https://a.example/b.png',
        attachment: { type: 'file' },
        elements: [{ title: 'e' }],
        quick_replies: [{ title: 'q', payload: '/greet' }],
      },
      { text: '', condition: [] },
    ]);
  });

  it('is merged from all files: lists are combined, and the first of two definitions counts', async () => {
    const files = {
      'domain.yml': 'intents: [greet, a]\nactions: [x]\nresponses:\n  utter_a:\n  - text: first\n',
      'parts/more.yml':
        'intents:\n- a: {use_entities: []}\n- b\nactions: [x, y]\nresponses:\n  utter_a:\n  - text: second\n  utter_b:\n  - text: b\n',
      'data/answers.yml': 'responses:\n  utter_faq/x:\n  - text: x\nnlu: []\n',
    };
    const { assistant, findings } = await readWith(files);
    expect(Object.keys(assistant.domain.intents).slice(0, 3)).toEqual(['greet', 'a', 'b']);
    expect(assistant.domain.intents['a']?.usedEntities).toEqual([]);
    expect(assistant.domain.actions).toEqual(['x', 'y']);
    expect(assistant.domain.responses['utter_a']?.[0]?.text).toBe('first');
    expect(Object.keys(assistant.domain.responses)).toEqual(['utter_a', 'utter_faq/x', 'utter_b']);
    expect(findings.map(({ message }) => message)).toContain(
      'response utter_a is already defined in another file; this one is ignored',
    );
  });

  it('contains no undeclared names, even if objects inherit them', async () => {
    const { assistant } = await readWith({});
    for (const part of ['intents', 'entities', 'slots', 'forms', 'responses'] as const)
      expect(assistant.domain[part]['constructor']).toBeUndefined();
    expect(assistant.handoffHosts['constructor']).toBeUndefined();
  });

  const slot = (definition: string) => `intents: [greet]\nslots:\n  s: ${definition}\n`;
  it.each([
    ['intents: [a, a]', '1:14 a is listed twice in intents'],
    ['intents:\n- a:\n', '2:3 a in intents has a colon but no properties'],
    ['intents:\n- [a]\n', '2:3 an item of intents must be a name'],
    ['intents: a', '1:10 intents must be a list'],
    ['actions: [x, x]', '1:14 x is listed twice in actions'],
    [slot('text'), '3:6 slot s must be a mapping'],
    [slot('{mappings: []}'), '3:6 slot s has no type'],
    [slot('{type: string, mappings: []}'), '3:7 slot s has the unknown type string'],
    [slot('{type: text}'), '3:6 slot s has no mappings'],
    [slot('{type: any, influence_conversation: true, mappings: []}'), '3:18 slot s is of type any'],
    [slot('{type: float, min_value: 2, mappings: []}'), '3:20 min_value of slot s must be less'],
    [slot('{type: text, mappings: [{type: from_thing}]}'), '3:30 a mapping of slot s has the unknown type from_thing'],
    [slot('{type: text, mappings: [{entity: x}]}'), '3:30 a mapping of slot s has no type'],
    [slot('{type: text, mappings: [{type: from_entity}]}'), '3:30 a from_entity mapping of slot s needs an entity'],
    [slot('{type: text, mappings: [{type: from_intent, value: null}]}'), '3:30 a from_intent mapping of slot s needs'],
    [
      slot('{type: text, mappings: [{type: from_entity, entity: x}]}'),
      '3:3 a mapping of slot s names the unknown entity x',
    ],
    [slot('{type: text, mappings: [{type: custom, action: x}]}'), '3:3 a mapping of slot s names the unknown action x'],
    [
      slot('{type: text, mappings: [{type: from_text, conditions: [{active_loop: f, requested_slot: t}]}]}'),
      '3:3 a mapping of slot s names the unknown form f',
    ],
    ['forms: {f: {required_slots: {s: []}}}', '1:29 required_slots of form f must be a list'],
    ['forms: {f: {ignored_intents: [a]}}', '1:12 form f has ignored_intents but no required_slots'],
    ['forms: {f: {s: []}}', '1:13 "s" in form f is unknown'],
    ['forms: {f: {required_slots: [s]}}', '1:9 form f requires the unknown slot s'],
    [
      `${slot('{type: text, mappings: []}')}forms: {f: {required_slots: [s]}}`,
      '4:9 form f requires slot s, which has no',
    ],
    ['forms: [f]', '1:8 forms must be a mapping'],
    ['responses: {utter_a: }', '1:22 response utter_a has no variations'],
    ['responses: {utter_a: [hi]}', '1:23 a variation of utter_a must be a mapping'],
    ['responses: {utter_a: [{text: a, buttons: [{title: b}]}]}', '1:43 a button of utter_a has no payload'],
    ['responses: {utter_a: [{text: a, condition: [{name: s}]}]}', '1:45 a condition of utter_a must say'],
    [
      'responses: {utter_a: [{condition: [{type: slot, name: x, value: 1}]}]}',
      '1:13 a condition of response utter_a names',
    ],
    ['session_config: {session_expiration_time: -1}', '1:18 session_expiration_time must be 0 or more'],
    ['session_config: {carry_over_slots_to_new_session: yes}', '1:51 carry_over_slots_to_new_session must be true or'],
  ])('refuses %j', async (domain, error) => {
    expect(await errorsWith({ 'domain.yml': domain })).toContainEqual(expect.stringContaining(`domain.yml:${error}`));
  });

  it.each([
    [slot('{type: a.b.MySlot, mappings: []}'), '3 slot s has the custom type a.b.MySlot'],
    [slot('{type: text, auto_fill: true, mappings: []}'), '3 auto_fill of slot s'],
    [slot('{type: float, initial_value: 3, mappings: []}'), '3 initial_value of slot s is not between'],
    [
      slot('{type: text, mappings: [{type: from_text, intent: nobody}]}'),
      '3 a mapping of slot s names the unknown intent',
    ],
    [
      slot('{type: text, mappings: [{type: from_text, conditions: [{colour: red}]}]}'),
      '3 "colour" in a mapping condition',
    ],
    [
      'intents: [greet]\nslots: {s: {type: text, mappings: [{type: from_text}]}}\nforms: {f: {required_slots: [s]}}',
      '3 form f cannot ask for slot s',
    ],
    ['intents: [{greet: {triggers: x}}]', '1 "triggers" of intent greet is not supported'],
    ['intents: [greet]\nactions: [{a: {timeout: 3}}]', '2 "timeout" of action a is not supported'],
    ['intents: [greet]\nconfig: {store_entities_as_slots: false}', '2 "config" of the domain is not supported'],
    ['intents: [greet]\nentities: [{x: {colour: red}}]', '2 "colour" of entity x is not supported'],
    ['intents: [greet]\nsession_config: {session_time: 3}', '2 "session_time" of session_config is not supported'],
    [slot('{type: text, initial: a, mappings: []}'), '3 "initial" of slot s is not supported'],
    [slot('{type: text, mappings: [{type: from_text, value: x}]}'), '3 "value" of a from_text mapping of slot s'],
    [slot('{type: categorical, mappings: []}'), '3 the categorical slot s has no values'],
    [
      slot('{type: categorical, values: [a], initial_value: b, mappings: []}'),
      '3 initial_value of slot s is none of its values',
    ],
    ['intents: [greet]\nresponses: {utter_a: [{text: a, colour: red}]}', '2 "colour" in utter_a is not supported'],
    ['intents: [greet]\nthings: 1', '2 "things" is not a known key'],
  ])('warns of %j', async (domain, warning) => {
    expect(await warningsWith({ 'domain.yml': domain })).toContainEqual(
      expect.stringContaining(`domain.yml:${warning}`),
    );
  });
});
