import type { Place } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';

/** A YAML value that knows where it was written. Anchors and merge keys are resolved. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  kind: 'map';
  place: Place;
  /** By key; keys that are not strings are written out. */
  entries: ReadonlyMap<string, YamlNode>;
  /** Where each key was written. */
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
  /** Of a number in decimal notation: as it was written. */
  source?: string;
  /** Written without quotes and not as a block: environment variables are expanded in such values only. */
  isPlain: boolean;
  /** Of a literal block (`|`): where its first line of content starts. */
  contentPlace?: Place;
}

/** The value without places, as JSON has it. */
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
 * A record without inherited names. The names of an assistant are looked up with what people send, and
 * `constructor` must be as unknown as any other name that nobody declared.
 */
export const emptyRecord = <Value>(): Record<string, Value> => Object.create(null) as Record<string, Value>;

export const isNull = (node: YamlNode | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null);

/** The place of a key of a map; of the map itself when the key is not there. */
export const placeOf = (map: YamlMap, key: string): Place => map.keyPlaces.get(key) ?? map.place;

/** The lines of a text with the place of each; exact for literal blocks, else all at the value's own place. */
export function linesOf(text: string, { place, contentPlace }: YamlScalar): { text: string; place: Place }[] {
  return text.split('\n').map((line, index) => ({
    text: line,
    place: contentPlace ? { ...contentPlace, line: contentPlace.line + index } : place,
  }));
}

/**
 * Takes nodes for what they should be. Every method returns undefined and records an error when the node is something
 * else; a missing or null node is quietly undefined. `what` names the thing in the message.
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

  /** A string; numbers and booleans are taken as they are written. */
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

  /** Warns of each key of a map that has no meaning there. */
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
