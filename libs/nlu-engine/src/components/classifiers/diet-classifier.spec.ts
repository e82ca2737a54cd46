import { describe, expect, it } from '@jest/globals';
import { component, sampleAssistant } from '../../sample-assistant.fixture.js';
import { trainNlu } from '../../train-nlu.js';

const FEATURIZERS = ['WhitespaceTokenizer', 'CountVectorsFeaturizer'];
const modelOf = (...names: string[]) =>
  trainNlu(sampleAssistant({ pipeline: [...FEATURIZERS, ...names].map((name) => component(name)) }));

describe('DIETClassifier', () => {
  it('understands like the intent classifier and then the tagger, which needs the intent', async () => {
    const together = await modelOf('DIETClassifier');
    const apart = await modelOf('LinearIntentClassifier', 'EntityTagger');
    const texts = ['my beamer is broken', 'from Leeds to Hull', 'the laptop', 'move it to York please', 'password', ''];
    for (const text of texts) {
      const [one, other] = [await together.parse(text), await apart.parse(text)];
      expect(one.intent).toEqual(other.intent);
      expect(one.entities).toEqual(
        other.entities.map((entity) => ({ ...entity, extractor: one.entities[0]?.extractor })),
      );
    }
  });

  it('finds only intents, or only entities, when told so', async () => {
    const pipeline = (options: Record<string, unknown>) => [
      ...FEATURIZERS.map((name) => component(name)),
      component('DIETClassifier', options),
    ];
    const text = 'the printer is not working';
    const intents = await trainNlu(sampleAssistant({ pipeline: pipeline({ entity_recognition: false }) }));
    expect(await intents.parse(text)).toMatchObject({ intent: { name: 'report_outage' }, entities: [] });
    const entities = await trainNlu(sampleAssistant({ pipeline: pipeline({ intent_classification: false }) }));
    expect(await entities.parse(text)).toMatchObject({ intent: { name: null }, entities: [{ value: 'printer' }] });
  });
});
