/**
 * A model with the sentence encoder, trained on the command line and served by the nlu service. Encoding a text takes
 * milliseconds, so the encoder has a thread of its own.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceProcess } from '#testing';

const root = resolve(import.meta.dirname, '../..');

let folder: string;
const train = (): void => {
  const command = ['dist/apps/cli/src/main.js', 'train', '--assistant', folder];
  execFileSync(process.execPath, command, { cwd: root, stdio: 'pipe' });
};
let nlu: ServiceProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encoder-model-'));
  await cp(resolve(root, 'assistants/helpdesk'), folder, { recursive: true });
  const config = await readFile(join(folder, 'config.yml'), 'utf8');
  const encoder = '- name: WordVectorsFeaturizer\n- name: SentenceEncoderFeaturizer\n';
  await writeFile(join(folder, 'config.yml'), config.replace('- name: WordVectorsFeaturizer\n', encoder));
  train();
  nlu = await ServiceProcess.start('nlu', root, {
    AMQP_URL: process.env['AMQP_URL'] ?? '',
    BUS_NAMESPACE: `encoder-${process.pid}`,
    ASSISTANT: folder,
  });
  await nlu.ready();
});
afterAll(async () => {
  await nlu.stop();
  await rm(folder, { recursive: true });
});

const post = async (path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${nlu.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
};
const intentOf = (name: string) => expect.objectContaining({ intent: expect.objectContaining({ name }) });

describe('A model with the sentence encoder', () => {
  it('is trained and parses single texts and batches', async () => {
    expect(await post('/model/parse', { text: 'what happened to the ticket I opened last week?' })).toEqual(
      intentOf('incident_status'),
    );
    const texts = Array.from({ length: 40 }, (_, at) => ['hello there', 'thanks a lot'][at % 2]!);
    const expected = texts.map((_, at) => intentOf(['greet', 'thank'][at % 2]!));
    expect(await post('/model/parse/batch', { texts })).toEqual(expected);
  });

  it('keeps the vectors of its examples, so that the next training encodes only new ones', async () => {
    const models = join(folder, 'models');
    const file = join(
      models,
      (await readdir(models)).find((name) => name.startsWith('vectors-'))!,
    );
    const before = (await stat(file)).size;
    const more = 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - a fine good day to the whole desk\n';
    await writeFile(join(folder, 'data', 'nlu', 'more.yml'), more);
    train();
    expect((await stat(file)).size - before).toBe(32 + 384 * 4);
  });

  it('lets the service answer other requests while it parses a batch', async () => {
    const finished: string[] = [];
    const texts = Array.from({ length: 300 }, (_, at) => `my outlook does not start since monday, number ${at}`);
    const batch = post('/model/parse/batch', { texts }).then(() => finished.push('batch'));
    for (let at = 0; at < 3; at++) await nlu.readiness().then(({ status }) => finished.push(String(status)));
    await batch;
    expect(finished).toEqual(['200', '200', '200', 'batch']);
  });
});
