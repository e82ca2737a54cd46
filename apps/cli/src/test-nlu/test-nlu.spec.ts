import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { testNlu, type TestNluOptions } from './test-nlu.js';

const PIPELINE =
  '- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n- name: LinearIntentClassifier\n- name: LexicalSyntacticFeaturizer\n- name: EntityTagger\n';
const config = (pipeline = PIPELINE) =>
  `recipe: default.v1\nassistant_id: small\nlanguage: en\npipeline:\n${pipeline}policies: []\n`;

const TOPICS = { printer: ['printer', 'toner', 'paper'], password: ['password', 'login', 'account'] };
const SENTENCES = ['my X fails', 'the X again', 'X please', 'trouble with the X', 'help, X', 'it is the X'];
const lines = Object.entries(TOPICS).flatMap(([intent, words]) =>
  words.flatMap((word) => SENTENCES.map((sentence) => JSON.stringify({ text: sentence.replace('X', word), intent }))),
);

describe('helpdesk test nlu', () => {
  let folder: string;
  let printed: string[];
  let said: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'test-nlu-'));
    await writeFile(join(folder, 'all.jsonl'), lines.join('\n'));
    await writeFile(join(folder, 'config.yml'), config());
    printed = [];
    said = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
    await rm(folder, { recursive: true });
  });

  const test = (options: Partial<TestNluOptions>): Promise<void> =>
    testNlu({
      assistant: folder,
      crossValidation: false,
      config: [],
      folds: 3,
      runs: 1,
      seed: 1,
      failOnPredictionErrors: false,
      ...options,
    });
  const json = async (name: string) =>
    JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, unknown>;

  it('trains on one file, tests on another and writes figures and reports', async () => {
    const test1 = [
      '{"text": "the toner fails", "intent": "printer", "entities": [{"entity": "device", "start": 4, "end": 9}]}',
      '{"text": "my login", "intent": "printer"}',
      '{"text": "zzz qqq", "intent": null}',
    ];
    await writeFile(join(folder, 'test.jsonl'), test1.join('\n'));
    await test({
      train: join(folder, 'all.jsonl'),
      nlu: join(folder, 'test.jsonl'),
      out: join(folder, 'results'),
      json: join(folder, 'figures.json'),
    });
    const figures = await json('figures.json');
    expect(figures).toMatchObject({ 'intent.accuracy': 0.5, intent: { accuracy: 0.5, examples: 2 } });
    expect(figures['trainSeconds']).toBeGreaterThan(0);
    expect(figures['modelBytes']).toBeGreaterThan(0);
    expect((await readdir(join(folder, 'results'))).sort()).toEqual([
      'entity_errors.json',
      'entity_report.json',
      'intent_errors.json',
      'intent_report.json',
      'nlu_report.html',
    ]);
    expect(await json('results/intent_errors.json')).toMatchObject([
      { text: 'my login', intent: 'printer', intent_prediction: { name: 'password' } },
    ]);
    expect(printed.join('\n')).toMatch(/intents, accuracy +50\.0 %/);
    expect(process.exitCode).toBeUndefined();
  });

  it('cross-validates and compares two configurations with reproducible results', async () => {
    const other = join(folder, 'other.yml');
    await writeFile(other, config('- name: WhitespaceTokenizer\n- name: KeywordIntentClassifier\n'));
    const run = async (name: string) => {
      await test({
        crossValidation: true,
        nlu: join(folder, 'all.jsonl'),
        config: [join(folder, 'config.yml'), other],
        json: join(folder, name),
      });
      return json(name);
    };
    const [first, second] = [await run('one.json'), await run('two.json')];
    expect(first['intent.examples']).toBe(lines.length);
    expect(first['comparison']).toMatchObject({ name: 'other.yml', examples: lines.length });
    expect(second['comparison']).toEqual(first['comparison']);
    expect(second['intent']).toEqual(first['intent']);
    expect(said.filter((line) => line.startsWith('  fold '))).toHaveLength(12);
    expect(printed.join('\n')).toContain('other.yml against config.yml');
  });

  it('names the intents with too few examples for the folds, and the intents without training examples', async () => {
    const small = join(folder, 'small.jsonl');
    await writeFile(small, [...lines, '{"text": "bye", "intent": "goodbye"}'].join('\n'));
    await test({ crossValidation: true, nlu: small });
    expect(said.join('\n')).toContain('goodbye: fewer than 3 examples');
    await test({ train: join(folder, 'all.jsonl'), nlu: small });
    expect(said.join('\n')).toContain('goodbye: no training example');
  });

  it('exits with 1 on errors only with --fail-on-prediction-errors', async () => {
    const wrong = join(folder, 'wrong.jsonl');
    await writeFile(wrong, '{"text": "my login", "intent": "printer"}');
    const both = { train: join(folder, 'all.jsonl'), nlu: wrong };
    await test(both);
    expect(process.exitCode).toBeUndefined();
    await test({ ...both, failOnPredictionErrors: true });
    expect(process.exitCode).toBe(1);
  });

  it('refuses contradictory options and missing files', async () => {
    const all = join(folder, 'all.jsonl');
    await expect(test({ crossValidation: true, nlu: all, train: all })).rejects.toThrow('leave --train out');
    await expect(test({ train: all, nlu: join(folder, 'gone') })).rejects.toThrow('There is no file or folder');
    await expect(test({ train: all, nlu: all, config: [join(folder, 'gone.yml')] })).rejects.toThrow(/gone\.yml/);
    await expect(test({ crossValidation: true, nlu: all, folds: 100 })).rejects.toThrow('take fewer folds');
  });
});
