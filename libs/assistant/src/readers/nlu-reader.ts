import { AnnotationError, readAnnotated, type AnnotatedText } from './annotation.js';
import type { NluData, Place, TrainingExample } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import {
  Expectation,
  isNull,
  linesOf,
  valueOf,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from '../yaml/yaml-node.js';

const ITEM_KINDS = ['intent', 'synonym', 'regex', 'lookup'] as const;

/** Collects the `nlu:` lists of all files. */
export class NluReader {
  readonly data: NluData = { examples: [], synonyms: [], regexes: [], lookups: [] };
  private readonly expect: Expectation;
  private readonly seen = new Set<string>();
  /** The language of the current file, if given. */
  private language: { language?: string } = {};

  constructor(private readonly findings: Findings) {
    this.expect = new Expectation(findings);
  }

  /** @param language the language of the file, if given */
  read(list: YamlNode, language?: string): void {
    this.language = language === undefined ? {} : { language };
    for (const node of this.expect.items(list, 'nlu')) {
      const item = this.expect.map(node, 'an item of nlu');
      if (item) this.readItem(item);
    }
  }

  private readItem(item: YamlMap): void {
    const kinds = ITEM_KINDS.filter((kind) => item.entries.has(kind));
    const [kind] = kinds;
    if (!kind || kinds.length > 1) {
      const keys = [...item.entries.keys()].join(', ');
      return this.findings.warning(
        `an item of nlu has one of ${ITEM_KINDS.join(', ')}; this one has ${keys} and is ignored`,
        item.place,
      );
    }
    const name = this.expect.text(item.entries.get(kind), kind);
    if (!name) return this.findings.error(`this ${kind} has no name`, item.place);
    this.expect.onlyKeys(item, [kind, 'examples', 'metadata'], `${kind} ${name}`);
    const examples = item.entries.get('examples');
    if (isNull(examples)) return this.findings.warning(`${kind} ${name} has no examples`, item.place);
    if (kind === 'intent') return this.readIntent(name, item, examples!);
    const lines = this.linesOfBlock(examples!, `the examples of ${kind} ${name}`);
    if (kind === 'synonym') {
      for (const { text, place } of lines)
        this.data.synonyms.push({ value: name, surface: text, ...this.language, place });
    } else if (kind === 'regex') {
      for (const { text, place } of lines) this.data.regexes.push({ name, pattern: text, ...this.language, place });
    } else if (lines.length > 0) {
      this.data.lookups.push({ name, elements: lines.map((line) => line.text), ...this.language, place: item.place });
    }
  }

  private readIntent(name: string, item: YamlMap, examples: YamlNode): void {
    const itemMetadata = metadataOf(item);
    if (examples.kind !== 'list') {
      for (const line of this.linesOfBlock(examples, `the examples of intent ${name}`))
        this.addExample(name, line, itemMetadata);
      return;
    }
    for (const node of examples.items) {
      const example = this.expect.map(node, `an example of intent ${name}`);
      const text = example?.entries.get('text');
      if (!example) continue;
      if (!text) {
        this.findings.error(`an example of intent ${name} has no text`, example.place);
        continue;
      }
      this.expect.onlyKeys(example, ['text', 'metadata'], `an example of intent ${name}`);
      const metadata = { ...itemMetadata, ...metadataOf(example) };
      for (const line of this.linesOfText(text, `the text of an example of intent ${name}`))
        this.addExample(name, line, metadata);
    }
  }

  private addExample(name: string, line: { text: string; place: Place }, metadata: { metadata?: unknown }): void {
    const annotated = this.readAnnotated(line);
    if (!annotated) return;
    const { text, entities } = annotated;
    const [intent, ...responseKey] = name.split('/') as [string, ...string[]];
    const example: TrainingExample = {
      text,
      intent,
      ...(responseKey.length > 0 && { responseKey: responseKey.join('/') }),
      entities,
      ...this.language,
      ...metadata,
      place: line.place,
    };
    const identity = JSON.stringify([name, text, entities, this.language]);
    if (this.seen.has(identity)) return;
    this.seen.add(identity);
    this.data.examples.push(example);
    for (const { start, end, value } of entities) {
      const surface = text.slice(start, end);
      if (surface !== value) this.data.synonyms.push({ value, surface, ...this.language, place: line.place });
    }
  }

  private readAnnotated({ text, place }: { text: string; place: Place }): AnnotatedText | undefined {
    try {
      return readAnnotated(text);
    } catch (error) {
      if (!(error instanceof AnnotationError)) throw error;
      this.findings.error(error.message, place);
      return undefined;
    }
  }

  /** The lines of such a block, or one example without `-`. */
  private linesOfText(node: YamlNode, what: string): { text: string; place: Place }[] {
    const text = node.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : undefined;
    if (text === undefined || text.startsWith('-') || /[\r\n]/.test(text)) return this.linesOfBlock(node, what);
    return text ? [{ text, place: (node as YamlScalar).contentPlace ?? node.place }] : [];
  }

  /** The lines of a block whose lines start with `-`. */
  private linesOfBlock(node: YamlNode, what: string): { text: string; place: Place }[] {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      this.findings.error(`${what} must be a block of lines that start with "-"; write "|" before them`, node.place);
      return [];
    }
    return linesOf(node.value, node).flatMap(({ text, place }) => {
      if (!text.startsWith('-')) {
        if (text.trim()) this.findings.warning(`a line of ${what} does not start with "-" and is ignored`, place);
        return [];
      }
      const content = text.slice(1).trim();
      return content ? [{ text: content, place }] : [];
    });
  }
}

const metadataOf = (map: YamlMap): { metadata?: unknown } => {
  const node = map.entries.get('metadata');
  return node && !isNull(node) ? { metadata: valueOf(node) } : {};
};
