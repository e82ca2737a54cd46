import { type Component, type ComponentType, type Message, type Training } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { type FeatureBlock } from '../../learning/feature-block.js';
import { barOfDoubt } from '../../learning/intents/bar-of-doubt.js';
import { IntentModel } from '../../learning/intents/intent-model.js';
import { type Options } from '../../component/options.js';
import { NluConfigError } from '../../component/errors.js';

const RANKING_LENGTH = 10;

/** A model that is asked when the first one is not sure. */
interface SecondModel {
  model: IntentModel;
  /** The confidence of the first model from which on the second one is not asked. */
  bar: number;
}

/**
 * Sets the intent and the ranking from an intent model. Where a featurizer defers its features, a second model, which knows
 * them too, answers the texts that the first one is not sure of. Both confidences are calibrated, so they are comparable.
 */
export class LinearIntentClassifier implements Component {
  constructor(
    private readonly first: IntentModel,
    private readonly second: SecondModel | null,
  ) {}

  process(message: Message): void | Promise<void> {
    const ranking = this.first.rank(message.features);
    answer(message, ranking, this.first);
    if (this.second && (ranking[0]?.confidence ?? 0) < this.second.bar)
      return this.askSecond(message, this.second.model);
  }

  save(): State {
    return { first: this.first.save(), second: this.second && { ...this.second, model: this.second.model.save() } };
  }

  private async askSecond(message: Message, model: IntentModel): Promise<void> {
    const deferred = await Promise.all(message.deferredFeatures.map((features) => features.get()));
    const known = deferred.filter((block) => block !== undefined);
    // While an encoder cannot be used, the first model's answer stands.
    if (known.length === deferred.length) answer(message, model.rank([...message.features, ...known]), model);
  }

  static async train(training: Training, options: Options): Promise<LinearIntentClassifier> {
    const messages = training.messages.filter(({ label }) => label !== '');
    if (messages.length > 0 && messages[0]!.features.length === 0)
      throw new NluConfigError('needs a CountVectorsFeaturizer before it in the pipeline', options.component);
    const train = (features: FeatureBlock[][], part: number, parts: number) =>
      IntentModel.train(
        features,
        messages.map(({ label }) => label),
        {
          seed: training.seed,
          jobs: training.jobs,
          report: (done, total) =>
            training.progress.report(`${options.component}: intents`, part + done / total, parts),
        },
      );
    const isDeferred = messages.some(({ deferredFeatures }) => deferredFeatures.length > 0);
    const light = messages.map(({ features }) => features);
    if (!isDeferred) return new LinearIntentClassifier((await train(light, 0, 1)).model, null);
    const all = messages.map(({ features, deferredFeatures }) => [
      ...features,
      ...deferredFeatures.map(({ known }) => known!),
    ]);
    const first = await train(light, 0, 2);
    const second = await train(all, 1, 2);
    const bar = Math.max(barOfDoubt(first.heldOut, second.heldOut), first.model.lowConfidence);
    return new LinearIntentClassifier(first.model, { model: second.model, bar });
  }

  static load(state: State | undefined): LinearIntentClassifier {
    const { first, second } = state as { first: State; second: { model: State; bar: number } | null };
    return new LinearIntentClassifier(
      IntentModel.load(first),
      second && { model: IntentModel.load(second.model), bar: second.bar },
    );
  }
}

function answer(message: Message, ranking: Message['ranking'], model: IntentModel): void {
  if (!ranking[0]) return;
  message.intent = ranking[0];
  message.ranking = ranking.slice(0, RANKING_LENGTH);
  message.lowConfidence = model.lowConfidence;
}

/** `LinearIntentClassifier` and Rasa's linear classifiers: intents by a linear model over the text's features. */
export const linearIntentClassifier: ComponentType = {
  names: ['LinearIntentClassifier', 'SklearnIntentClassifier', 'LogisticRegressionClassifier'],
  role: 'classifier',
  needs: ['tokenizer', 'featurizer'],
  train: (training, options) => LinearIntentClassifier.train(training, options),
  load: (state) => LinearIntentClassifier.load(state),
};
