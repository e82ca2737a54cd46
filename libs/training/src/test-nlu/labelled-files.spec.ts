import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readLabelledFiles } from './labelled-files.js';

describe('Labelled files', () => {
  let folder: string;
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
    return path;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labelled-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are read from one YAML file, with all its training data, even when it is named test_', async () => {
    const path = await write(
      'test_data.yml',
      'nlu:\n- intent: go\n  examples: |\n    - to [York](site)\n- regex: site\n  examples: |\n    - Y.*\n',
    );
    const { examples, regexes } = await readLabelledFiles(path);
    expect(examples).toMatchObject([
      { text: 'to York', intent: 'go', entities: [{ entity: 'site', start: 3, end: 7 }] },
    ]);
    expect(examples[0]!.place).toMatchObject({ line: 4 });
    expect(regexes).toMatchObject([{ name: 'site', pattern: 'Y.*' }]);
  });

  it('are read from all files in a folder, in both formats', async () => {
    await write('b/more.jsonl', '{"text": "what?", "intent": null}\n');
    await write('a.yml', 'nlu:\n- intent: go\n  examples: |\n    - home\n');
    await write('notes.txt', 'not data');
    await write('stories.yml', 'stories:\n- story: one\n  steps: []\n');
    const { examples } = await readLabelledFiles(folder);
    expect(examples.map(({ text, intent }) => [text, intent])).toEqual([
      ['home', 'go'],
      ['what?', null],
    ]);
  });

  it('are refused with file and line when a line is invalid', async () => {
    const path = await write('bad.jsonl', '{"text": "home", "intent": "go"}\n{"text": 3}\n');
    await expect(readLabelledFiles(path)).rejects.toThrow(/bad\.jsonl:2 "text" must be a text/);
    const yaml = await write('bad.yml', 'nlu:\n- intent: go\n  examples: |\n    - to [York]{"entity": \n');
    await expect(readLabelledFiles(yaml)).rejects.toThrow(
      /bad\.yml:4:\d+ the annotation of \[York\] is not valid JSON/,
    );
  });

  it('are refused when there are none', async () => {
    await expect(readLabelledFiles(join(folder, 'gone.jsonl'))).rejects.toThrow('There is no file or folder');
    await expect(readLabelledFiles(folder)).rejects.toThrow('has no examples of intents');
    await expect(readLabelledFiles(await write('a.csv', 'x'))).rejects.toThrow('must be a .yml, .yaml or .jsonl file');
  });
});
