import { describe, expect, it } from '@jest/globals';
import { NluModel, trainNlu } from '../../index.js';
import { annotated, component, sampleAssistant } from '../../sample-assistant.fixture.js';
import { type TrainingInput } from '../../pipeline/training-input.js';

const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  'faq/opening_hours': [
    'when is the service desk open',
    'what are your opening hours',
    'until when can I call you',
    'are you open on saturdays',
  ],
  'faq/guest_wifi': [
    'how do guests get on the wifi',
    'is there a wireless network for visitors',
    'my visitor needs internet',
    'what is the password of the guest network',
  ],
  'chitchat/joke': ['tell me a joke', 'make me laugh', 'do you know something funny', 'a joke please'],
  'chitchat/weather': ['how is the weather', 'will it rain today', 'is it sunny outside', 'what a nice weather'],
};
const PIPELINE = ['WhitespaceTokenizer', 'CountVectorsFeaturizer', 'DIETClassifier'].map((name) => component(name));
const byDefault = [component('ResponseSelector', { epochs: 100 })];

function assistant(selectors = byDefault): TrainingInput {
  const sample = sampleAssistant({ pipeline: [...PIPELINE, ...selectors] });
  const questions = Object.entries(QUESTIONS).flatMap(([name, texts]) => {
    const [intent = '', responseKey = ''] = name.split('/');
    return texts.map((text) => ({ ...annotated(intent, text), responseKey }));
  });
  const responses = Object.fromEntries(
    Object.keys(QUESTIONS).map((name) => [`utter_${name}`, [{ text: `about ${name}` }]]),
  );
  return {
    ...sample,
    domain: { ...sample.domain, responses },
    nlu: { ...sample.nlu, examples: [...sample.nlu.examples, ...questions] },
  };
}

interface Selection {
  response: { intent_response_key: string; confidence: number };
  ranking: { intent_response_key: string; confidence: number }[];
}
const selections = async (model: NluModel, text: string) =>
  (await model.parse(text)).response_selector as Record<string, Selection> & { all_retrieval_intents: string[] };

describe('ResponseSelector', () => {
  it("selects the response of a retrieval intent, in Rasa's shape", async () => {
    const model = await trainNlu(assistant());
    const loaded = await NluModel.load(model.toBytes());
    expect((await model.parse('which hours is the desk open')).intent.name).toBe('faq');
    for (const read of [model, loaded]) {
      const { all_retrieval_intents: all, default: selected } = await selections(read, 'which hours is the desk open');
      expect(all).toEqual(['chitchat', 'faq']);
      expect(selected?.response).toEqual({
        responses: [{ text: 'about faq/opening_hours' }],
        confidence: selected?.ranking[0]?.confidence,
        intent_response_key: 'faq/opening_hours',
        utter_action: 'utter_faq/opening_hours',
      });
    }
  });

  it('ranks only the keys of the predicted intent, best first', async () => {
    const { default: selected } = await selections(await trainNlu(assistant()), 'is there a wireless network today');
    const keys = selected!.ranking.map(({ intent_response_key: key }) => key);
    expect(keys).toEqual(['faq/guest_wifi', 'faq/opening_hours']);
    const [first, second] = selected!.ranking.map(({ confidence }) => confidence);
    expect(first).toBeGreaterThan(second!);
    expect(first! + second!).toBeLessThanOrEqual(1);
  });

  it('can be configured per retrieval intent', async () => {
    const selectors = ['faq', 'chitchat'].map((retrieval_intent) =>
      component('ResponseSelector', { retrieval_intent }),
    );
    const found = await selections(await trainNlu(assistant(selectors)), 'do you know a joke');
    expect(Object.keys(found).sort()).toEqual(['all_retrieval_intents', 'chitchat', 'faq']);
    expect(found['chitchat']?.response.intent_response_key).toBe('chitchat/joke');
    expect(found['faq']?.response.intent_response_key).toMatch(/^faq\//);
  });

  it('works for a single answer', async () => {
    const input = assistant([component('ResponseSelector', { retrieval_intent: 'faq' })]);
    const examples = input.nlu.examples.filter(({ responseKey }) => responseKey !== 'guest_wifi');
    const found = await selections(
      await trainNlu({ ...input, nlu: { ...input.nlu, examples } }),
      'what are the opening hours',
    );
    expect(found['faq']?.ranking.map(({ intent_response_key: key }) => key)).toEqual(['faq/opening_hours']);
  });

  it('says nothing about shortcuts, unknown words and assistants without retrieval intents', async () => {
    const model = await trainNlu(assistant());
    for (const text of ['/greet', '🙂', '']) expect(await model.parse(text)).not.toHaveProperty('response_selector');
    const plain = await trainNlu(sampleAssistant({ pipeline: [...PIPELINE, component('ResponseSelector')] }));
    expect(await plain.parse('hello there')).not.toHaveProperty('response_selector');
    expect(plain.notices).toEqual([]);
  });

  it('changes the model when a response changes', async () => {
    const input = assistant();
    const changed = assistant();
    changed.domain.responses['utter_faq/guest_wifi'] = [{ text: 'ask the reception' }];
    const model = await trainNlu(input);
    const next = await trainNlu(changed, { previous: model });
    expect(next.fingerprint).not.toBe(model.fingerprint);
    expect((await selections(next, 'wifi for guests')).default?.response).toMatchObject({
      responses: [{ text: 'ask the reception' }],
    });
  });

  it('names a missing response, and refuses a retrieval intent without examples', async () => {
    const input = assistant();
    delete input.domain.responses['utter_chitchat/joke'];
    expect((await trainNlu(input)).notices).toEqual(
      expect.arrayContaining([expect.stringMatching(/ResponseSelector: chitchat\/joke.*utter_chitchat\/joke/)]),
    );
    const unknown = trainNlu(assistant([component('ResponseSelector', { retrieval_intent: 'greet' })]));
    await expect(unknown).rejects.toThrow(/retrieval_intent.*greet.*no examples/);
  });
});
