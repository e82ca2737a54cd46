import type { Assistant, Finding, NluData, Story } from './model/assistant.js';
import { AssistantFolder } from './folder/assistant-folder.js';
import { readConfig } from './readers/config-reader.js';
import { automaticSlot, DOMAIN_KEYS, DomainReader } from './readers/domain-reader.js';
import { Findings } from './model/findings.js';
import { readFormAssistance } from './readers/form-assistance-reader.js';
import { NluReader } from './readers/nlu-reader.js';
import { readHandoffHosts } from './read-endpoints.js';
import { StoryReader } from './readers/story-reader.js';
import { validateAssistant } from './validation/validate.js';
import { validateStories } from './validation/validate-stories.js';
import { expandVariables, type Environment } from './yaml/variables.js';
import { Expectation, placeOf, type YamlMap, type YamlNode } from './yaml/yaml-node.js';

/**
 * Reads and validates the assistant in a folder: a Rasa 3.x project. Training data and domain are recognized by their
 * keys in any `.yml`, `.yaml` or `.json` file under the folder; `test_*` files and hidden files are left out.
 *
 * @param environment values for `${NAME}` in every file
 * @returns the assistant and the warnings
 * @throws AssistantError with all findings, when there is an error
 */
export async function readAssistant(
  directory: string,
  environment: Environment = process.env,
): Promise<{ assistant: Assistant; findings: Finding[] }> {
  const findings = new Findings();
  const folder = await AssistantFolder.open(directory, findings);
  const written = await folder.dataFiles();
  // After a YAML error in one file, everything that refers to its content would also be reported.
  findings.throwIfRefused();
  const files = written.map((file) => expandMap(file, environment, findings));
  const configFile = await folder.settings('config.yml');
  if (!configFile) findings.warning('There is no config.yml; the default pipeline and policies are used.');
  const writtenConfig = configFile && expandMap(configFile, environment, findings);
  const { language, ...config } = readConfig(writtenConfig, findings);
  const endpoints = await folder.settings('endpoints.yml');
  const handoffHosts = readHandoffHosts(
    endpoints && expandMap(endpoints, environment, findings, ['handoff_hosts']),
    findings,
  );
  // The gateway uses its channels, but a YAML error in it should be reported now.
  await folder.settings('credentials.yml');
  const nlu = readNlu(files, [language, ...Object.keys(config.languages ?? {})], findings);
  const domainReader = readDomain(files, findings);
  const domain = domainReader.finish(retrievalIntentsOf(nlu));
  const formAssistance = readFormAssistance(writtenConfig, domain, findings);
  if (formAssistance) {
    config.formAssistance = formAssistance;
    domain.slots['refused_answers'] ??= automaticSlot('any');
  }
  const { stories, rules } = readStories(files, domain, findings);
  findings.throwIfRefused();
  const assistant: Assistant = { directory: folder.path, language, config, domain, nlu, stories, rules, handoffHosts };
  validateAssistant(assistant, domainReader.places, findings);
  findings.throwIfRefused();
  return { assistant, findings: findings.all };
}

/**
 * Reads the test stories of an assistant: those in `test_*.yml` anywhere under its folder.
 * @throws AssistantError when they cannot be read or use names that the assistant does not have
 */
export async function readTestStories(
  assistant: Assistant,
  environment: Environment = process.env,
): Promise<{ stories: Story[]; findings: Finding[] }> {
  const findings = new Findings();
  const folder = await AssistantFolder.open(assistant.directory, findings);
  const files = (await folder.testFiles()).map((file) => expandMap(file, environment, findings));
  const { stories } = readStories(files, assistant.domain, findings);
  validateStories(stories, assistant.domain, findings);
  findings.throwIfRefused();
  return { stories, findings: findings.all };
}

function readNlu(files: YamlMap[], languages: string[], findings: Findings): NluData {
  const reader = new NluReader(findings);
  for (const file of files) {
    const list = file.entries.get('nlu');
    const language = new Expectation(findings).text(file.entries.get('language'), 'language');
    if (language !== undefined && !languages.includes(language))
      findings.warning(
        `the assistant does not speak ${language}, so this file teaches nothing; add it to "languages" in config.yml`,
        placeOf(file, 'language'),
      );
    if (list) reader.read(list, language);
  }
  return reader.data;
}

function readDomain(files: YamlMap[], findings: Findings): DomainReader {
  const reader = new DomainReader(findings);
  const domainFiles = files.filter((file) => DOMAIN_KEYS.some((key) => file.entries.has(key)));
  if (domainFiles.length === 0)
    findings.error('There is no domain.yml, nor another file that declares intents, slots, actions or responses.');
  for (const file of domainFiles) reader.read(file);
  return reader;
}

function readStories(files: YamlMap[], domain: Assistant['domain'], findings: Findings): StoryReader {
  const reader = new StoryReader(findings, domain);
  forEachValue(files, 'stories', (list) => reader.readStories(list));
  forEachValue(files, 'rules', (list) => reader.readRules(list));
  return reader;
}

const retrievalIntentsOf = ({ examples }: NluData): Set<string> =>
  new Set(examples.filter(({ responseKey }) => responseKey !== undefined).map(({ intent }) => intent));

function forEachValue(files: YamlMap[], key: string, read: (node: YamlNode) => void): void {
  for (const file of files) {
    const node = file.entries.get(key);
    if (node) read(node);
  }
}

/** Expands variables under the given keys; under all of them by default. */
function expandMap(map: YamlMap, environment: Environment, findings: Findings, keys?: string[]): YamlMap {
  const entries = [...map.entries].map(([key, node]): [string, YamlNode] => [
    key,
    !keys || keys.includes(key) ? expandVariables(node, environment, findings) : node,
  ]);
  return { ...map, entries: new Map(entries) };
}
