import { type AnnotatedEntity } from '#assistant/model';
import { type Entity } from '#contracts';
import {
  type Component,
  type ComponentType,
  type LabelledMessage,
  type Message,
  type Training,
} from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { KnownPhrases, type TokenSpan } from '../../learning/entities/crf-phrases.js';
import { beginOf, insideOf, isInside, OUTSIDE, typeOf } from '../../learning/entities/lattice.js';
import { SequenceTagger } from '../../learning/entities/sequence-tagger.js';
import { flattened, type TaggedSentence } from '../../learning/entities/tagged-sentences.js';
import { taggerFeatures, unknownWordFeatures } from '../../learning/entities/tagger-features.js';
import { leastOccurrences } from '../../learning/entities/train-tagger.js';
import { type Token } from '../../text/tokens.js';

/** What the tagger tells apart: an entity together with its role and group. */
interface EntityKind {
  [key: string]: string;
  entity: string;
}

const kindOf = ({ entity, role, group }: AnnotatedEntity): EntityKind => ({
  entity,
  ...(role !== undefined && { role }),
  ...(group !== undefined && { group }),
});

interface Trained {
  tagger: SequenceTagger;
  phrases: KnownPhrases;
  /** The words that the training knows. */
  words: ReadonlySet<string>;
}

/** Adds the entities that a sequence tagger finds. */
export class EntityTagger implements Component {
  constructor(
    private readonly extractor: string,
    private readonly kinds: readonly EntityKind[],
    private readonly trained: Trained | null,
  ) {}

  process(message: Message): void {
    const { text, tokens, intent } = message;
    if (!this.trained || tokens.length === 0) return;
    const { tagger, phrases, words } = this.trained;
    const source = { text, tokens, intent: intent.name, isKnown: (word: string) => words.has(word) };
    const features = taggerFeatures(source, phrases.featuresOf(tokens));
    const tagging = tagger.tag(features.map((kinds) => kinds.flat()));
    if (tagging.spans.length === 0) return;
    const probabilities = tagging.marginals();
    for (const span of tagging.spans) message.entities.push(this.entity(message, probabilities, span));
  }

  save(): State {
    const trained = this.trained && {
      tagger: this.trained.tagger.save(),
      phrases: this.trained.phrases.save(),
      words: [...this.trained.words],
    };
    return { extractor: this.extractor, kinds: [...this.kinds], trained };
  }

  static async train(training: Training, extractor: string): Promise<EntityTagger> {
    const kinds = new Map<string, EntityKind>();
    for (const { annotations } of training.messages)
      for (const annotation of annotations) kinds.set(JSON.stringify(kindOf(annotation)), kindOf(annotation));
    if (kinds.size === 0) return new EntityTagger(extractor, [], null);
    const keys = [...kinds.keys()].sort();
    const phrases = new KnownPhrases();
    const words = knownWords(training.messages);
    const sentences = sentencesOf(training, (one) => keys.indexOf(JSON.stringify(kindOf(one))), { phrases, words });
    const job = { sentences: flattened(sentences), labels: 1 + 2 * keys.length, seed: training.seed };
    const weights = await training.jobs.run('tagger', job, (done, total) =>
      training.progress.report(`${extractor}: entities`, done, total),
    );
    return new EntityTagger(
      extractor,
      keys.map((key) => kinds.get(key)!),
      { tagger: new SequenceTagger(weights), phrases, words },
    );
  }

  static load(state: State | undefined): EntityTagger {
    const { extractor, kinds, trained } = state as {
      extractor: string;
      kinds: EntityKind[];
      trained: { tagger: State; phrases: State; words: string[] } | null;
    };
    return new EntityTagger(
      extractor,
      kinds,
      trained && {
        tagger: SequenceTagger.load(trained.tagger),
        phrases: KnownPhrases.load(trained.phrases),
        words: new Set(trained.words),
      },
    );
  }

  private entity(
    { text, tokens }: { text: string; tokens: Token[] },
    probabilities: Float64Array,
    { type, first, last }: TokenSpan,
  ): Entity {
    const kind = this.kinds[type]!;
    const sameEntity = this.kinds.flatMap(({ entity }, other) => (entity === kind.entity ? [other] : []));
    const confidenceIn = (types: number[]): number => {
      let sum = 0;
      for (let token = first; token <= last; token++)
        for (const one of types)
          for (const label of [beginOf(one), insideOf(one)])
            sum += probabilities[token * (1 + 2 * this.kinds.length) + label]!;
      return Math.min(1, sum / (last - first + 1));
    };
    const start = tokens[first]!.start;
    const end = endOf(text, tokens.slice(first, last + 1));
    const confidence = confidenceIn([type]);
    return {
      entity: kind.entity,
      start,
      end,
      value: text.slice(start, end),
      confidence_entity: confidenceIn(sameEntity),
      ...(kind['role'] !== undefined && { role: kind['role'], confidence_role: confidence }),
      ...(kind['group'] !== undefined && { group: kind['group'], confidence_group: confidence }),
      extractor: this.extractor,
    };
  }
}

/** The examples as the tagger learns them, one after the other; `phrases` knows all annotations afterwards. */
function* sentencesOf(
  { messages }: Training,
  typeOfKind: (one: AnnotatedEntity) => number,
  { phrases, words }: Omit<Trained, 'tagger'>,
): Generator<TaggedSentence> {
  const isKnown = (word: string): boolean => words.has(word);
  const labelled = messages.map((message) => {
    const labels = labelsOf(message, typeOfKind);
    return { message, labels, spans: spansOf(labels) };
  });
  for (const { message, spans } of labelled) phrases.add(message.tokens, spans);
  for (const { message, labels, spans } of labelled) {
    const { text, tokens, label } = message;
    const source = { text, tokens, intent: label === '' ? null : label, isKnown };
    phrases.remove(tokens, spans);
    const features = taggerFeatures(source, phrases.featuresOf(tokens));
    phrases.add(tokens, spans);
    yield { tokens: features, unknown: unknownWordFeatures(source), labels };
  }
}

/** The words of the examples, without those that occur too seldom to learn from. */
function knownWords(messages: readonly LabelledMessage[]): Set<string> {
  const counts = new Map<string, number>();
  for (const { tokens } of messages) for (const { word } of tokens) counts.set(word, (counts.get(word) ?? 0) + 1);
  const least = leastOccurrences(messages.length);
  return new Set([...counts].flatMap(([word, count]) => (count >= least ? [word] : [])));
}

/** A token belongs to the first annotation that it touches. */
function labelsOf({ tokens, annotations }: LabelledMessage, typeOfKind: (one: AnnotatedEntity) => number): Int32Array {
  const owners = tokens.map((token) => annotations.find(({ start, end }) => token.start < end && token.end > start));
  return Int32Array.from(owners, (owner, at) => {
    if (!owner) return OUTSIDE;
    return owner === owners[at - 1] ? insideOf(typeOfKind(owner)) : beginOf(typeOfKind(owner));
  });
}

function spansOf(labels: Int32Array): TokenSpan[] {
  const spans: TokenSpan[] = [];
  labels.forEach((label, at) => {
    if (isInside(label)) spans.at(-1)!.last = at;
    else if (label !== OUTSIDE) spans.push({ type: typeOf(label), first: at, last: at });
  });
  return spans;
}

/** The point that ends an abbreviation of several letters (`u. s. d.`) belongs to it. */
function endOf(text: string, tokens: readonly Token[]): number {
  const [before, last] = [tokens.at(-2), tokens.at(-1)!];
  const isAbbreviated = (token: Token): boolean => /^\p{L}$/u.test(token.text) && text[token.end] === '.';
  return before && isAbbreviated(before) && isAbbreviated(last) ? last.end + 1 : last.end;
}

/** `EntityTagger`, or Rasa's `CRFEntityExtractor`: entities with role and group by a sequence tagger. */
export const entityTagger: ComponentType = {
  names: ['EntityTagger', 'CRFEntityExtractor'],
  role: 'other',
  needs: ['tokenizer'],
  train: (training, options) => EntityTagger.train(training, options.component),
  load: (state) => EntityTagger.load(state),
};
