import { readFile } from 'node:fs/promises';
import { readConfig } from './readers/config-reader.js';
import { type Config, type NluData } from './model/assistant.js';
import { AssistantError, Findings } from './model/findings.js';
import { NluReader } from './readers/nlu-reader.js';
import { readYaml } from './yaml/read-yaml.js';
import { expandVariables } from './yaml/variables.js';
import { type YamlMap } from './yaml/yaml-node.js';

/**
 * Reads the `nlu:` parts of YAML files and ignores the rest.
 * @throws AssistantError for a file that cannot be read, with all errors
 */
export async function readNluFiles(files: readonly string[]): Promise<NluData> {
  const findings = new Findings();
  const reader = new NluReader(findings);
  for (const file of files) {
    const map = await readMap(file, findings);
    const [list, language] = [map?.entries.get('nlu'), map?.entries.get('language')];
    if (list) reader.read(list, language?.kind === 'scalar' ? String(language.value) : undefined);
  }
  findings.throwIfRefused();
  return reader.data;
}

/**
 * Reads a single `config.yml`; `${NAME}` is expanded.
 * @throws AssistantError when it cannot be read
 */
export async function readConfigFile(file: string): Promise<Config & { language: string }> {
  const findings = new Findings();
  const map = await readMap(file, findings);
  const entries = [...(map?.entries ?? [])].map(
    ([key, node]) => [key, expandVariables(node, process.env, findings)] as const,
  );
  const config = readConfig(map && { ...map, entries: new Map(entries) }, findings);
  findings.throwIfRefused();
  return config;
}

async function readMap(file: string, findings: Findings): Promise<YamlMap | undefined> {
  const source = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new AssistantError([{ level: 'error', message: `${file} cannot be read: ${error.code ?? error.message}` }]);
  });
  const node = readYaml(source, file, findings);
  findings.throwIfRefused();
  if (node && node.kind !== 'map') findings.error('must have keys at its top, such as "nlu:"', node.place);
  return node?.kind === 'map' ? node : undefined;
}
