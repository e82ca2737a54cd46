import { type Understanding } from '#contracts';
import { type ParseContext } from '../component/component.js';
import { type LanguageDetector } from './language-detector.js';
import { runPipeline, type TrainedPipeline } from '../pipeline/trained-pipeline.js';

/** By how much another language must be surer than the default one to answer. */
const CLEARLY_SURER = 0.1;
/** What no language makes much of stays with the default one. */
const MIN_SURENESS = 0.5;

/**
 * Understands a text in the language that it is written in. Where that cannot be detected ("ok", names, numbers), every
 * pipeline reads it and the surest answers; where none is sure and clearly surer than the first, the first does.
 *
 * @param pipelines that of the default language first.
 */
export async function parseInItsLanguage(
  pipelines: readonly [TrainedPipeline, ...TrainedPipeline[]],
  detect: LanguageDetector,
  text: string,
  context: ParseContext,
): Promise<Understanding & { language: string }> {
  const answer = async (pipeline: TrainedPipeline) => ({
    ...(await runPipeline(pipeline, text, context)),
    language: pipeline.language,
  });
  const detected = detect(text);
  const spoken = pipelines.find(({ language }) => language === detected);
  if (spoken) return answer(spoken);
  const [first, ...others] = pipelines;
  let best = await answer(first);
  let bar = Math.max(sureness(best) + CLEARLY_SURER, MIN_SURENESS);
  for (const pipeline of others) {
    const other = await answer(pipeline);
    if (sureness(other) <= bar) continue;
    best = other;
    bar = sureness(other);
  }
  return best;
}

/** Confidence of the best intent that the examples taught: `nlu_fallback` stands for none of them. */
const sureness = ({ intent_ranking: ranking }: Understanding): number =>
  ranking.find(({ name }) => name !== 'nlu_fallback')?.confidence ?? 0;
