import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { NluConfigError } from '../../component/errors.js';
import { IntentModel } from '../../learning/intents/intent-model.js';

const RANKING_LENGTH = 10;

interface Saved {
  [key: string]: State;
  /** Name of the selector in the result: its retrieval intent, or `default` for all of them. */
  key: string;
  retrievalIntents: string[];
  model: State;
  /** As JSON: the variations of each response, by the name of the retrieval intent with its key. */
  responses: string;
}

/**
 * `ResponseSelector`: which of the answers of a retrieval intent fits. The keys (`faq/opening_hours`) are ranked by a
 * linear model over the text's features, like intents. When the intent of the message is a retrieval intent, its keys
 * alone compete for the response. A pipeline may have one selector for each retrieval intent, or one for all.
 *
 * Options: `retrieval_intent` (all). Those of the neural network have no effect.
 */
class ResponseSelector implements Component {
  private readonly model: IntentModel;
  private readonly responses: Record<string, unknown[]>;

  constructor(private readonly saved: Saved) {
    this.model = IntentModel.load(saved.model);
    this.responses = JSON.parse(saved.responses) as Record<string, unknown[]>;
  }

  process(message: Message): void {
    const { key, retrievalIntents } = this.saved;
    const all = this.model.rank(message.features);
    const own = all.filter(({ name }) => intentOf(name) === message.intent.name);
    const ranking = (own.length > 0 ? own : all)
      .slice(0, RANKING_LENGTH)
      .map(({ name, confidence }) => ({ confidence, intent_response_key: name }));
    const best = ranking[0];
    if (!best) return;
    const { confidence, intent_response_key: name } = best;
    const response = {
      responses: this.responses[name] ?? [],
      confidence,
      intent_response_key: name,
      utter_action: `utter_${name}`,
    };
    message.responseSelector = {
      ...message.responseSelector,
      all_retrieval_intents: retrievalIntents,
      [key]: { response, ranking },
    };
  }

  save(): State {
    return this.saved;
  }
}

const intentOf = (name: string): string => name.slice(0, name.indexOf('/'));

export const responseSelector: ComponentType = {
  names: ['ResponseSelector'],
  role: 'other',
  needs: ['tokenizer', 'featurizer'],
  async train(training, options) {
    const wanted = options.text('retrieval_intent');
    const keyed = training.messages.flatMap(({ label, responseKey, features }) =>
      responseKey === undefined ? [] : [{ intent: label, name: `${label}/${responseKey}`, features }],
    );
    const examples = keyed.filter(({ intent }) => wanted === undefined || intent === wanted);
    if (wanted !== undefined && examples.length === 0)
      throw new NluConfigError(
        `is ${wanted}, of which there are no examples such as ${wanted}/some_question`,
        options.component,
        'retrieval_intent',
      );
    if (examples.length > 0 && examples[0]!.features.length === 0)
      throw new NluConfigError('needs a CountVectorsFeaturizer before it in the pipeline', options.component);
    const names = [...new Set(examples.map(({ name }) => name))].sort();
    const { responses } = training.nlu;
    for (const name of names)
      if (!Object.hasOwn(responses, `utter_${name}`))
        training.notice(`${options.component}: ${name} has examples, but the domain has no response utter_${name}.`);
    const { model } = await IntentModel.train(
      examples.map(({ features }) => features),
      examples.map(({ name }) => name),
      {
        seed: training.seed,
        jobs: training.jobs,
        report: (done, total) => training.progress.report(`${options.component}: responses`, done, total),
      },
    );
    return new ResponseSelector({
      key: wanted ?? 'default',
      retrievalIntents: [...new Set(keyed.map(({ intent }) => intent))].sort(),
      model: model.save(),
      responses: JSON.stringify(Object.fromEntries(names.map((name) => [name, responses[`utter_${name}`] ?? []]))),
    });
  },
  load: (state) => new ResponseSelector(state as Saved),
};
