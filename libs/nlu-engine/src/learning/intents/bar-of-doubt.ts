import { type HeldOut } from './intent-model.js';

/** The share of all texts that may be answered worse because the second model is not asked. */
const TOLERATED_LOSS = 0.0025;

/**
 * The confidence of a first model from which on a better second one need not be asked: the lowest with which, over texts
 * that neither has seen, the two together are right as often as the second one alone, but for a quarter of a per cent.
 *
 * @param first what the first model decided about each text; `second` likewise, of the same texts.
 * @returns more than 1, so that the second one is always asked, where the first one is never good enough.
 */
export function barOfDoubt(first: readonly HeldOut[], second: readonly HeldOut[]): number {
  const texts = first
    .map(({ confidence, isRight }, at) => ({ confidence, loss: Number(second[at]!.isRight) - Number(isRight) }))
    .sort((a, b) => b.confidence - a.confidence);
  const tolerated = TOLERATED_LOSS * texts.length;
  let bar = 2;
  let loss = 0;
  texts.forEach((text, at) => {
    loss += text.loss;
    const isLastOfItsConfidence = texts[at + 1]?.confidence !== text.confidence;
    if (isLastOfItsConfidence && loss <= tolerated) bar = text.confidence;
  });
  return bar;
}
