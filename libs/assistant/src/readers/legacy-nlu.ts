import { writeAnnotated } from './annotation.js';
import type { AnnotatedEntity } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { Expectation, isNull, type YamlList, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/yaml-node.js';

/**
 * Converts the JSON format of Rasa's NLU data (`rasa_nlu_data` with `common_examples`, `entity_synonyms`,
 * `regex_features` and `lookup_tables`) to the list under `nlu:` in YAML. The places are kept.
 */
export function modernNlu(data: YamlNode, findings: Findings): YamlList {
  const expect = new Expectation(findings);
  const map = expect.map(data, 'rasa_nlu_data');
  const itemsOf = (key: string, convert: (item: YamlMap) => YamlNode | undefined): YamlNode[] =>
    expect.items(map?.entries.get(key), key).flatMap((node) => {
      const item = expect.map(node, `an item of ${key}`);
      return (item && convert(item)) ?? [];
    });
  if (map)
    expect.onlyKeys(map, ['common_examples', 'entity_synonyms', 'regex_features', 'lookup_tables'], 'rasa_nlu_data');
  const items = [
    ...itemsOf('common_examples', (item) => exampleOf(item, expect, findings)),
    ...itemsOf('entity_synonyms', (item) => namedOf(item, 'synonym', 'value', item.entries.get('synonyms'), findings)),
    ...itemsOf('regex_features', (item) => namedOf(item, 'regex', 'name', item.entries.get('pattern'), findings)),
    ...itemsOf('lookup_tables', (item) => namedOf(item, 'lookup', 'name', item.entries.get('elements'), findings)),
  ];
  return { kind: 'list', place: data.place, items };
}

function exampleOf(item: YamlMap, expect: Expectation, findings: Findings): YamlNode | undefined {
  const text = expect.text(item.entries.get('text'), 'the text of an example');
  const intent = item.entries.get('intent');
  if (text === undefined || isNull(intent)) {
    findings.warning('an example without a text or an intent is ignored', item.place);
    return undefined;
  }
  const entities = expect
    .items(item.entries.get('entities'), 'the entities of an example')
    .flatMap((node) => entityOf(expect.map(node, 'an entity of an example'), text, expect));
  const annotated = writeAnnotated(text, entities);
  if (annotated === undefined) {
    findings.error(
      `the entities of "${text}" overlap, lie outside of it, or it has brackets or line breaks`,
      item.place,
    );
    return undefined;
  }
  const example = mapOf(item, { text: scalarOf(item, `- ${annotated}`), metadata: item.entries.get('metadata') });
  return mapOf(item, { intent, examples: { kind: 'list', place: item.place, items: [example] } });
}

function entityOf(map: YamlMap | undefined, text: string, expect: Expectation): AnnotatedEntity[] {
  const textAt = (key: string) => expect.text(map?.entries.get(key), `${key} of an entity`);
  const points = [...text];
  // Python counts characters; JavaScript counts UTF-16 code units.
  const [start, end] = ['start', 'end'].map((key) => {
    const offset = expect.number(map?.entries.get(key), `${key} of an entity`) ?? points.length + 1;
    return offset > points.length ? text.length + 1 : points.slice(0, offset).join('').length;
  });
  const [entity, role, group] = [textAt('entity'), textAt('role'), textAt('group')];
  if (entity === undefined || start === undefined || end === undefined) return [];
  const value = textAt('value') ?? text.slice(start, end);
  return [{ entity, start, end, value, ...(role !== undefined && { role }), ...(group !== undefined && { group }) }];
}

/** A synonym, regular expression or lookup table: a name with a text or a list of texts. */
function namedOf(
  item: YamlMap,
  kind: string,
  nameKey: string,
  written: YamlNode | undefined,
  findings: Findings,
): YamlNode | undefined {
  const isFile = kind === 'lookup' && written?.kind === 'scalar';
  if (isFile) {
    findings.warning('a look-up table in a file of its own is not read; write its elements here', item.place);
    return undefined;
  }
  const values = (written?.kind === 'list' ? written.items : [written]).filter((node) => node?.kind === 'scalar');
  const lines = values.map(({ value }) => `- ${String(value)}`);
  return mapOf(item, { [kind]: item.entries.get(nameKey), examples: scalarOf(item, lines.join('\n')) });
}

function mapOf({ place }: YamlMap, values: Record<string, YamlNode | undefined>): YamlMap {
  const entries = Object.entries(values).filter((entry): entry is [string, YamlNode] => entry[1] !== undefined);
  return {
    kind: 'map',
    place,
    entries: new Map(entries),
    keyPlaces: new Map(entries.map(([key]) => [key, place])),
  };
}

const scalarOf = ({ place }: YamlMap, value: string): YamlScalar => ({ kind: 'scalar', place, value, isPlain: false });
