import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Entity } from '#contracts';
import { keepingLogger } from '../serve-model/keeping-logger.fixture.js';
import { trainOn } from '../serve-model/one-intent.fixture.js';
import { ServedModelService } from '../serve-model/served-model.service.js';
import { TextParser } from './text-parser.service.js';

const NOW = { now: new Date('2026-01-05T09:00:00Z') };
const SERVER = { url: 'http://duckling.example', locale: 'en_GB', timeout: 1 };

describe('The text parser', () => {
  let folder: string;
  let served: ServedModelService;
  let parser: TextParser;
  let errors: unknown[][];
  /** The requests to the Duckling server, and its answers. */
  let questions: unknown[][];
  let found: Entity[] | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'text-parser-'));
    await writeFile(join(folder, 'nlu.model'), await trainOn('first'));
    const keeping = keepingLogger();
    errors = keeping.errors;
    served = await ServedModelService.open(join(folder, 'nlu.model'), {
      logger: keeping.logger,
      threads: { count: 0 },
    });
    questions = [];
    const recognize = async (...question: unknown[]) => {
      questions.push(question);
      return found;
    };
    parser = new TextParser(served, { recognize }, keeping.logger);
  });
  afterEach(async () => {
    await served.onApplicationShutdown();
    await rm(folder, { recursive: true });
  });

  it('treats a text on which the engine fails as not understood, logs its id, and parses the others', async () => {
    const parse = served.model.parse.bind(served.model);
    served.model.parse = (text, ...more) => {
      if (text === 'poison') throw new RangeError('a bug');
      return parse(text, ...more);
    };
    expect(await parser.parse('poison', NOW, 'message-7')).toMatchObject({
      text: 'poison',
      intent: { name: 'nlu_fallback' },
      entities: [],
    });
    expect(errors).toEqual([[{ err: expect.any(RangeError), messageId: 'message-7' }, expect.any(String)]]);
    const results = await parser.parseAll(['my printer', 'poison', 'my screen'], NOW);
    expect(results.map(({ intent }) => intent.name)).toEqual(['first', 'nlu_fallback', 'first']);
  });

  it('asks the Duckling server of the assistant and parses with its results', async () => {
    served.model.ducklingServerFor = (text) => (text.includes('tomorrow') ? SERVER : undefined);
    const parse = served.model.parse.bind(served.model);
    const contexts: unknown[] = [];
    served.model.parse = (text, context) => {
      contexts.push(context);
      return parse(text, context);
    };
    found = [{ entity: 'time', value: '2026-01-06', start: 0, end: 8 }];
    await parser.parseAll(['tomorrow', 'printer'], NOW);
    found = undefined;
    await parser.parse('not tomorrow', NOW);
    expect(questions).toEqual([
      ['tomorrow', SERVER, NOW],
      ['not tomorrow', SERVER, NOW],
    ]);
    expect(contexts).toEqual([{ ...NOW, duckling: [expect.objectContaining({ entity: 'time' })] }, NOW, NOW]);
  });

  it('parses texts of any kind and length in their order, with bounded work', async () => {
    const texts = [
      'printer '.repeat(20_000),
      'a'.repeat(100_000),
      '🙂'.repeat(50_000),
      '\u200b\u200d\u2060'.repeat(30_000),
      'e\u0301\u0302\u0303'.repeat(20_000),
      'מדפסת לא עובדת '.repeat(5_000),
      '\u202eprinter\u202c',
      '\ud800',
      `/first${'{"a":1}'.repeat(10_000)}`,
      `/first{"a":${'['.repeat(50_000)}`,
      '',
    ];
    const results = await parser.parseAll(texts, NOW);
    expect(results.map(({ text }) => text)).toEqual(texts);
    for (const { text_tokens: tokens = [] } of results) expect(tokens.length).toBeLessThanOrEqual(128);
    expect(errors).toEqual([]);
  });
});
