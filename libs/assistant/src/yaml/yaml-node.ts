import type { Place } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';

/** A YAML value with its place. Anchors and merge keys are resolved. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  kind: 'map';
  place: Place;
  /** The values by key; keys that are not strings are serialized. */
  entries: ReadonlyMap<string, YamlNode>;
  /** The place of each key. */
  keyPlaces: ReadonlyMap<string, Place>;
}
export interface YamlList {
  kind: 'list';
  place: Place;
  items: readonly YamlNode[];
}
export interface YamlScalar {
  kind: 'scalar';
  place: Place;
  value: string | number | boolean | null;
  /** For a number in decimal notation: its text. */
  source?: string;
  /** Without quotes and not a block. Environment variables are expanded only in such values. */
  isPlain: boolean;
  /** For a literal block (`|`): the start of its first content line. */
  contentPlace?: Place;
}

/** The value without places, as in JSON. */
export function valueOf(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, valueOf(value)]));
  }
}

/**
 * A record without inherited names. User input is looked up among the names of an assistant, and
 * `constructor` must be as unknown as any other undeclared name.
 */
export const emptyRecord = <Value>(): Record<string, Value> => Object.create(null) as Record<string, Value>;

export const isNull = (node: YamlNode | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null);

/** The place of a key of a map; of the map itself when the key is missing. */
export const placeOf = (map: YamlMap, key: string): Place => map.keyPlaces.get(key) ?? map.place;

/** The lines of a text with their places: exact for literal blocks, otherwise all at the value's own place. */
export function linesOf(text: string, { place, contentPlace }: YamlScalar): { text: string; place: Place }[] {
  return text.split('\n').map((line, index) => ({
    text: line,
    place: contentPlace ? { ...contentPlace, line: contentPlace.line + index } : place,
  }));
}

/**
 * Checks that nodes have the expected kind. Every method returns undefined and records an error for another kind; a
 * missing or null node is undefined without an error. `what` is the name in the message.
 */
export class Expectation {
  constructor(private readonly findings: Findings) {}

  map(node: YamlNode | undefined, what: string): YamlMap | undefined {
    return this.kind(node, 'map', `${what} must be a mapping of names to values`);
  }

  /** The items of a list; none when it is missing. */
  items(node: YamlNode | undefined, what: string): readonly YamlNode[] {
    return this.kind(node, 'list', `${what} must be a list`)?.items ?? [];
  }

  /** A string; numbers and booleans are returned as written. */
  text(node: YamlNode | undefined, what: string): string | undefined {
    const scalar = this.kind(node, 'scalar', `${what} must be a text`);
    return scalar && (scalar.source ?? String(scalar.value));
  }

  number(node: YamlNode | undefined, what: string): number | undefined {
    return this.value(node, 'number', `${what} must be a number`);
  }

  boolean(node: YamlNode | undefined, what: string): boolean | undefined {
    return this.value(node, 'boolean', `${what} must be true or false`);
  }

  /** Warns of each unknown key of a map. */
  onlyKeys(map: YamlMap, keys: readonly string[], what: string): void {
    for (const key of map.entries.keys())
      if (!keys.includes(key)) this.findings.warning(`"${key}" of ${what} is not supported`, placeOf(map, key));
  }

  /** One text or a list of texts. */
  texts(node: YamlNode | undefined, what: string): string[] {
    if (node?.kind === 'scalar') return [this.text(node, what)].filter((text) => text !== undefined);
    return this.items(node, what)
      .map((item) => this.text(item, `each item of ${what}`))
      .filter((text) => text !== undefined);
  }

  private kind<Kind extends YamlNode['kind']>(node: YamlNode | undefined, kind: Kind, complaint: string) {
    if (node === undefined || isNull(node)) return undefined;
    if (node.kind === kind) return node as Extract<YamlNode, { kind: Kind }>;
    this.findings.error(complaint, node.place);
    return undefined;
  }

  private value<Type extends 'number' | 'boolean'>(node: YamlNode | undefined, type: Type, complaint: string) {
    if (node === undefined || isNull(node)) return undefined;
    if (node.kind === 'scalar' && typeof node.value === type)
      return node.value as Type extends 'number' ? number : boolean;
    this.findings.error(complaint, node.place);
    return undefined;
  }
}
