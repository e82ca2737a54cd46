import {
  isAlias,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Node,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Place } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import type { YamlMap, YamlNode, YamlScalar } from './yaml-node.js';

/**
 * Reads one YAML 1.2 text; duplicate keys are errors. Returns undefined for an empty text, and for an invalid one, whose
 * errors are recorded with line and column.
 *
 * In a text of only ASCII characters, `\uXXXX` escapes are decoded first, as in Rasa.
 * @param file the file name in places. A `.json` file has no values without quotes; there, a value with a literal `${`
 * counts as unquoted, and `\u0024{` writes a literal one
 */
export function readYaml(source: string, file: string, findings: Findings): YamlNode | undefined {
  const isJson = file.endsWith('.json');
  const withoutMark = source.replace(/^\uFEFF/, '');
  const text = isJson ? withoutMark : decodeEscapes(withoutMark);
  const lineCounter = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const document = parseDocument(text, { version: '1.2', lineCounter, prettyErrors: false });
  const { errorCount } = findings;
  const complain = (what: string, offset = 0) =>
    findings.error(`is not valid ${isJson ? 'JSON' : 'YAML'}: ${what}`, placeAt(offset));
  for (const { message, pos, code } of document.errors) {
    // For a key without a value that is a duplicate, the parser puts the next key at the end of the previous line.
    const offset = code === 'DUPLICATE_KEY' ? pos[0] + text.slice(pos[0]).search(/\S/) : pos[0];
    complain(message, offset);
  }
  for (const { message, pos } of document.warnings) findings.warning(message, placeAt(pos[0]));
  const anchored = new Map<string, Node>();
  const meant = new Map<Alias, Node | undefined>();
  // Visiting all nodes is slow, and most texts have no anchors.
  if (/[&*]/.test(text))
    visit(document, {
      Alias: (_, alias) => {
        const node = anchored.get(alias.source);
        meant.set(alias, node);
        if (!node) complain(`no anchor &${alias.source} stands before this`, alias.range?.[0]);
      },
      Value: (_, node) => {
        if (node.anchor !== undefined) anchored.set(node.anchor, node);
      },
    });
  if (findings.errorCount > errorCount || document.contents === null) return undefined;
  try {
    // Counts the nodes that aliases expand to, and throws before a few lines of YAML exhaust the memory.
    if (meant.size > 0) document.toJS({ maxAliasCount: 1_000 });
    const node = new Converter(meant, text, isJson, placeAt).convert(document.contents);
    return node.kind === 'scalar' && node.value === null ? undefined : node;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    complain(error.message);
    return undefined;
  }
}

/** Numbers whose notation is kept, because JSON and YAML write them alike. */
const DECIMAL = /^(?:0|-?[1-9]\d*|(?:0|[1-9]\d{0,14})\.\d{1,6})$/;

const decodeEscapes = (text: string): string =>
  Buffer.byteLength(text) === text.length
    ? text.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : text;

class Converter {
  private readonly open = new Set<unknown>();

  constructor(
    private readonly meant: ReadonlyMap<Alias, Node | undefined>,
    private readonly text: string,
    private readonly isJson: boolean,
    private readonly placeAt: (offset: number) => Place,
  ) {}

  convert(node: ParsedNode | null): YamlNode {
    if (node === null) return { kind: 'scalar', place: this.placeAt(0), value: null, isPlain: true };
    if (isAlias(node)) return this.convert((this.meant.get(node) ?? null) as ParsedNode | null);
    const place = this.placeAt(node.range[0]);
    if (isScalar(node)) return this.convertScalar(node, place);
    if (this.open.has(node)) throw new ReferenceError('an alias stands inside of what it repeats');
    this.open.add(node);
    const converted: YamlNode = isSeq(node)
      ? { kind: 'list', place, items: node.items.map((item) => this.convert(item as ParsedNode | null)) }
      : this.convertMap(node, place);
    this.open.delete(node);
    return converted;
  }

  private convertMap(map: YAMLMap<ParsedNode, ParsedNode | null>, place: Place): YamlMap {
    const entries = new Map<string, YamlNode>();
    const keyPlaces = new Map<string, Place>();
    const merged: YamlNode[] = [];
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const keyPlace = this.placeAt(key.range[0]);
      const node: YamlNode =
        value === null ? { kind: 'scalar', place: keyPlace, value: null, isPlain: true } : this.convert(value);
      if (name === '<<') merged.push(...(node.kind === 'list' ? node.items : [node]));
      else {
        entries.set(name, node);
        keyPlaces.set(name, keyPlace);
      }
    }
    for (const source of merged) {
      if (source.kind !== 'map') throw new ReferenceError('only mappings can be merged with <<');
      for (const [name, node] of source.entries) {
        if (entries.has(name)) continue;
        entries.set(name, node);
        keyPlaces.set(name, source.keyPlaces.get(name) ?? source.place);
      }
    }
    return { kind: 'map', place, entries, keyPlaces };
  }

  private convertScalar(node: Scalar & { range: [number, number, number] }, place: Place): YamlScalar {
    const value = node.value as YamlScalar['value'] | bigint;
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    const scalar: YamlScalar = {
      kind: 'scalar',
      place,
      // In JSON, -0 can only be written like 0.
      value: isNumber ? Number(value) || (Number.isNaN(value) ? NaN : 0) : value,
      ...(isNumber && node.source !== undefined && DECIMAL.test(node.source) && { source: node.source }),
      isPlain: this.isJson ? this.text.slice(node.range[0], node.range[1]).includes('${') : node.type === 'PLAIN',
    };
    return node.type === 'BLOCK_LITERAL' ? { ...scalar, contentPlace: this.contentPlace(node.range[0]) } : scalar;
  }

  /** The content of a literal block starts on the line after its `|`. */
  private contentPlace(offset: number): Place {
    const start = this.text.indexOf('\n', offset) + 1;
    const indentation =
      /^[ \r\n]*/
        .exec(this.text.slice(start, start + 1_000))?.[0]
        .split('\n')
        .at(-1)?.length ?? 0;
    return { ...this.placeAt(start), column: indentation + 1 };
  }
}
