import { describe, expect, it } from '@jest/globals';
import { errorsWith, readWith, warningsWith } from '../written-assistant.fixture.js';

const DOMAIN = 'intents: [greet, report, faq]\nentities: [service]\n';

async function nluOf(nlu: string) {
  const { assistant } = await readWith({ 'domain.yml': DOMAIN, 'data/nlu.yml': nlu });
  return assistant.nlu;
}

describe('NLU data', () => {
  it('reads examples with entities, metadata and the place of each line', async () => {
    const { examples } = await nluOf(`version: "3.1"
nlu:
- intent: report
  metadata: {owner: network}
  examples: |
    - the [vpn](service) is down

    - no   network
`);
    expect(examples).toEqual([
      {
        text: 'the vpn is down',
        intent: 'report',
        entities: [{ entity: 'service', value: 'vpn', start: 4, end: 7 }],
        metadata: { owner: 'network' },
        place: { file: 'data/nlu.yml', line: 6, column: 5 },
      },
      expect.objectContaining({ text: 'no   network', place: { file: 'data/nlu.yml', line: 8, column: 5 } }),
    ]);
  });

  it('reads examples as mappings, whose metadata takes precedence over that of the item', async () => {
    const { examples } = await nluOf(`nlu:
- intent: report
  metadata: item
  examples:
  - text: |
      - mail is dead
    metadata: {source: log}
  - text: |
      - wifi is dead
`);
    expect(examples.map(({ text, metadata }) => [text, metadata])).toEqual([
      ['mail is dead', { source: 'log' }],
      ['wifi is dead', 'item'],
    ]);
  });

  it('separates the key of a retrieval intent and marks the intent', async () => {
    const { assistant } = await readWith({
      'domain.yml': DOMAIN,
      'data/nlu.yml': 'nlu:\n- intent: faq/printer/toner\n  examples: |\n    - who swaps toner\n',
    });
    expect(assistant.nlu.examples[0]).toMatchObject({ intent: 'faq', responseKey: 'printer/toner' });
    expect(assistant.domain.intents['faq']?.isRetrieval).toBe(true);
    expect(assistant.domain.intents['report']?.isRetrieval).toBe(false);
  });

  it('reads synonyms, regular expressions and lookup tables', async () => {
    const nlu = await nluOf(`nlu:
- synonym: wifi
  examples: |
    - wireless
    - wi-fi
- regex: ticket
  examples: |
    - INC\\d{7}
- lookup: service
  examples: |
    - vpn
    - mail
`);
    expect(nlu.synonyms).toMatchObject([
      { value: 'wifi', surface: 'wireless' },
      { value: 'wifi', surface: 'wi-fi', place: { line: 5 } },
    ]);
    expect(nlu.regexes).toMatchObject([{ name: 'ticket', pattern: 'INC\\d{7}' }]);
    expect(nlu.lookups).toMatchObject([{ name: 'service', elements: ['vpn', 'mail'] }]);
  });

  it('adds a synonym for each annotated value that differs from its text', async () => {
    const { synonyms } = await nluOf(
      'nlu:\n- intent: report\n  examples: |\n    - [wlan](service:wifi)\n    - [vpn](service)\n',
    );
    expect(synonyms).toMatchObject([{ value: 'wifi', surface: 'wlan' }]);
  });

  it('stores the language of a file with everything in it', async () => {
    const { assistant, findings } = await readWith({
      'config.yml': 'recipe: default.v1\nassistant_id: x\nlanguage: en\nlanguages: {de: }\n',
      'data/de.yml': `language: de
nlu:
- intent: greet
  examples: |
    - hello
    - der [Drucker](service:printer)
- regex: ticket
  examples: |
    - INC\\d{7}
- lookup: service
  examples: |
    - Drucker
`,
    });
    const { examples, synonyms, regexes, lookups } = assistant.nlu;
    expect(examples.map(({ text, language }) => [text, language])).toEqual([
      ['hello', 'de'],
      ['der Drucker', 'de'],
      ['hello', undefined],
    ]);
    expect([...synonyms, ...regexes, ...lookups].map(({ language }) => language)).toEqual(['de', 'de', 'de']);
    expect(findings.filter(({ message }) => message.includes('language'))).toEqual([]);
  });

  it('warns of a file in a language that the assistant does not speak', async () => {
    const warnings = await warningsWith({
      'data/fr.yml': 'nlu:\n- intent: greet\n  examples: |\n    - salut\nlanguage: fr\n',
    });
    expect(warnings).toEqual([expect.stringContaining('data/fr.yml:5 the assistant does not speak fr')]);
  });

  it('accepts a text with different intents in different languages', async () => {
    const warnings = await warningsWith({
      'domain.yml': DOMAIN,
      'config.yml': 'recipe: default.v1\nassistant_id: x\nlanguage: en\nlanguages: {de: }\n',
      'data/nlu.yml': 'nlu:\n- intent: greet\n  examples: |\n    - so\n',
      'data/de.yml': 'language: de\nnlu:\n- intent: report\n  examples: |\n    - so\n',
    });
    expect(warnings.join()).not.toContain('is an example of');
  });

  it('accepts an example with its own metadata, with or without a dash', async () => {
    const { examples } = await nluOf(
      'nlu:\n- intent: greet\n  examples:\n  - text: |\n      good [day](site)\n    metadata: {a: 1}\n  - text: "- hey"\n',
    );
    expect(examples).toMatchObject([{ text: 'good day', metadata: { a: 1 }, place: { line: 5 } }, { text: 'hey' }]);
  });

  it('combines the examples of several files and drops duplicates', async () => {
    const { assistant } = await readWith({
      'data/more/nlu.yaml': 'nlu:\n- intent: greet\n  examples: |\n    - hello\n    - hi\n    - hi\n',
    });
    expect(assistant.nlu.examples.map(({ text }) => text)).toEqual(['hi', 'hello'].sort());
  });

  it.each([
    ['- intnet: greet\n  examples: |\n    - hi', 'data/nlu.yml:2 an item of nlu has one of'],
    ['- intent: greet', 'data/nlu.yml:2 intent greet has no examples'],
    ['- intent: greet\n  examples: |\n    hi\n    - hey', 'data/nlu.yml:4 a line of the examples of intent greet'],
    ['- intent: dance\n  examples: |\n    - jig', 'data/nlu.yml:4 intent dance has examples but is not in the domain'],
    ['- intent: greet\n  examples: |\n    - [x](thing)', 'data/nlu.yml:4 entity thing has examples but is not in'],
    [
      '- intent: greet\n  examples: |\n    - hi\n- intent: report\n  examples: |\n    - hi',
      'data/nlu.yml:7 "hi" is an example of report and of greet',
    ],
  ])('warns of %j', async (items, warning) => {
    const warnings = await warningsWith({ 'domain.yml': DOMAIN, 'data/nlu.yml': `nlu:\n${items}\n` });
    expect(warnings).toContainEqual(expect.stringContaining(warning));
  });

  it.each([
    ['- intent: greet\n  examples: |\n    - hi\n    - [a]{entity: b}', 'data/nlu.yml:5:5 the annotation of [a]'],
    ['- intent: greet\n  examples: [hi]', 'data/nlu.yml:3:14 an example of intent greet must be a mapping'],
    ['- intent: greet\n  examples: {a: b}', 'data/nlu.yml:3:13 the examples of intent greet must be a block'],
    ['- intent: greet\n  examples:\n  - metadata: 1', 'data/nlu.yml:4:5 an example of intent greet has no text'],
    ['- intent:\n  examples: |\n    - a', 'data/nlu.yml:2:3 this intent has no name'],
    ['  a: b', 'data/nlu.yml:2:3 nlu must be a list'],
  ])('refuses %j', async (items, error) => {
    expect(await errorsWith({ 'domain.yml': DOMAIN, 'data/nlu.yml': `nlu:\n${items}\n` })).toContainEqual(
      expect.stringContaining(error),
    );
  });

  it('warns of intents of the domain without examples and without a button', async () => {
    const warnings = await warningsWith({
      'domain.yml':
        'intents: [greet, report, faq, handoff, restart]\nresponses:\n  utter_a:\n  - text: a\n    buttons:\n    - {title: F, payload: "/faq{}"}\n',
    });
    expect(warnings).toEqual(['domain.yml:1 intent report has no examples']);
  });
});
