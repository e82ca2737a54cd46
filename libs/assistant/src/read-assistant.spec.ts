import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AssistantError } from './model/findings.js';
import { readAssistant } from './read-assistant.js';
import { errorsWith, readWith, warningsWith, withFolder } from './written-assistant.fixture.js';

describe('readAssistant', () => {
  it('finds data by its keys in files of any name, and skips hidden and generated ones', async () => {
    const response = (name: string) => `responses:\n  utter_${name}:\n  - text: a\n`;
    const { assistant } = await readWith({
      'deep/down/here.yaml': response('a'),
      'other.txt': response('b'),
      '.hidden/x.yml': response('c'),
      'models/x.yml': response('d'),
    });
    expect(Object.keys(assistant.domain.responses)).toEqual(['utter_greet', 'utter_a']);
  });

  it('warns of files without data of an assistant', async () => {
    expect(await warningsWith({ 'data/other.yml': 'a: b\n', 'data/empty.yml': '' })).toEqual([
      'data/empty.yml:1 is empty',
      expect.stringContaining('data/other.yml:1 has none of the keys nlu, stories, rules'),
    ]);
  });

  it('reports a missing folder, a missing domain or an empty file in one sentence', async () => {
    await withFolder({ 'file.yml': 'a' }, async (folder) => {
      const missing = join(folder, 'missing');
      await expect(readAssistant(missing)).rejects.toThrow(
        new AssistantError([{ level: 'error', message: `There is no folder ${missing}.` }]),
      );
      await expect(readAssistant(join(folder, 'file.yml'))).rejects.toThrow(/is a file; an assistant is a folder/);
    });
    await withFolder({ 'data/nlu.yml': 'nlu: []' }, async (folder) => {
      await expect(readAssistant(folder)).rejects.toThrow(/^There is no domain\.yml[^\n]*$/);
    });
    expect(await errorsWith({ 'domain.yml': '' })).toEqual(['domain.yml:1:1 is empty']);
    expect(await errorsWith({ 'config.yml': '# later\n' })).toEqual(['config.yml:1:1 is empty']);
  });

  it('reports all errors at once, one per line, and keeps the warnings', async () => {
    const files = { 'domain.yml': 'intents: [greet, greet]\nforms: [f]\nthings: 1\n' };
    const error = await readWith(files).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AssistantError);
    const { message, findings } = error as AssistantError;
    expect(message.split('\n')).toEqual([
      'domain.yml:1:18 greet is listed twice in intents',
      'domain.yml:2:8 forms must be a mapping of names to values',
    ]);
    expect(findings.filter(({ level }) => level === 'warning')).toHaveLength(1);
  });

  it.each([
    ['data/nlu.yml', 'nlu:\n- intent: greet\n  intent: bye\n', 'data/nlu.yml:3:3 is not valid YAML'],
    ['config.yml', 'language: [en\n', 'config.yml:2:1 is not valid YAML'],
    ['endpoints.yml', 'a: "\n', 'endpoints.yml:2:1 is not valid YAML'],
    ['credentials.yml', 'rest:\nrest:\n', 'credentials.yml:2:1 is not valid YAML'],
    ['data/list.yml', '- a\n', 'data/list.yml:1:1 must have keys at its top'],
  ])('refuses a broken %s', async (file, content, error) => {
    expect(await errorsWith({ [file]: content })).toContainEqual(expect.stringContaining(error));
  });

  it('either reads a damaged domain or refuses it with a place', async () => {
    const domain = `intents: [greet, a: {use_entities: [x]}]
entities: [x]
slots:
  s: {type: text, mappings: [{type: from_text, conditions: [{active_loop: f, requested_slot: s}]}]}
forms:
  f: {required_slots: [s]}
responses:
  utter_ask_s:
  - text: s?
    buttons: [{title: a, payload: /a}]
    condition: [{type: slot, name: s, value: 1}]
session_config: {session_expiration_time: 5}
rules:
- rule: r
  condition: [{active_loop: f}]
  steps: [{or: [{intent: greet}, {slot_was_set: [s]}]}, {action: f}, {checkpoint: c}]
nlu:
- {intent: greet, examples: "- [a](x)"}
`;
    const tokens = domain.split(/([\w?"]+|[^\w\s])/);
    const damage = fc.constantFrom('', 'null', '3', '[]', '{}', '[1, {a: b}]', '{a: [b]}', '*x', '|', '{', '"', '\n');
    await fc.assert(
      fc.asyncProperty(fc.nat(tokens.length - 1), damage, async (at, replacement) => {
        const damaged = tokens.with(at, replacement).join('');
        for (const line of await errorsWith({ 'domain.yml': damaged })) expect(line).toMatch(/^[\w./]+:\d+:\d+ /);
      }),
    );
  });

  it('refuses files that are not UTF-8', async () => {
    expect(await errorsWith({ 'data/latin.yml': new Uint8Array([0x61, 0xe9]) })).toEqual([
      'data/latin.yml:1:1 is not UTF-8 text; save it as UTF-8',
    ]);
  });

  it('leaves out files of a newer version, and reads files of older and unclear versions', async () => {
    const file = (version: string) => `version: ${version}\nresponses:\n  utter_x:\n  - text: a\n`;
    const withVersion = async (version: string) => {
      const { assistant, findings } = await readWith({ 'data/x.yml': file(version) });
      return [!!assistant.domain.responses['utter_x'], findings.map(({ message }) => message).join()];
    };
    expect(await withVersion('"3.1"')).toEqual([true, '']);
    expect(await withVersion('"3.2"')).toEqual([false, 'version 3.2 is newer than 3.1; the file is left out']);
    expect(await withVersion('"2.0"')).toEqual([true, 'version 2.0 is old; it is read as 3.1']);
    expect(await withVersion('3.0')).toEqual([true, 'version must be a text such as "3.1", with quotes']);
    expect(await withVersion('"three"')).toEqual([true, 'version must be a text such as "3.1", with quotes']);
  });

  it('expands environment variables in values without quotes', async () => {
    const { assistant } = await readWith(
      {
        'config.yml': 'recipe: default.v1\nlanguage: ${LANGUAGE_CODE}\nassistant_id: a-${NAME}\n',
        'endpoints.yml': 'handoff_hosts:\n  b: {title: "${NAME}", url: "http://x"}\n  c: {title: C}\n',
        'domain.yml': 'intents: [greet]\nresponses:\n  utter_a:\n  - text: Hi from ${NAME}\n  - text: "${NAME}"\n',
      },
      { LANGUAGE_CODE: 'de', NAME: 'desk' },
    );
    expect(assistant.language).toBe('de');
    expect(assistant.config.assistantId).toBe('a-desk');
    expect(assistant.handoffHosts).toEqual({ b: { title: '${NAME}', url: 'http://x' }, c: { title: 'C' } });
    expect(assistant.domain.responses['utter_a']).toEqual([{ text: 'Hi from desk' }, { text: '${NAME}' }]);
  });

  it('also expands them in stories and examples', async () => {
    const { assistant } = await readWith(
      {
        'domain.yml': 'intents: [greet]\nslots: {s: {type: text, mappings: []}}\n',
        'data/s.yml': 'stories:\n- story: at ${NAME}\n  steps: [{intent: greet}, {slot_was_set: [{s: "${NAME}"}]}]\n',
      },
      { NAME: 'desk' },
    );
    expect(assistant.stories).toMatchObject([{ name: 'at desk', steps: [{}, { value: '${NAME}' }] }]);
  });

  it('names an environment variable that is not set', async () => {
    expect(await errorsWith({ 'config.yml': 'language: ${NOWHERE}\n' })).toEqual([
      'config.yml:1:11 the environment variable NOWHERE is not set',
    ]);
  });
});

describe('config.yml', () => {
  it('returns components with their options in order', async () => {
    const { assistant } = await readWith({
      'config.yml':
        'recipe: default.v1\nlanguage: en\nassistant_id: x\npipeline:\n- name: A\n  epochs: 3\n- name: A\npolicies: []\n',
    });
    expect(assistant.config.pipeline).toMatchObject([
      { name: 'A', options: { epochs: 3 }, place: { file: 'config.yml', line: 5 } },
      { name: 'A', options: {} },
    ]);
    expect(assistant.config.policies).toEqual([]);
  });

  it('leaves a missing pipeline to the engine and sets the default policies', async () => {
    const { assistant } = await readWith({});
    expect(assistant.config).not.toHaveProperty('pipeline');
    expect(assistant.config.policies.map(({ name }) => name)).toEqual(['MemoizationPolicy', 'RulePolicy']);
  });

  it('returns additional languages, each with or without its own pipeline', async () => {
    const { assistant } = await readWith({
      'config.yml':
        'recipe: default.v1\nlanguage: en\nassistant_id: x\nlanguages:\n  de:\n    pipeline: [{name: A}]\n  fr:\n',
    });
    expect(assistant.language).toBe('en');
    expect(assistant.config.languages).toMatchObject({ de: { pipeline: [{ name: 'A', options: {} }] }, fr: {} });
    expect(assistant.config.languages?.['fr']).not.toHaveProperty('pipeline');
  });

  it('may be missing, with a warning', async () => {
    await withFolder({ 'domain.yml': 'intents: [greet]' }, async (folder) => {
      const { assistant, findings } = await readAssistant(folder);
      expect(assistant.language).toBe('en');
      expect(findings.map(({ message }) => message)).toEqual([
        'There is no config.yml; the default pipeline and policies are used.',
      ]);
    });
  });

  it.each([
    ['recipe: graph.v1', 'the recipe graph.v1 is not supported'],
    ['language: en', 'config.yml does not say "assistant_id"'],
    ['train_schema: {}', '"train_schema" is not supported'],
    ['languages: {de: {policies: []}}', '"policies" is not supported in a language'],
    ['importers: [{name: MultiProjectImporter}]', 'importers other than RasaFileImporter are not supported'],
  ])('warns of %j', async (config, warning) => {
    expect(await warningsWith({ 'config.yml': config })).toContainEqual(expect.stringContaining(warning));
  });

  it.each([
    ['pipeline: supervised', '1:11 pipeline must be a list'],
    ['languages: [de]', '1:12 languages must be a mapping'],
    ['pipeline: [A]', '1:12 an item of pipeline must be a mapping'],
    ['policies: [{epochs: 3}]', '1:12 an item of policies has no name'],
  ])('refuses %j', async (config, error) => {
    expect(await errorsWith({ 'config.yml': config })).toContainEqual(expect.stringContaining(`config.yml:${error}`));
  });
});

describe('endpoints.yml', () => {
  it.each([
    ['handoff_hosts: {a: {url: "http://x"}}', '1:20 handoff host a has no title'],
    ['handoff_hosts: {a: {title: A, url: "ftp://x"}}', '1:31 the url of handoff host a must start with http'],
    ['handoff_hosts: {a: {title: A, url: "http://"}}', '1:31 the url of handoff host a must start with http'],
    ['handoff_hosts: [a]', '1:16 handoff_hosts must be a mapping'],
  ])('refuses %j', async (endpoints, error) => {
    expect(await errorsWith({ 'endpoints.yml': endpoints })).toContainEqual(
      expect.stringContaining(`endpoints.yml:${error}`),
    );
  });

  it('warns of endpoints that are settings of the services', async () => {
    expect(await warningsWith({ 'endpoints.yml': 'tracker_store: {type: SQL, db: "${UNSET}"}\n' })).toEqual([
      'endpoints.yml:1 "tracker_store" is not read from endpoints.yml; it is a setting of the services',
    ]);
  });
});
