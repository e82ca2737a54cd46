import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readAssistant } from '#assistant';
import { convertData } from './convert-data.js';
import { withAssistant } from '#testing';

describe('helpdesk data convert', () => {
  beforeEach(() => void jest.spyOn(console, 'log').mockImplementation(() => undefined));
  afterEach(() => void jest.restoreAllMocks());

  it('writes an assistant with the same content and unchanged settings', async () => {
    await withAssistant({ 'endpoints.yml': 'nlg:\n  url: ${NLG}\n' }, async (assistant) =>
      withAssistant({}, async (other) => {
        const out = join(other, 'as', 'json');
        await convertData({ assistant, to: 'json', out });
        expect((await readdir(out)).sort()).toEqual(['config.yml', 'data', 'domain.json', 'endpoints.yml']);
        expect(await readFile(join(out, 'endpoints.yml'), 'utf8')).toBe('nlg:\n  url: ${NLG}\n');
        const [original, converted] = await Promise.all([readAssistant(assistant), readAssistant(out)]);
        expect(converted.assistant.domain).toEqual(original.assistant.domain);
        expect(converted.assistant.nlu.examples.map(({ text }) => text)).toEqual(
          original.assistant.nlu.examples.map(({ text }) => text),
        );
      }),
    );
  });

  it('refuses a folder that is not empty, and a folder inside the assistant’s', async () => {
    await withAssistant({}, (assistant) =>
      withAssistant({}, async (out) => {
        await expect(convertData({ assistant, to: 'yaml', out })).rejects.toThrow(/is not empty. Choose a new folder/);
        for (const inside of ['', 'out', 'deep/out'])
          await expect(convertData({ assistant, to: 'yaml', out: join(assistant, inside) })).rejects.toThrow(
            '--out must be a folder outside the assistant’s folder.',
          );
      }),
    );
  });
});
