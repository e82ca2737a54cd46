import { type Component, type ComponentType, type Message, type Training } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { IntentModel } from '../../learning/intents/intent-model.js';
import { type Options } from '../../component/options.js';
import { NluConfigError } from '../../component/errors.js';

const RANKING_LENGTH = 10;

/** Sets the intent and the ranking from an intent model. */
export class LinearIntentClassifier implements Component {
  constructor(private readonly model: IntentModel) {}

  process(message: Message): void {
    const ranking = this.model.rank(message.features).slice(0, RANKING_LENGTH);
    if (!ranking[0]) return;
    message.intent = ranking[0];
    message.ranking = ranking;
    message.lowConfidence = this.model.lowConfidence;
  }

  save(): State {
    return this.model.save();
  }

  static async train(training: Training, options: Options): Promise<LinearIntentClassifier> {
    const messages = training.messages.filter(({ label }) => label !== '');
    if (messages.length > 0 && messages[0]!.features.length === 0)
      throw new NluConfigError('needs a CountVectorsFeaturizer before it in the pipeline', options.component);
    const model = await IntentModel.train(
      messages.map(({ features }) => features),
      messages.map(({ label }) => label),
      {
        seed: training.seed,
        jobs: training.jobs,
        report: (done, total) => training.progress.report(`${options.component}: intents`, done, total),
      },
    );
    return new LinearIntentClassifier(model);
  }

  static load(state: State | undefined): LinearIntentClassifier {
    return new LinearIntentClassifier(IntentModel.load(state));
  }
}

/** `LinearIntentClassifier` and Rasa's linear classifiers: intents by a linear model over the text's features. */
export const linearIntentClassifier: ComponentType = {
  names: ['LinearIntentClassifier', 'SklearnIntentClassifier', 'LogisticRegressionClassifier'],
  role: 'classifier',
  needs: ['tokenizer', 'featurizer'],
  train: (training, options) => LinearIntentClassifier.train(training, options),
  load: (state) => LinearIntentClassifier.load(state),
};
