import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { NamedPatterns } from '../featurizers/named-patterns.js';

/**
 * `RegexEntityExtractor`: regexes and lookups named like an entity of the training data become entities. Of several
 * overlapping matches of one entity the longest is kept, then the first.
 *
 * Options: `case_sensitive` (false), `use_regexes` (true), `use_lookup_tables` (true), `use_word_boundaries` (true;
 * lookups are always matched by whole words).
 */
class RegexEntityExtractor implements Component {
  constructor(private readonly patterns: NamedPatterns) {}

  process(message: Message): void {
    const spans = this.patterns
      .findAll(message)
      .sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
    const kept: typeof spans = [];
    for (const span of spans) {
      const overlaps = kept.some(({ name, start, end }) => name === span.name && start < span.end && span.start < end);
      if (!overlaps) kept.push(span);
    }
    for (const { name, start, end } of kept.sort((a, b) => a.start - b.start)) {
      const value = message.text.slice(start, end);
      message.entities.push({ entity: name, start, end, value, extractor: 'RegexEntityExtractor' });
    }
  }

  save(): State {
    return this.patterns.save();
  }
}

export const regexEntityExtractor: ComponentType = {
  names: ['RegexEntityExtractor'],
  role: 'other',
  needs: ['tokenizer'],
  train(training, options) {
    if (!options.boolean('use_word_boundaries', true))
      training.notice(`${options.component}: use_word_boundaries: false has no effect; lookups match whole words.`);
    const annotated = new Set(training.messages.flatMap(({ annotations }) => annotations.map(({ entity }) => entity)));
    const patterns = NamedPatterns.read(training, options, {
      isCaseSensitive: false,
      isWanted: (name) => annotated.has(name),
    });
    if (patterns.names.length === 0)
      training.notice(
        `${options.component}: no regex or lookup has the name of an annotated entity; it finds nothing.`,
      );
    return new RegexEntityExtractor(patterns);
  },
  load: (state) => new RegexEntityExtractor(NamedPatterns.load(state)),
};
