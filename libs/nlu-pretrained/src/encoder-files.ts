/** A sentence encoder that comes with the product, as files of `data/encoders/<name>`. */
export interface EncoderFiles {
  /** Its name in `config.yml`. */
  name: string;
  /** Languages that it was made for. */
  languages: readonly string[];
  /** SHA-256 of the files, in hexadecimal. */
  checksums: { 'model.onnx': string; 'tokenizer.json': string };
  dimension: number;
  /** Put before each text, as in the training of the encoder. */
  prefix: string;
  /** Ids before and after those of a text where the tokenizer does not add them. */
  frame: { start: readonly number[]; end: readonly number[] };
}

/** The first one that was made for a language is the one that suits it best. */
export const encoders: readonly EncoderFiles[] = [
  {
    name: 'all-minilm-l6-v2',
    languages: ['en'],
    checksums: {
      'model.onnx': '8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6',
      'tokenizer.json': 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
    },
    dimension: 384,
    prefix: '',
    frame: { start: [], end: [] },
  },
  {
    name: 'multilingual-e5-small',
    languages: ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'],
    checksums: {
      'model.onnx': '48e2ffe64c66b6ee1c93430f7b56d3db69d4d1941bb6353dc5a1424a494f4267',
      'tokenizer.json': '51d1adb5f3f53c1619e0a426d5925bc1557443b73f1ff2dbd94b5b8e2a3de186',
    },
    dimension: 384,
    prefix: 'query: ',
    frame: { start: [0], end: [2] },
  },
];
