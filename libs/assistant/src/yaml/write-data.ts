import { Document, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import type { YamlMap, YamlNode, YamlScalar } from './yaml-node.js';

/** Writes a data file as JSON that `readYaml` reads identically; null for an infinite number, which JSON does not have. */
export function writeJson(file: YamlMap): string | null {
  const written = jsonOf(file, '\n');
  return written === null ? null : `${written}\n`;
}

function jsonOf(node: YamlNode, newLine: string): string | null {
  if (node.kind === 'scalar') return jsonOfScalar(node);
  const inner = `${newLine}  `;
  const parts =
    node.kind === 'list'
      ? node.items.map((item) => jsonOf(item, inner))
      : [...node.entries].map(([key, value]) => {
          const written = jsonOf(value, inner);
          return written === null ? null : `${JSON.stringify(key)}: ${written}`;
        });
  if (parts.includes(null)) return null;
  const [open, close] = node.kind === 'list' ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open}${inner}${parts.join(`,${inner}`)}${newLine}${close}`;
}

function jsonOfScalar({ value, source, isPlain }: YamlScalar): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? (source ?? JSON.stringify(value)) : null;
  const written = JSON.stringify(value);
  // A quoted text is not a variable; see `readYaml`.
  return isPlain ? written : written.replaceAll('${', '\\u0024{');
}

/** Writes a data file as YAML that `readYaml` and Rasa read identically. */
export function writeYaml(file: YamlMap): string {
  const document = new Document(yamlOf(file));
  // The dash is not ASCII: in an ASCII-only file, readers would decode \u escapes before they parse the YAML.
  document.commentBefore = ' Converted – comments of the original are not carried over.';
  return document.toString({ lineWidth: 0, blockQuote: 'literal' });
}

function yamlOf(node: YamlNode): Node {
  if (node.kind === 'scalar') return yamlOfScalar(node);
  if (node.kind === 'list') {
    const list = new YAMLSeq();
    list.items = node.items.map(yamlOf);
    list.flow = node.items.length === 0;
    return list;
  }
  const map = new YAMLMap();
  for (const [key, value] of node.entries) map.set(new Scalar(key), yamlOf(value));
  map.flow = node.entries.size === 0;
  return map;
}

function yamlOfScalar({ value, source, isPlain }: YamlScalar): Scalar {
  if (typeof value === 'number' && source !== undefined) {
    const scalar = new Scalar<number | bigint>(
      Number.isSafeInteger(value) || source.includes('.') ? value : BigInt(source),
    );
    const digits = source.split('.')[1]?.length;
    if (digits !== undefined) scalar.minFractionDigits = digits;
    return scalar;
  }
  const scalar = new Scalar(value);
  if (typeof value !== 'string') return scalar;
  if (value.includes('${')) scalar.type = isPlain ? 'PLAIN' : 'QUOTE_DOUBLE';
  // Line breaks other than \n do not survive in a block.
  else if (/[\r\u0085\u2028\u2029]|\s$/.test(value.replace(/\n$/, ''))) scalar.type = 'QUOTE_DOUBLE';
  return scalar;
}
