import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Pretrained, type SentenceEncoder, WordVectors } from '#nlu-engine';

const vectors = new Map<string, Promise<WordVectors | undefined>>();
let encoder: Promise<SentenceEncoder> | undefined;

/**
 * What comes with the product: word vectors and a sentence encoder for English. Each is read when it is first asked for,
 * and then stays for all models of the process.
 */
export const pretrained: Pretrained = {
  wordVectors(language) {
    let known = vectors.get(language);
    if (!known) vectors.set(language, (known = readWordVectors(language)));
    return known;
  },
  sentenceEncoder(language) {
    if (language !== 'en') return Promise.resolve(undefined);
    // Loaded by need: it brings a WebAssembly runtime and 28 MB of weights.
    encoder ??= import('./sentence-encoder.js').then(({ loadSentenceEncoder }) => loadSentenceEncoder());
    return encoder;
  },
};

async function readWordVectors(language: string): Promise<WordVectors | undefined> {
  const file = join(dataFolder(), `word-vectors-${language}.bin`);
  // A language is a name in an assistant's configuration; it must not lead anywhere else.
  if (!/^[a-z-]+$/i.test(language) || !existsSync(file)) return undefined;
  return WordVectors.fromBytes(await readFile(file));
}

/** The data lie beside the sources and are not copied to `dist`. */
function dataFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'libs/nlu-pretrained/data');
}
