import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { DOMAIN_KEYS } from './domain-reader.js';
import type { Findings } from './findings.js';
import { readYaml } from './read-yaml.js';
import { placeOf, type YamlMap } from './yaml-node.js';

const DATA_KEYS = ['nlu', 'stories', 'rules', ...DOMAIN_KEYS];
/** Keys that say something without making a file a data file: version, language of the examples, options of Rasa 2. */
const OTHER_KEYS = ['version', 'language', 'config'];
const SETTINGS_FILES = ['config.yml', 'endpoints.yml', 'credentials.yml'];
/** Folders that hold what is made from an assistant, never its data. */
const SKIPPED_FOLDERS = ['models', 'results', 'node_modules'];
/** The newest version of the format that is understood. */
const FORMAT_VERSION = 3.1;

/** The files of one assistant. What is wrong with them goes to the findings. */
export class AssistantFolder {
  private constructor(
    /** Absolute. */
    readonly path: string,
    private readonly yamlFiles: readonly string[],
    private readonly findings: Findings,
  ) {}

  /** @throws AssistantError when there is no such folder */
  static async open(directory: string, findings: Findings): Promise<AssistantFolder> {
    const path = resolve(directory);
    const found = await stat(path).catch(() => undefined);
    if (!found) findings.error(`There is no folder ${path}.`);
    else if (!found.isDirectory()) findings.error(`${path} is a file; an assistant is a folder with a domain.yml.`);
    findings.throwIfRefused();
    return new AssistantFolder(path, await findYamlFiles(path), findings);
  }

  /** Files with training data or parts of the domain; `domain.yml` first, then by path. */
  async dataFiles(): Promise<YamlMap[]> {
    const names = this.yamlFiles.filter((name) => !isTestFile(name) && !SETTINGS_FILES.includes(name));
    const isDomain = (name: string) => Number(name === 'domain.yml');
    names.sort((a, b) => isDomain(b) - isDomain(a) || (a < b ? -1 : 1));
    const files = await this.readAll(names);
    return files.filter((file) => this.hasKeyOf(file, DATA_KEYS) && this.isUnderstood(file));
  }

  /** Files with test stories. */
  async testFiles(): Promise<YamlMap[]> {
    const files = await this.readAll(this.yamlFiles.filter(isTestFile));
    return files.filter((file) => this.hasKeyOf(file, ['stories']) && this.isUnderstood(file));
  }

  /** `config.yml` or `endpoints.yml`; undefined when it is not there or cannot be read. */
  async settings(name: string): Promise<YamlMap | undefined> {
    return this.yamlFiles.includes(name) ? (await this.readAll([name]))[0] : undefined;
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
    const { errorCount } = this.findings;
    const node = readYaml(source, name, this.findings);
    if (!node) {
      if (this.findings.errorCount > errorCount) return undefined;
      const level = name === 'domain.yml' || name === 'config.yml' ? 'error' : 'warning';
      this.findings[level]('is empty', place);
      return undefined;
    }
    if (node.kind === 'map') return node;
    this.findings.error('must have keys at its top, such as "nlu:" or "intents:"', place);
    return undefined;
  }

  private hasKeyOf(file: YamlMap, keys: string[]): boolean {
    const isData = keys.some((key) => file.entries.has(key));
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

async function findYamlFiles(path: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const entryPath = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.includes(entry.name)) await visit(entryPath);
      } else if (/\.ya?ml$/.test(entry.name)) found.push(relative(path, entryPath).split(sep).join('/'));
    }
  };
  await visit(path);
  return found.sort();
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
