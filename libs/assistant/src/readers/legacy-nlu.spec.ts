import { describe, expect, it } from '@jest/globals';
import { errorsWith, readWith, warningsWith } from '../written-assistant.fixture.js';

const DOMAIN =
  'intents: [greet, report, faq]\nentities: [service, site]\nresponses:\n  utter_faq/hours: [{text: nine}]\n';
const withData = (data: object) => ({ 'domain.yml': DOMAIN, 'data/nlu.json': JSON.stringify({ rasa_nlu_data: data }) });

describe('NLU data in Rasa’s JSON format', () => {
  it('is read like the equivalent YAML', async () => {
    const { assistant, findings } = await readWith({
      ...withData({
        common_examples: [
          { text: 'hey there', intent: 'greet', entities: [] },
          {
            text: '😀 wlan in Leeds',
            intent: 'report',
            entities: [
              { start: 2, end: 6, value: 'wifi', entity: 'service' },
              { start: 10, end: 15, value: 'Leeds', entity: 'site', role: 'at' },
            ],
            metadata: { source: 'log' },
          },
          { text: 'when do you open', intent: 'faq/hours' },
        ],
        entity_synonyms: [{ value: 'vpn', synonyms: ['tunnel', 'v p n'] }],
        regex_features: [{ name: 'ticket', pattern: 'INC\\d{7}' }],
        lookup_tables: [{ name: 'site', elements: ['Leeds', 'York'] }],
      }),
      'domain.yml': DOMAIN.replace('site]', 'site: {roles: [at]}]'),
      'data/nlu.yml': 'nlu: []\n',
    });
    expect(findings).toEqual([]);
    const { examples, synonyms, regexes, lookups } = assistant.nlu;
    expect(examples).toMatchObject([
      { text: 'hey there', intent: 'greet', entities: [] },
      {
        text: '😀 wlan in Leeds',
        intent: 'report',
        entities: [
          { entity: 'service', value: 'wifi', start: 3, end: 7 },
          { entity: 'site', value: 'Leeds', role: 'at', start: 11, end: 16 },
        ],
        metadata: { source: 'log' },
      },
      { text: 'when do you open', intent: 'faq', responseKey: 'hours' },
    ]);
    expect(synonyms.map(({ surface, value }) => [surface, value])).toEqual([
      ['wlan', 'wifi'],
      ['tunnel', 'vpn'],
      ['v p n', 'vpn'],
    ]);
    expect(regexes).toMatchObject([{ name: 'ticket', pattern: 'INC\\d{7}' }]);
    expect(lookups).toMatchObject([{ name: 'site', elements: ['Leeds', 'York'] }]);
  });

  it.each([
    [{ common_examples: [{ text: 'a' }] }, 'an example without a text or an intent is ignored'],
    [{ lookup_tables: [{ name: 'site', elements: 'sites.txt' }] }, 'a look-up table in a file of its own is not read'],
    [{ gazette: [] }, '"gazette" of rasa_nlu_data is not supported'],
  ])('warns of %j', async (data, warning) => {
    expect(await warningsWith(withData(data))).toContainEqual(expect.stringContaining(`data/nlu.json:1 ${warning}`));
  });

  it('refuses entities outside their text', async () => {
    const entities = [{ start: 0, end: 9, value: 'x', entity: 'service' }];
    const data = { common_examples: [{ text: 'wlan', intent: 'report', entities }] };
    expect(await errorsWith(withData(data))).toEqual([expect.stringContaining('the entities of "wlan" overlap')]);
  });
});
