import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type EncoderFiles, encoders } from './encoder-files.js';
import { ThreadedEncoder } from './threaded-encoder.js';
import { type Pretrained, type SentenceEncoder, WordClasses, WordVectors } from '#nlu-engine';

const vectors = new Map<string, Promise<WordVectors | undefined>>();
const classes = new Map<string, Promise<WordClasses | undefined>>();
const loaded = new Map<string, Promise<SentenceEncoder>>();

/**
 * What comes with the product: word vectors and word classes for English, and sentence encoders. Each is read when it is
 * first asked for, and then stays for all models of the process. Asking for an encoder fails with a sentence that says
 * what to do where its runtime, an optional package, is not installed.
 */
export const pretrained: Pretrained = {
  wordVectors(language) {
    return once(vectors, language, async () => {
      const table = await readTable(`word-vectors-${language}.bin`, language);
      return table && WordVectors.fromBytes(table);
    });
  },
  wordClasses(language) {
    return once(classes, language, async () => {
      const table = await readTable(`word-classes-${language}.tsv`, language);
      return table && new WordClasses(table.toString('utf8'));
    });
  },
  sentenceEncoders: encoders.map(({ name }) => name),
  async sentenceEncoder(wanted) {
    const files =
      encoders.find(({ name }) => name === wanted) ?? encoders.find(({ languages }) => languages.includes(wanted));
    if (!files) return undefined;
    let encoder = loaded.get(files.name);
    if (!encoder) {
      loaded.set(files.name, (encoder = load(files)));
      // It may be there when somebody asks again: a package can be installed meanwhile.
      encoder.catch(() => loaded.delete(files.name));
    }
    return encoder;
  },
};

async function load(files: EncoderFiles): Promise<SentenceEncoder> {
  const encoder = new ThreadedEncoder(join(dataFolder(), 'encoders', files.name), files);
  await encoder.ready();
  return encoder;
}

function once<Found>(known: Map<string, Promise<Found>>, language: string, read: () => Promise<Found>): Promise<Found> {
  let found = known.get(language);
  if (!found) known.set(language, (found = read()));
  return found;
}

async function readTable(name: string, language: string): Promise<Buffer | undefined> {
  const file = join(dataFolder(), name);
  // A language is a name in an assistant's configuration; it must not become a path.
  if (!/^[a-z-]+$/i.test(language) || !existsSync(file)) return undefined;
  return readFile(file);
}

/** The data are next to the sources and are not copied to `dist`. */
function dataFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'libs/nlu-pretrained/data');
}
