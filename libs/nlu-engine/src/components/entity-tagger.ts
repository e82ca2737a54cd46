import { type AnnotatedEntity } from '#assistant';
import { type Entity } from '#contracts';
import {
  type Component,
  type ComponentType,
  type LabelledMessage,
  type Message,
  type State,
  type Training,
} from '../component.js';
import { beginOf, insideOf, isInside, OUTSIDE, typeOf } from '../learning/lattice.js';
import { SequenceTagger } from '../learning/sequence-tagger.js';
import { taggerFeatures } from '../learning/tagger-features.js';
import { trainTagger } from '../learning/train-tagger.js';
import { type Token } from '../text/tokens.js';

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

/** Adds the entities that a sequence tagger finds. */
export class EntityTagger implements Component {
  constructor(
    private readonly extractor: string,
    private readonly kinds: readonly EntityKind[],
    private readonly tagger: SequenceTagger | null,
  ) {}

  process(message: Message): void {
    const { tokens } = message;
    if (!this.tagger || tokens.length === 0) return;
    const tagging = this.tagger.tag(taggerFeatures(message.text, tokens));
    if (tagging.path.every((label) => label === OUTSIDE)) return;
    const probabilities = tagging.marginals();
    for (let first = 0; first < tokens.length; first++) {
      const label = tagging.path[first]!;
      if (label === OUTSIDE) continue;
      let last = first;
      while (last + 1 < tokens.length && isInside(tagging.path[last + 1]!)) last++;
      message.entities.push(this.#entity(message, probabilities, { type: typeOf(label), first, last }));
      first = last;
    }
  }

  save(): State {
    return { extractor: this.extractor, kinds: [...this.kinds], tagger: this.tagger?.save() ?? null };
  }

  static async train(training: Training, extractor: string): Promise<EntityTagger> {
    const kinds = new Map<string, EntityKind>();
    for (const { annotations } of training.messages)
      for (const annotation of annotations) kinds.set(JSON.stringify(kindOf(annotation)), kindOf(annotation));
    if (kinds.size === 0) return new EntityTagger(extractor, [], null);
    const keys = [...kinds.keys()].sort();
    const sentences = training.messages.map((message) => ({
      tokens: taggerFeatures(message.text, message.tokens),
      labels: labelsOf(message, (annotation) => keys.indexOf(JSON.stringify(kindOf(annotation)))),
    }));
    const tagger = await trainTagger(sentences, 1 + 2 * keys.length, {
      seed: training.seed,
      report: (done, total) => training.progress.report(`${extractor}: entities`, done, total),
    });
    return new EntityTagger(
      extractor,
      keys.map((key) => kinds.get(key)!),
      tagger,
    );
  }

  static load(state: State | undefined): EntityTagger {
    const { extractor, kinds, tagger } = state as { extractor: string; kinds: EntityKind[]; tagger: State };
    return new EntityTagger(extractor, kinds, tagger === null ? null : SequenceTagger.load(tagger));
  }

  #entity(
    { text, tokens }: { text: string; tokens: Token[] },
    probabilities: Float64Array,
    { type, first, last }: { type: number; first: number; last: number },
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
    const end = tokens[last]!.end;
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

/** A token belongs to the first annotation that it touches. */
function labelsOf({ tokens, annotations }: LabelledMessage, typeOfKind: (one: AnnotatedEntity) => number): Int32Array {
  const owners = tokens.map((token) => annotations.find(({ start, end }) => token.start < end && token.end > start));
  return Int32Array.from(owners, (owner, at) => {
    if (!owner) return OUTSIDE;
    return owner === owners[at - 1] ? insideOf(typeOfKind(owner)) : beginOf(typeOfKind(owner));
  });
}

/** `EntityTagger`, or Rasa's `CRFEntityExtractor`: entities with role and group by a sequence tagger. */
export const entityTagger: ComponentType = {
  names: ['EntityTagger', 'CRFEntityExtractor'],
  role: 'other',
  needs: ['tokenizer'],
  train: (training, options) => EntityTagger.train(training, options.component),
  load: (state) => EntityTagger.load(state),
};
