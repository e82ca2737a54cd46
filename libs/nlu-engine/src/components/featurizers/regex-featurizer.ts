import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { NamedPatterns } from './named-patterns.js';

/**
 * `RegexFeaturizer`: which regexes and lookups of the training data match, as features of the text and of the tokens.
 *
 * Options: `case_sensitive` (true), `use_regexes` (true), `use_lookup_tables` (true).
 */
class RegexFeaturizer implements Component {
  private readonly index: Map<string, number>;

  constructor(private readonly patterns: NamedPatterns) {
    this.index = new Map(patterns.names.map((name, index) => [name, index]));
  }

  process(message: Message): void {
    const found = new Set<number>();
    for (const { name, start, end } of this.patterns.findAll(message)) {
      found.add(this.index.get(name)!);
      for (const token of message.tokens)
        if (token.start < end && token.end > start)
          token.features.push(token.start <= start ? `pattern:B:${name}` : `pattern:I:${name}`);
    }
    if (this.index.size === 0) return;
    message.features.push({
      indices: Int32Array.from(found).sort(),
      values: new Float32Array(found.size).fill(1 / Math.sqrt(found.size || 1)),
      dimension: this.index.size,
    });
  }

  save(): State {
    return this.patterns.save();
  }
}

export const regexFeaturizer: ComponentType = {
  names: ['RegexFeaturizer'],
  role: 'featurizer',
  needs: ['tokenizer'],
  train: (training, options) => new RegexFeaturizer(NamedPatterns.read(training, options, { isCaseSensitive: true })),
  load: (state) => new RegexFeaturizer(NamedPatterns.load(state)),
};
