import { beforeEach, describe, expect, it } from '@jest/globals';
import { NluConfigError } from '../../component/errors.js';
import { nothingPretrained, type Pretrained, type SentenceEncoder } from '../../component/pretrained.js';
import { domainOf, nluDataOf } from '../../evaluation/data/labelled-data.js';
import { NluModel } from '../../nlu-model.js';
import { component } from '../../sample-assistant.fixture.js';
import { trainNlu } from '../../train-nlu.js';

/** Knows the meaning of words that the examples never use. */
class TwoMeanings implements SentenceEncoder {
  readonly id = 'two-meanings-1';
  readonly dimension = 2;
  isBroken = false;
  readonly asked: string[] = [];

  async encode(texts: readonly string[]): Promise<Float32Array[]> {
    this.asked.push(...texts);
    if (this.isBroken) throw new Error('the thread ended');
    return texts.map((text) => {
      if (text === '') return new Float32Array(2);
      return /printer|copier|ink|paper/.test(text) ? Float32Array.of(1, 0) : Float32Array.of(0, 1);
    });
  }
}

const reports = ['the printer is jammed', 'my printer is out', 'printer broken again', 'a printer blinks red'];
const resets = ['reset my password', 'password forgotten', 'my password expired', 'new password please'];
const nlu = nluDataOf([
  ...reports.flatMap((text) => ['', ' today', ' now'].map((more) => ({ text: text + more, intent: 'report' }))),
  ...resets.flatMap((text) => ['', ' today', ' now'].map((more) => ({ text: text + more, intent: 'reset' }))),
]);

describe('SentenceEncoderFeaturizer', () => {
  let encoder: TwoMeanings;
  let pretrained: Pretrained;
  beforeEach(() => {
    encoder = new TwoMeanings();
    pretrained = { ...nothingPretrained, sentenceEncoders: ['two'], sentenceEncoder: async () => encoder };
  });

  const inputWith = (options: object) => ({
    language: 'en',
    nlu,
    domain: domainOf(nlu),
    pipeline: [
      component('WhitespaceTokenizer', { spelling_correction: false }),
      component('CountVectorsFeaturizer'),
      component('SentenceEncoderFeaturizer', options as Record<string, unknown>),
      component('LinearIntentClassifier'),
    ],
  });
  const train = (options: object, known = pretrained) => trainNlu(inputWith(options), { pretrained: known });
  const intentOf = async (model: NluModel, text: string) => (await model.parse(text)).intent.name;

  it('understands words that no example uses, and encodes each text of the training once', async () => {
    const model = await train({});
    expect(encoder.asked.slice(0, nlu.examples.length)).toEqual(nlu.examples.map(({ text }) => text));
    expect(await intentOf(model, 'copier needs ink')).toBe('report');
  });

  it('in doubt: is not asked about a clear text, and decides an unclear one', async () => {
    const model = await train({ in_doubt: true });
    encoder.asked.length = 0;
    expect(await intentOf(model, 'reset my password')).toBe('reset');
    expect(encoder.asked).toEqual([]);
    expect(await intentOf(model, 'copier needs ink')).toBe('report');
    expect(encoder.asked).toEqual(['copier needs ink']);
  });

  it('in doubt: the first model answers when the encoder has failed', async () => {
    const model = await train({ in_doubt: true });
    const text = 'copier needs the password';
    const alone = await model.parse(text, { withoutDeferred: true });
    expect(alone.intent.name).not.toBeNull();
    encoder.isBroken = true;
    expect(await model.parse(text)).toEqual(alone);
  });

  it('answers without its features when the encoder has failed', async () => {
    const model = await train({});
    encoder.isBroken = true;
    expect(await intentOf(model, 'reset my password')).toBe('reset');
  });

  it.each([{}, { in_doubt: true }])('is saved and loaded, and answers as before: %j', async (options) => {
    const model = await train(options);
    const loaded = await NluModel.load(model.toBytes(), pretrained);
    for (const text of ['copier needs ink', 'reset my password', '', '🖨️'])
      expect(await loaded.parse(text)).toEqual(await model.parse(text));
    expect(await loaded.selfTest()).toBeUndefined();
    expect(loaded.hasEncoder).toBe(true);
  });

  it('passes its self-test without waiting for the encoder', async () => {
    const bytes = (await train({ in_doubt: true })).toBytes();
    const loaded = await NluModel.load(bytes, pretrained);
    encoder.asked.length = 0;
    expect(await loaded.selfTest()).toBeUndefined();
    expect(encoder.asked).toEqual([]);
  });

  it('refuses a model that does not exist and names those that do', async () => {
    const training = train({ model: 'gpt-9' });
    await expect(training).rejects.toThrow(NluConfigError);
    await expect(training).rejects.toThrow(/gpt-9.*two/);
  });

  it('adds nothing, with a notice that says what to do, where the encoder cannot be loaded', async () => {
    const broken: Pretrained = {
      ...pretrained,
      sentenceEncoder: () => Promise.reject(new Error('Install the runtime.')),
    };
    const model = await train({ in_doubt: true }, broken);
    expect(model.notices).toEqual([expect.stringContaining('Install the runtime. It adds nothing to this model.')]);
    expect(model.hasEncoder).toBe(false);
    expect(await intentOf(await NluModel.load(model.toBytes()), 'reset my password')).toBe('reset');
  });
});
