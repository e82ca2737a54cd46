import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { failure, MemoryBackend } from '../backends/memory-backend.fixture.js';
import { FindArticlesHandler } from './find-articles.handler.js';

const article = (title: string, snippet = '') => ({ title, snippet });

let backend: MemoryBackend;
let handler: FindArticlesHandler;
const titles = async (text: string) => (await handler.find({ text })).articles.map(({ title }) => title);

beforeEach(() => {
  backend = new MemoryBackend();
  handler = new FindArticlesHandler(backend, pino({ level: 'silent' }));
  const found = [
    article('Outlook keeps asking for a password', 'Close Outlook and make a new profile the default.'),
    article('Reset your password', 'Choose a new one of twelve characters.'),
    article('A printer does not print', 'See that it has paper.'),
  ];
  backend.findArticles = () => Promise.resolve(found);
});

describe('Articles', () => {
  it('are ordered by relevance to the problem', async () => {
    expect(await titles('Problem resetting password: stuck in a loop')).toEqual([
      'Reset your password',
      'Outlook keeps asking for a password',
    ]);
  });

  it('that share only common words with the problem are left out', async () => {
    expect(await titles('The centrifuge in the new laboratory makes a grinding noise')).toEqual([]);
  });

  it('are none when the search fails', async () => {
    backend.findArticles = () => Promise.reject(failure('unavailable'));
    expect(await titles('my printer')).toEqual([]);
  });
});
