import { describe, expect, it } from '@jest/globals';
import { errorsWith, warningsWith } from '../written-assistant.fixture.js';

const DOMAIN = `intents: [greet, report, faq]
entities:
- service
- site: {roles: [from], groups: ["1"]}
slots:
  kind: {type: categorical, values: [vpn, Mail], mappings: [{type: from_text}]}
actions: [action_x]
responses:
  utter_a: [{text: a}]
  utter_faq/hours: [{text: nine}]
`;
const warningsOf = (file: string, content: string, domain = DOMAIN) =>
  warningsWith({ 'domain.yml': domain, [file]: content }).then((all) => all.filter((line) => line.startsWith(file)));
const ofDomain = (more: string) => warningsWith({ 'domain.yml': `${DOMAIN}${more}` });

describe('The validation of the domain', () => {
  it('warns of intents that use an unknown entity', async () => {
    const domain = DOMAIN.replace('faq]', 'faq, a: {use_entities: [town]}]');
    expect(await warningsWith({ 'domain.yml': domain })).toContain(
      'domain.yml:1 intent a uses the unknown entity town',
    );
  });

  it('warns of mappings for a role or group that the entity does not have', async () => {
    const domain = DOMAIN.replace('from_text', 'from_entity, entity: site, role: to, group: "2"');
    expect(await warningsWith({ 'domain.yml': domain })).toEqual(
      expect.arrayContaining([
        'domain.yml:6 a mapping of slot kind names the role to, which entity site does not have',
        'domain.yml:6 a mapping of slot kind names the group 2, which entity site does not have',
      ]),
    );
  });

  it('refuses a form with the name of an action', async () => {
    const domain = `${DOMAIN}forms: {action_x: {required_slots: []}}\n`;
    expect(await errorsWith({ 'domain.yml': domain })).toEqual([
      'domain.yml:11:9 action_x is a form and also listed in actions',
    ]);
  });
});

describe('The validation of responses', () => {
  const rule = 'rules:\n- rule: r\n  steps: [{intent: greet}, {action: utter_b}]\n';

  it('warns of a variable that is not a slot when the conversation itself sends the response', async () => {
    const responses = '  utter_b:\n  - text: all fine\n  - text: "{kind} of {number}"\n';
    expect(await ofDomain(`${responses}${rule}`)).toContainEqual(
      expect.stringMatching(/^domain\.yml:13 utter_b names the unknown variable \{number\}/),
    );
  });

  it('accepts any variable in a response that an action sends', async () => {
    expect((await ofDomain('  utter_b:\n  - text: "{number}"\n')).join()).not.toContain('unknown variable');
  });

  it('treats neither doubled braces nor JSON as variables', async () => {
    const payloads = `  utter_b:\n  - text: "{{no}} {kind}"\n    buttons:\n    - {title: A, payload: '/report{"site":"x"}'}\n    - {title: A, payload: '/report{{"site":"{kind}"}}'}\n`;
    expect((await ofDomain(`${payloads}${rule}`)).filter((line) => /variable|brace/.test(line))).toEqual([]);
  });

  it.each([
    ['  utter_b:\n  - text: "a { b"\n', 'domain.yml:12 utter_b has a brace without its partner'],
    ['  utter_b:\n  - channel: slack\n', 'domain.yml:12 a variation of utter_b has nothing to say'],
    ['  utter_b:\n  - text: b\n    condition: []\n', 'domain.yml:12 a variation of utter_b has an empty condition'],
  ])('warns of %j', async (responses, warning) => {
    expect(await ofDomain(responses)).toContainEqual(expect.stringContaining(warning));
  });
});

describe('The validation of examples', () => {
  const examples = (intent: string, ...lines: string[]) =>
    `nlu:\n- intent: ${intent}\n  examples: |\n${lines.map((line) => `    - ${line}\n`).join('')}`;

  it.each([
    [examples('faq/prices', 'what is it'), '4 faq/prices has examples, but there is no response utter_faq/prices'],
    [examples('report', '[a]{"entity": "site", "role": "to"}'), '4 the role to has examples, but entity site'],
    [examples('report', '[a]{"entity": "service", "group": "1"}'), '4 the group 1 has examples, but entity service'],
    [examples('report', 'see [a]('), '4 "see [a](" looks like an annotation'],
    [examples('report', '[w](service:wifi)', 'x [W](service:wlan)'), '5 "W" stands for wifi and for wlan'],
  ])('warns of %j', async (nlu, warning) => {
    expect(await warningsOf('data/a.yml', nlu)).toContainEqual(expect.stringContaining(`data/a.yml:${warning}`));
  });
});

describe('The validation of stories', () => {
  const story = (name: string, ...steps: string[]) => `- story: ${name}\n  steps: [${steps.join(', ')}]\n`;
  const [greet, say] = ['{intent: greet}', '{action: utter_a}'];
  const at = (name: string) => `{checkpoint: ${name}}`;

  it.each([
    [
      'two with the same name',
      story('s', greet) + story('s', greet, say),
      '4 there are two stories named s: see data/a.yml:2',
    ],
    ['an unknown role', story('s', '{intent: report, entities: [{site: x, role: to}]}'), '3 story s names the role to'],
    ['an unknown category', story('s', greet, '{slot_was_set: [{kind: fax}]}'), '3 story s sets slot kind to "fax"'],
    ['an ignored key', story('s', '{intent: greet, action: utter_a}'), '3 "action" does not belong to a step "inte'],
    ['a checkpoint without a start', story('s', at('c'), greet), '3 story s is never reached'],
    ['a checkpoint without an end', story('s', greet, at('c')), '3 no story goes on from checkpoint c of s'],
    [
      'a cycle of checkpoints',
      story('s', greet, at('a')) + story('t', at('a'), greet, at('b')) + story('u', at('b'), greet, at('a')),
      '7 checkpoints lead in a circle: a → b → a',
    ],
    [
      'a checkpoint that leads to itself',
      story('s', greet, at('a')) + story('t', at('a'), greet, at('a')),
      '5 checkpoi',
    ],
  ])('warns of %s', async (_, stories, warning) => {
    expect(await warningsOf('data/a.yml', `stories:\n${stories}`)).toContainEqual(
      expect.stringContaining(`data/a.yml:${warning}`),
    );
  });

  it('accepts categories in another case and checkpoints that join', async () => {
    const stories = [
      story('s', greet, '{slot_was_set: [{kind: mail}]}', at('c')),
      story('t', at('c'), greet, at('c2'), greet),
      story('u', at('c2'), '{intent: report, entities: [{site: x, role: from, group: "1"}]}'),
    ];
    expect(await warningsOf('data/a.yml', `stories:\n${stories.join('')}`)).toEqual([]);
  });

  it('warns of checkpoints in rules and of two rules with the same name', async () => {
    const rule = '- rule: r\n  steps: [{intent: greet}, {action: utter_a}, {checkpoint: c}]\n';
    expect(await warningsOf('data/a.yml', `rules:\n${rule}${rule}`)).toEqual(
      expect.arrayContaining([
        'data/a.yml:4 there are two rules named r: see data/a.yml:2',
        expect.stringContaining('data/a.yml:3 rule r has a checkpoint'),
      ]),
    );
  });
});
