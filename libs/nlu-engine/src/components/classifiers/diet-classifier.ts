import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { EntityTagger } from '../extractors/entity-tagger.js';
import { LinearIntentClassifier } from './linear-intent-classifier.js';

/**
 * `DIETClassifier`: intent and entities in one component, here by the linear classifier and the sequence tagger. Options
 * of the neural network have no effect.
 *
 * Options: `intent_classification` (true), `entity_recognition` (true).
 */
class DietClassifier implements Component {
  constructor(
    private readonly intents: LinearIntentClassifier | null,
    private readonly entities: EntityTagger | null,
  ) {}

  process(message: Message): void | Promise<void> {
    const work = this.intents?.process(message);
    // The intent is a feature of the tagger.
    if (work) return work.then(() => this.entities?.process(message));
    this.entities?.process(message);
  }

  save(): State {
    return { intents: this.intents?.save() ?? null, entities: this.entities?.save() ?? null };
  }
}

export const dietClassifier: ComponentType = {
  names: ['DIETClassifier'],
  role: 'classifier',
  needs: ['tokenizer', 'featurizer'],
  async train(training, options) {
    const hasIntents = options.boolean('intent_classification', true);
    const hasEntities = options.boolean('entity_recognition', true);
    return new DietClassifier(
      ...(await Promise.all([
        hasIntents ? LinearIntentClassifier.train(training, options) : null,
        hasEntities ? EntityTagger.train(training, options.component) : null,
      ])),
    );
  },
  load(state) {
    const { intents, entities } = state as { intents: State; entities: State };
    return new DietClassifier(
      intents === null ? null : LinearIntentClassifier.load(intents),
      entities === null ? null : EntityTagger.load(entities),
    );
  },
};
