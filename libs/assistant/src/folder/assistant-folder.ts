import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { DOMAIN_KEYS } from '../readers/domain-reader.js';
import type { Findings } from '../model/findings.js';
import { isForeignData } from './foreign-data.js';
import { modernNlu } from '../readers/legacy-nlu.js';
import { readYaml } from '../yaml/read-yaml.js';
import { placeOf, type YamlMap } from '../yaml/yaml-node.js';

const DATA_KEYS = ['nlu', 'stories', 'rules', ...DOMAIN_KEYS];
/** Keys that do not make a file a data file: version, language of the examples, options of Rasa 2. */
const OTHER_KEYS = ['version', 'language', 'config'];
const SETTINGS_FILES = ['config.yml', 'endpoints.yml', 'credentials.yml'];
/** A JSON file is read only if it contains one of these keys, because other programs store JSON in the same folders. */
const JSON_DATA = new RegExp(`"(?:rasa_nlu_data|${DATA_KEYS.join('|')})"\\s*:`);
/** Folders with generated files, never with data. */
const SKIPPED_FOLDERS = ['models', 'results', 'node_modules'];
/** Test conversations for a running assistant. They are not part of the assistant; the test command reads them. */
const CONVERSATIONS = /\.conversations\.ya?ml$/;
/** The newest supported version of the format. */
const FORMAT_VERSION = 3.1;

/** The files of one assistant. Errors in them go to the findings. */
export class AssistantFolder {
  private constructor(
    /** Absolute. */
    readonly path: string,
    /** YAML, JSON and Markdown. */
    private readonly textFiles: readonly string[],
    private readonly findings: Findings,
  ) {}

  /** @throws AssistantError when the folder does not exist */
  static async open(directory: string, findings: Findings): Promise<AssistantFolder> {
    const path = resolve(directory);
    const found = await stat(path).catch(() => undefined);
    if (!found) findings.error(`There is no folder ${path}.`);
    else if (!found.isDirectory()) findings.error(`${path} is a file; an assistant is a folder with a domain.yml.`);
    findings.throwIfRefused();
    return new AssistantFolder(path, await findTextFiles(path), findings);
  }

  /** Files with training data or parts of the domain; the top-level domain first, then by path. */
  async dataFiles(): Promise<YamlMap[]> {
    const names = this.textFiles.filter((name) => !isTestFile(name) && !SETTINGS_FILES.includes(name));
    const isDomain = (name: string) => Number(/^domain\.(?:ya?ml|json)$/.test(name));
    names.sort((a, b) => isDomain(b) - isDomain(a));
    const files = await this.readAll(names);
    return files.filter((file) => this.hasKeyOf(file, DATA_KEYS) && this.isUnderstood(file));
  }

  /** Files with test stories. */
  async testFiles(): Promise<YamlMap[]> {
    const files = await this.readAll(this.textFiles.filter(isTestFile));
    const tests = files.filter((file) => this.hasKeyOf(file, ['stories']) && this.isUnderstood(file));
    for (const file of tests)
      for (const key of file.entries.keys())
        if (DATA_KEYS.includes(key) && key !== 'stories')
          this.findings.warning(
            `"${key}" is ignored here: files named test_… have test stories only`,
            placeOf(file, key),
          );
    return tests;
  }

  /** `config.yml` or `endpoints.yml`; undefined when it is missing or cannot be read. */
  async settings(name: string): Promise<YamlMap | undefined> {
    return this.textFiles.includes(name) ? (await this.readAll([name]))[0] : undefined;
  }

  private async readAll(names: string[]): Promise<YamlMap[]> {
    const files: YamlMap[] = [];
    for (const name of names) {
      const file = await this.readMap(name);
      if (file) files.push(file);
    }
    return files;
  }

  private async readMap(name: string): Promise<YamlMap | undefined> {
    const place = { file: name, line: 1, column: 1 };
    const source = decodeUtf8(await readFile(join(this.path, name)));
    if (source === undefined) {
      this.findings.error('is not UTF-8 text; save it as UTF-8', place);
      return undefined;
    }
    const isJson = name.endsWith('.json');
    if (isForeignData(name, source, this.findings)) return undefined;
    if (name.endsWith('.md') || (isJson && !JSON_DATA.test(source))) return undefined;
    const { errorCount } = this.findings;
    const node = readYaml(source, name, this.findings);
    if (!node) {
      if (this.findings.errorCount > errorCount) return undefined;
      const level = name === 'domain.yml' || name === 'config.yml' ? 'error' : 'warning';
      this.findings[level]('is empty', place);
      return undefined;
    }
    if (node.kind === 'map') return this.withModernNlu(node);
    if (!isJson) this.findings.error('must have keys at its top, such as "nlu:" or "intents:"', place);
    return undefined;
  }

  /** Converts a file in Rasa's JSON format into one with an `nlu` list. */
  private withModernNlu(file: YamlMap): YamlMap {
    const data = file.entries.get('rasa_nlu_data');
    if (!data) return file;
    const entries = new Map([...file.entries].filter(([key]) => key !== 'rasa_nlu_data'));
    return { ...file, entries: entries.set('nlu', modernNlu(data, this.findings)) };
  }

  private hasKeyOf(file: YamlMap, keys: string[]): boolean {
    const isData = keys.some((key) => file.entries.has(key));
    if (!isData && file.place.file.endsWith('.json')) return false;
    if (!isData) this.findings.warning(`has none of the keys ${keys.join(', ')}; it is ignored`, file.place);
    else
      for (const key of file.entries.keys())
        if (![...DATA_KEYS, ...OTHER_KEYS].includes(key))
          this.findings.warning(`"${key}" is not a known key; it is ignored`, placeOf(file, key));
    return isData;
  }

  private isUnderstood(file: YamlMap): boolean {
    const node = file.entries.get('version');
    if (!node) return true;
    const version = node.kind === 'scalar' && node.value !== null ? String(node.value) : '';
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || !/^\d+(\.\d+)*$/.test(version))
      this.findings.warning(`version must be a text such as "${FORMAT_VERSION}", with quotes`, node.place);
    const number = parseFloat(version);
    if (number > FORMAT_VERSION) {
      this.findings.warning(`version ${version} is newer than ${FORMAT_VERSION}; the file is left out`, node.place);
      return false;
    }
    if (number < 3) this.findings.warning(`version ${version} is old; it is read as ${FORMAT_VERSION}`, node.place);
    return true;
  }
}

const isTestFile = (name: string): boolean => basename(name).startsWith('test_');

async function findTextFiles(path: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const entryPath = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.includes(entry.name)) await visit(entryPath);
      } else if (/\.(ya?ml|json|md)$/.test(entry.name) && !CONVERSATIONS.test(entry.name))
        found.push(relative(path, entryPath).split(sep).join('/'));
    }
  };
  await visit(path);
  // Sorted without the extension, so that the order is the same in every notation.
  const key = (name: string): string => name.replace(/\.[^.]+$/, '');
  return found.sort((a, b) => compare(key(a), key(b)) || compare(a, b));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
