import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { projectRoot } from '#service';
import { TestProcess, waitUntil } from '#testing';

/** The training is a separate process that runs compiled code only, so the build runs before the tests. */
const HELPDESK = join(projectRoot, 'dist/apps/cli/src/main.js');

let folder: string;
beforeEach(async () => {
  expect(existsSync(HELPDESK)).toBe(true);
  folder = await mkdtemp(join(tmpdir(), 'helpdesk-train-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'config.yml'), 'recipe: default.v1\nlanguage: en\nassistant_id: test\n');
  await writeFile(join(folder, 'domain.yml'), 'intents: [greet, report]\n');
  await teach(['hello', 'good morning'], ['my printer is broken', 'no network']);
});
afterEach(() => rm(folder, { recursive: true }));

const teach = (greetings: string[], reports: string[]): Promise<void> => {
  const intent = (name: string, texts: string[]): string =>
    `- intent: ${name}\n  examples: |\n${texts.map((text) => `    - ${text}\n`).join('')}`;
  const content = `version: "3.1"\nnlu:\n${intent('greet', greetings)}${intent('report', reports)}`;
  return writeFile(join(folder, 'data', 'nlu.yml'), content);
};
/** Writes enough examples that there is time to stop the training. */
const teachMuch = (): Promise<void> => {
  const many = (what: string): string[] => Array.from({ length: 4_000 }, (_, at) => `${what} ${at} ${at * 7919}`);
  return teach(many('hello'), many('my printer is broken'));
};

const start = (...options: string[]): TestProcess =>
  new TestProcess('train', process.execPath, [HELPDESK, 'train', '--assistant', folder, ...options]);
const models = (): Promise<string[]> => readdir(join(folder, 'models'));
const readModel = (): Promise<Buffer> => readFile(join(folder, 'models', 'nlu.model'));

describe('helpdesk train', () => {
  it('writes a model, and trains again only after a change', async () => {
    const first = start();
    expect(await first.ended()).toBe(0);
    expect(first.output).toMatch(/Training on 4 examples of 2 intents….*Trained in .* s: .*nlu\.model/s);
    const model = await NluModel.load(await readModel(), pretrained);
    expect((await model.parse('hello')).intent.name).toBe('greet');
    const second = start();
    expect(await second.ended()).toBe(0);
    expect(second.output).toMatch(/The model is up to date/);
    await teach(['hello'], ['the screen is dark']);
    const third = start();
    expect(await third.ended()).toBe(0);
    expect(third.output).toMatch(/Training on 2 examples/);
    expect(await models()).toEqual(['nlu.model']);
  });

  it('writes the same bytes for the same files and seed, and trains again for another seed', async () => {
    await start('--seed', '1').ended();
    const one = await readModel();
    await start('--seed', '2').ended();
    const two = await readModel();
    await start('--seed', '1', '--force').ended();
    expect((await readModel()).equals(one)).toBe(true);
    expect(two.equals(one)).toBe(false);
  });

  it('reports a problem with file and line, and does not change the model', async () => {
    await start().ended();
    const before = await readModel();
    await writeFile(join(folder, 'config.yml'), 'pipeline:\n- name: SpicyNLP\n');
    const training = start();
    expect(await training.ended()).toBe(1);
    expect(training.output).toMatch(/helpdesk: SpicyNLP: is not a component/);
    await writeFile(join(folder, 'data', 'nlu.yml'), 'nlu:\n- intent: greet\n  examples: [hi]\n');
    const other = start();
    expect(await other.ended()).toBe(1);
    expect(other.output).toMatch(/data\/nlu.yml:3:14 /);
    expect((await readModel()).equals(before)).toBe(true);
    expect(await models()).toEqual(['nlu.model']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops on %s and does not change the model', async (signal) => {
    await start().ended();
    const before = await readModel();
    await teachMuch();
    const training = start();
    await waitUntil('it trains', () => training.output.includes('Training on 8000'));
    expect(await training.stop(signal)).toBe(130);
    expect(training.output).toMatch(/Stopped. The model has not changed./);
    expect((await readModel()).equals(before)).toBe(true);
    expect(await models()).toEqual(['nlu.model']);
  });

  it('draws no bar when there is no terminal', async () => {
    const training = start();
    await training.ended();
    expect(training.output).not.toContain('\r');
    expect(training.output).not.toContain('█');
  });
});
