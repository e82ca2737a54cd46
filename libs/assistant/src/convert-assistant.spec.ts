import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Assistant, Story } from './model/assistant.js';
import { convertAssistant } from './convert-assistant.js';
import { AssistantError } from './model/findings.js';
import { readAssistant, readTestStories } from './read-assistant.js';
import { withFolder } from './written-assistant.fixture.js';
import { writtenAssistants } from './arbitrary-assistant.fixture.js';

const ENVIRONMENT = { HOST: 'desk', EMPTY: '' };
const CONFIG = 'recipe: default.v1\nlanguage: en\nassistant_id: a\n';

interface Meaning {
  assistant: Omit<Assistant, 'directory'>;
  tests: Story[];
  findings: string[];
}

/** The content of an assistant, in any notation. */
async function meaningOf(folder: string): Promise<Meaning> {
  const { assistant, findings } = await readAssistant(folder, ENVIRONMENT);
  const tests = await readTestStories(assistant, ENVIRONMENT);
  const { directory: _, ...rest } = assistant;
  const messages = [...findings, ...tests.findings].map(({ message }) => message.replace(/\S+\.(yml|json):\d+/, ''));
  return withoutPlaces({ assistant: rest, tests: tests.stories, findings: messages });
}

const withoutPlaces = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (key === 'place' && typeof part === 'object' ? undefined : part)),
  ) as Value;

/** Converts the assistant in one folder into another folder, with the same settings. */
async function convert(from: string, to: string, notation: 'json' | 'yaml'): Promise<string[]> {
  const { files } = await convertAssistant(from, notation);
  const settings = { path: 'config.yml', content: await readFile(join(from, 'config.yml'), 'utf8') };
  for (const { path, content } of [...files, settings]) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), content);
  }
  return files.map(({ path }) => path);
}

describe('convertAssistant', () => {
  it('loses nothing of any assistant in a round trip through JSON', async () => {
    await fc.assert(
      fc.asyncProperty(writtenAssistants, async (files) => {
        await withFolder({ ...files, 'config.yml': CONFIG }, async (folder) => {
          const meaning = await meaningOf(folder);
          const [json, yaml] = [join(folder, '.json'), join(folder, '.yaml')];
          await convert(folder, json, 'json');
          expect(await meaningOf(json)).toEqual(meaning);
          await convert(json, yaml, 'yaml');
          expect(await meaningOf(yaml)).toEqual(meaning);
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each(['helpdesk', 'office-services'])('loses nothing of %s', async (name) => {
    const source = `${import.meta.dirname}/../../../assistants/${name}`;
    await withFolder({}, async (folder) => {
      const written = await convert(source, folder, 'json');
      expect(written).toContain('data/rules.json');
      const { assistant: original, tests } = await meaningOf(source);
      const { assistant, tests: convertedTests } = await meaningOf(folder);
      for (const part of ['domain', 'nlu', 'stories', 'rules'] as const)
        expect(assistant[part]).toEqual(original[part]);
      expect(convertedTests).toEqual(tests);
    });
  });

  it('writes JSON that JSON.parse accepts, and keeps the notation of numbers', async () => {
    const nlu =
      'nlu: []\nresponses:\n  utter_a:\n  - text: 1.50\n  - custom: {n: 1.0, big: 12345678901234567890, neg: -3}\n';
    await withFolder({ 'data/a.yml': nlu }, async (folder) => {
      const { files } = await convertAssistant(folder, 'json');
      expect(files[0]!.content).toContain('"big": 12345678901234567890');
      expect(files[0]!.content).toContain('"n": 1.0');
      expect(JSON.parse(files[0]!.content)).toMatchObject({ responses: { utter_a: [{ text: 1.5 }, {}] } });
    });
  });

  it('keeps variables, and texts that only look like variables', async () => {
    const domain =
      'intents: []\nresponses:\n  utter_a:\n  - text: at ${HOST}\n  - text: "${HOST}"\n  - text: |\n      ${HOST}\n';
    await withFolder({ 'domain.yml': domain, 'config.yml': CONFIG }, async (folder) => {
      for (const [from, to] of [
        ['.', '.json'],
        ['.json', '.yaml'],
      ] as const) {
        await convert(join(folder, from), join(folder, to), to === '.json' ? 'json' : 'yaml');
        const { assistant } = await readAssistant(join(folder, to), ENVIRONMENT);
        const texts = assistant.domain.responses['utter_a']?.map(({ text }) => text);
        expect(texts).toEqual(['at desk', '${HOST}', '${HOST}\n']);
      }
    });
  });

  it('turns Rasa’s NLU JSON into YAML with annotations', async () => {
    const entities = [{ start: 0, end: 4, entity: 'service', value: 'wifi' }];
    const data = { rasa_nlu_data: { common_examples: [{ text: 'wlan is down', intent: 'report', entities }] } };
    await withFolder({ 'data/nlu.json': JSON.stringify(data), 'config.yml': CONFIG }, async (folder) => {
      await convert(folder, folder, 'yaml');
      const yaml = await readFile(join(folder, 'data/nlu.yml'), 'utf8');
      expect(yaml).toContain('- intent: report');
      expect(yaml).toContain('[wlan]{"entity":"service","value":"wifi"} is down');
    });
  });

  it('refuses two files that would become one, and numbers that JSON cannot express', async () => {
    await withFolder({ 'data/a.yml': 'nlu: []\n', 'data/a.yaml': 'stories: []\n' }, async (folder) => {
      await expect(convertAssistant(folder, 'json')).rejects.toThrow(/would both become data\/a\.json/);
    });
    const slot = 'slots:\n  s: {type: float, max_value: .inf, mappings: []}\n';
    await withFolder({ 'domain.yml': slot }, async (folder) => {
      await expect(convertAssistant(folder, 'json')).rejects.toThrow(AssistantError);
      const { files } = await convertAssistant(folder, 'yaml');
      expect(files.map(({ content }) => content)).toEqual([expect.stringMatching(/max_value: \.inf/)]);
    });
  });
});
