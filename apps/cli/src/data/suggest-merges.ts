import { readAssistant } from '#assistant';
import { crossValidate, nluDataOf, type Pretrained, suggestMerges, trainNlu } from '#nlu-engine';
import { withTrainingThreads } from '#nlu-threads';
import { type Remark } from './remark.js';

const FOLDS = 5;

/**
 * Finds pairs of intents that the NLU confuses more often than it distinguishes them. Uses a cross-validation, which
 * trains the pipeline five times on parts of the examples. Finds nothing with fewer than ten examples.
 * @throws AssistantError, NluConfigError when the assistant cannot be trained
 */
export async function mergeRemarks(directory: string, pretrained: Pretrained): Promise<Remark[]> {
  const { language, config, domain, nlu } = (await readAssistant(directory)).assistant;
  if (nlu.examples.length < 2 * FOLDS) return [];
  const { report } = await crossValidate(nlu.examples, {
    folds: FOLDS,
    predict: async (train, held, { seed }) => {
      const { pipeline, languages } = config;
      const data = nluDataOf(train, nlu);
      const input = { language, pipeline, languages, domain, nlu: data };
      const model = await withTrainingThreads((jobs) => trainNlu(input, { seed, pretrained, jobs }));
      return Promise.all(held.map(async (example) => ({ example, understanding: await model.parse(example.text) })));
    },
  });
  return report.intent ? suggestMerges(report.intent).map(({ level, message }) => ({ level, message })) : [];
}
