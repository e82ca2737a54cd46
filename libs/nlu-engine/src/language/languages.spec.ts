import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Assistant, readAssistant } from '#assistant';
import { NluModel, trainNlu } from '../index.js';
import { loadLanguageDetector } from './language-detector.js';
import { UNSEEN } from './unseen-messages.fixture.js';

const FOLDER = `${import.meta.dirname}/../../../../tests/fixtures/nlu-languages`;

type Language = keyof typeof UNSEEN;
const LANGUAGES: readonly Language[] = ['en', 'de'];

let assistant: Assistant;
let mixed: NluModel;
beforeAll(async () => {
  ({ assistant } = await readAssistant(FOLDER));
  const { language, config, domain, nlu } = assistant;
  mixed = await trainNlu({ language, languages: config.languages, domain, nlu });
});

const unseenIn = (language: Language): { text: string; intent: string; language: Language }[] =>
  Object.entries(UNSEEN[language]).flatMap(([intent, texts]) => texts.map((text) => ({ text, intent, language })));

/** The messages that a model takes for another intent than a person does. */
async function mistakesOf(model: NluModel, language: Language): Promise<string[]> {
  const mistakes: string[] = [];
  for (const { text, intent } of unseenIn(language)) {
    const { name } = (await model.parse(text)).intent;
    if (name !== intent) mistakes.push(`${text}: ${name}`);
  }
  return mistakes;
}

describe('an assistant of one language', () => {
  it.each(LANGUAGES)('understands at least 34 of 40 new messages in %s', async (language) => {
    const { domain, nlu } = assistant;
    const model = await trainNlu({ language, domain, nlu });
    const mistakes = await mistakesOf(model, language);
    expect(unseenIn(language)).toHaveLength(40);
    expect(mistakes.length).toBeLessThanOrEqual(6);
    expect(await model.parse('vpn')).not.toHaveProperty('language');
  });
});

describe('an assistant of two languages', () => {
  it.each(LANGUAGES)('understands at least 34 of 40 new messages in %s', async (language) => {
    const mistakes = await mistakesOf(mixed, language);
    expect(mistakes.length).toBeLessThanOrEqual(6);
  });

  it('detects the language of at least 77 of 80 new messages', async () => {
    const messages = [...unseenIn('en'), ...unseenIn('de')];
    const understood = await Promise.all(messages.map(({ text }) => mixed.parse(text)));
    const mistaken = messages.filter(({ language }, at) => understood[at]?.language !== language);
    expect(mistaken.length).toBeLessThanOrEqual(3);
  });

  it.each([
    ['hi', 'en', 'greet'],
    ['moin', 'de', 'greet'],
    ['thanks', 'en', 'thank'],
    ['danke', 'de', 'thank'],
    ['password', 'en', 'password_reset'],
    ['Kennwort', 'de', 'password_reset'],
  ])('understands the short "%s" as %s and %s', async (text, language, intent) => {
    expect(await mixed.parse(text)).toMatchObject({ language, intent: { name: intent } });
  });

  it('uses the default language for an ambiguous text', async () => {
    for (const text of ['', '?!', '42', '🙂', 'Müller', 'xkcd'])
      expect([text, (await mixed.parse(text)).language]).toEqual([text, 'en']);
  });

  it('finds entities by the examples, lookups and regexes of the language', async () => {
    expect((await mixed.parse('mein Drucker ist kaputt')).entities).toMatchObject([
      { entity: 'device', value: 'printer' },
    ]);
    expect((await mixed.parse('the printer is broken')).entities).toMatchObject([
      { entity: 'device', value: 'printer' },
    ]);
    for (const text of ['is there any news about INC0007777?', 'gibt es etwas Neues zu INC0007777?'])
      expect((await mixed.parse(text)).entities).toMatchObject([{ entity: 'ticket', value: 'INC0007777' }]);
  });

  it('is one file', async () => {
    const loaded = await NluModel.load(mixed.toBytes());
    expect(loaded.info).toMatchObject({ language: 'en', languages: ['en', 'de'], examples: 192 });
    for (const { text } of [...unseenIn('en'), ...unseenIn('de')])
      expect(await loaded.parse(text)).toEqual(await mixed.parse(text));
    expect(loaded.toBytes().equals(mixed.toBytes())).toBe(true);
  });
});

describe('language detection', () => {
  it('ignores the region of a language', async () => {
    const { detect, unknown } = await loadLanguageDetector(['en-GB', 'de-AT']);
    expect(unknown).toEqual([]);
    expect(detect('mein Drucker ist heute leider kaputt')).toBe('de-AT');
  });

  it('detects no language when it does not know one of the languages', async () => {
    const { detect, unknown } = await loadLanguageDetector(['en', 'tlh']);
    expect(unknown).toEqual(['tlh']);
    expect(detect('my printer is broken since this morning')).toBeUndefined();
  });

  it('names a language that cannot be detected in the notices of the model', async () => {
    const { domain, nlu } = assistant;
    const { notices } = await trainNlu({ language: 'en', languages: { tlh: { pipeline: [] } }, domain, nlu });
    expect(notices).toContainEqual(expect.stringMatching(/^tlh: this language cannot be detected/));
  });
});
