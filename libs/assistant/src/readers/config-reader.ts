import type { ComponentConfig, Config } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { emptyRecord, Expectation, isNull, placeOf, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

const DEFAULT_POLICIES: readonly ComponentConfig[] = [
  { name: 'MemoizationPolicy', options: {} },
  { name: 'RulePolicy', options: {} },
];

const CONFIG_KEYS = [
  'version',
  'recipe',
  'assistant_id',
  'language',
  'languages',
  'pipeline',
  'policies',
  'importers',
  // Refers to names of the domain, so it is read after the domain.
  'helpdesk_assistant',
];

/** Reads `config.yml`. Missing policies get the defaults here; a missing pipeline gets its default in the engine. */
export function readConfig(file: YamlMap | undefined, findings: Findings): Config & { language: string } {
  const expect = new Expectation(findings);
  const get = (key: string) => file?.entries.get(key);
  for (const key of file?.entries.keys() ?? [])
    if (!CONFIG_KEYS.includes(key)) findings.warning(`"${key}" is not supported`, placeOf(file!, key));
  const recipe = expect.text(get('recipe'), 'recipe');
  if (recipe !== undefined && recipe !== 'default.v1')
    findings.warning(`the recipe ${recipe} is not supported; default.v1 is used`, placeOf(file!, 'recipe'));
  if (file) for (const key of ['recipe', 'language', 'assistant_id']) warnIfMissing(file, key, findings);
  for (const item of expect.items(get('importers'), 'importers')) {
    const name = item.kind === 'map' ? item.entries.get('name') : item;
    if (name?.kind !== 'scalar' || name.value !== 'RasaFileImporter')
      findings.warning('importers other than RasaFileImporter are not supported', item.place);
  }
  const assistantId = expect.text(get('assistant_id'), 'assistant_id');
  return {
    language: expect.text(get('language'), 'language') ?? 'en',
    ...readPipeline(file, findings),
    languages: readLanguages(get('languages'), findings),
    policies:
      readComponents(get('policies'), 'policies', findings) ?? DEFAULT_POLICIES.map((component) => ({ ...component })),
    ...(assistantId !== undefined && { assistantId }),
  };
}

function warnIfMissing(file: YamlMap, key: string, findings: Findings): void {
  if (isNull(file.entries.get(key))) findings.warning(`config.yml does not say "${key}"`, file.place);
}

/** `languages` maps each additional language to its own `pipeline`, or to nothing. */
function readLanguages(
  node: YamlNode | undefined,
  findings: Findings,
): Record<string, { pipeline?: ComponentConfig[] }> {
  const expect = new Expectation(findings);
  const languages = emptyRecord<{ pipeline?: ComponentConfig[] }>();
  for (const [language, value] of expect.map(node, 'languages')?.entries ?? []) {
    const map = expect.map(value, `language ${language}`);
    for (const key of map?.entries.keys() ?? [])
      if (key !== 'pipeline') findings.warning(`"${key}" is not supported in a language`, placeOf(map!, key));
    languages[language] = readPipeline(map, findings);
  }
  return languages;
}

function readPipeline(map: YamlMap | undefined, findings: Findings): { pipeline?: ComponentConfig[] } {
  const pipeline = readComponents(map?.entries.get('pipeline'), 'pipeline', findings);
  return pipeline ? { pipeline } : {};
}

function readComponents(node: YamlNode | undefined, key: string, findings: Findings): ComponentConfig[] | undefined {
  if (isNull(node)) return undefined;
  const expect = new Expectation(findings);
  return expect.items(node, key).flatMap((item) => {
    const map = expect.map(item, `an item of ${key}`);
    if (!map) return [];
    const name = expect.text(map.entries.get('name'), `the name of an item of ${key}`);
    if (!name) {
      findings.error(`an item of ${key} has no name`, map.place);
      return [];
    }
    const { name: _, ...options } = valueOf(map) as Record<string, unknown>;
    return [{ name, options, place: map.place }];
  });
}
