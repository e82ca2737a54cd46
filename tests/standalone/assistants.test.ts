/**
 * The assistants of this repository, run as their teams would run them: each in a copy of its folder, with a separate
 * process for each command, and with its action server. One action server is written in Python.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { findProgram, freePort, installPackage, TestProcess, waitUntil } from '#testing';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'dist/apps/cli/src/main.js');

/** Copies an assistant to a temporary folder without its model, so that the test has to train it. */
async function copyOf(name: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const isWritten = (source: string): boolean => !['models', 'results'].includes(basename(source));
  await cp(join(root, 'assistants', name), folder, { recursive: true, filter: isWritten });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs a command on an assistant in its folder and waits until it ends. */
async function helpdesk(folder: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = new TestProcess('helpdesk', process.execPath, [main, ...args, '--assistant', folder], { cwd: folder });
  const [code] = (await once(run.child, 'close')) as [number | null];
  return { code, output: run.output };
}

/** A conversation in a terminal. */
class Shell {
  private static readonly PROMPT = 'You › ';
  private printed = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.printed += text));
  }

  static async open(folder: string, env: Record<string, string> = {}): Promise<Shell> {
    const args = [main, 'shell', '--debug', '--assistant', folder];
    const shell = new Shell(spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } }));
    await shell.promptAfter(0);
    return shell;
  }

  /** Sends a message and returns everything that the shell prints before the next prompt. */
  async say(text: string): Promise<string> {
    const before = this.printed.length;
    this.child.stdin?.write(`${text}\n`);
    await this.promptAfter(before);
    return this.printed.slice(before);
  }

  /** Ends the shell with its own command and returns the exit code. */
  async stop(): Promise<number | null> {
    const ended = once(this.child, 'exit');
    this.child.stdin?.write('/stop\n');
    const [code] = (await ended) as [number | null];
    return code;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async promptAfter(position: number): Promise<void> {
    const isAsking = (): boolean => this.printed.includes(Shell.PROMPT, position);
    await waitUntil(`the shell shows its prompt; it printed ${this.printed}`, isAsking);
  }
}

/** The action server of an assistant: a program in the assistant's folder that listens on `PORT`. */
class ActionProgram {
  private process: TestProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly command: [string, ...string[]],
    readonly port: number,
  ) {}

  static async start(folder: string, ...command: [string, ...string[]]): Promise<ActionProgram> {
    const program = new ActionProgram(folder, command, await freePort());
    await program.launch();
    return program;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/webhook`;
  }

  /** Starts or restarts it on the same port. */
  async launch(): Promise<void> {
    const [name, ...args] = this.command;
    const env = { ...process.env, PORT: String(this.port) };
    const program = new TestProcess(name, name, args, { cwd: this.folder, env });
    this.process = program;
    await waitUntil('the action server answers', async () => {
      if (!program.isRunning) throw new Error(`${name} ended:\n${program.output}`);
      return fetch(`http://127.0.0.1:${this.port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }

  /** Kills it, as in a crash. */
  async kill(): Promise<void> {
    await this.process?.stop('SIGKILL');
  }
}

const opened: { remove?: () => Promise<void>; kill?: () => unknown }[] = [];
afterEach(async () => {
  for (const { kill } of opened) await kill?.();
});
afterAll(async () => {
  for (const { remove } of opened) await remove?.();
});

/** Kills this process after the test. */
function kept<Thing extends { kill: () => unknown }>(thing: Thing): Thing {
  opened.push({ kill: () => thing.kill() });
  return thing;
}

beforeAll(() => {
  if (!findProgram(['python3'])) installPackage('python3', 'python3 on the PATH');
});

describe.each(['helpdesk', 'office-services', 'travel-desk'])('The assistant %s', (name) => {
  let folder: string;
  beforeAll(async () => {
    const copy = await copyOf(name);
    folder = copy.folder;
    opened.push({ remove: copy.remove });
  });

  it('passes its validation, training and tests without errors', async () => {
    const validated = await helpdesk(folder, 'data', 'validate', '--fail-on-warnings');
    expect(validated).toEqual({ code: 0, output: expect.stringContaining('No errors, no warnings') });
    const trained = await helpdesk(folder, 'train');
    expect(trained).toEqual({ code: 0, output: expect.stringMatching(/Trained in .+ s: .*nlu\.model/) });
    expect(existsSync(join(folder, 'models/nlu.model'))).toBe(true);
    const core = await helpdesk(folder, 'test', 'core', '--fail-on-prediction-errors');
    expect(core).toEqual({ code: 0, output: expect.stringMatching(/conversations +(\d+) of \1 right/) });
    const report = JSON.parse(await readFile(join(folder, 'results/story_report.json'), 'utf8')) as object;
    expect(report).toMatchObject({ conversation_accuracy: { accuracy: 1 } });
    const endToEnd = await helpdesk(folder, 'test', 'e2e', '--fail-on-prediction-errors');
    expect(endToEnd).toEqual({ code: 0, output: expect.stringMatching(/intents +(\d+) of \1 right/) });
  });

  it('passes its conversation tests', async () => {
    const { code, output } = await helpdesk(folder, 'test', 'conversations');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/(\d+) of \1 conversations right/) });
    expect(output).not.toContain('✗');
  });
});

describe('An error in an assistant', () => {
  let folder: string;
  beforeAll(async () => {
    const copy = await copyOf('travel-desk');
    folder = copy.folder;
    opened.push({ remove: copy.remove });
  });

  it('fails a test story, and the report shows the prediction', async () => {
    const wrong = '\n- story: wrong\n  steps:\n  - intent: greet\n  - action: utter_goodbye\n';
    await appendFile(join(folder, 'tests/test_stories.yml'), wrong);
    const { code, output } = await helpdesk(folder, 'test', 'core', '--fail-on-prediction-errors');
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/conversations +8 of 9 right/) });
    const failed = await readFile(join(folder, 'results/failed_test_stories.yml'), 'utf8');
    expect(failed).toMatch(/action: utter_goodbye +# predicted: utter_greet/);
  });

  it('fails the validation with file and line if two rules contradict each other', async () => {
    const other = '\n- rule: greet otherwise\n  steps:\n  - intent: greet\n  - action: utter_welcome\n';
    await appendFile(join(folder, 'data/rules.yml'), other);
    const { code, output } = await helpdesk(folder, 'data', 'validate');
    expect(code).toBe(1);
    expect(output).toMatch(
      /^data\/rules\.yml\n +4 +error +Rule "greet" goes on with "utter_greet" where rule "greet otherwise"/m,
    );
  });
});

describe('A conversation in the shell', () => {
  it('with office services cancels an order that the person drops', async () => {
    const folder = join(root, 'assistants/office-services');
    const server = kept(await ActionProgram.start(folder, process.execPath, 'actions/server.js'));
    const shell = kept(await Shell.open(folder, { OFFICE_ACTIONS_URL: server.url }));
    expect(await shell.say('we need 5 mice')).toContain('Shall it be brought to your desk');
    expect(await shell.say('where can I park')).toContain('Park on level -1.');
    expect(await shell.say('never mind, leave it')).toContain('Shall I drop this request?');
    expect(await shell.say('1')).toContain('Done, nothing was requested.');
    expect(await shell.stop()).toBe(0);
  });

  it('with the travel desk continues after its action server in Python was killed and restarted', async () => {
    const folder = join(root, 'assistants/travel-desk');
    const server = kept(await ActionProgram.start(folder, 'python3', 'actions/server.py'));
    const shell = kept(await Shell.open(folder, { TRAVEL_ACTIONS_URL: server.url }));

    const asked = await shell.say('fly me from Graz to Oslo tomorrow');
    expect(asked).toContain('city#from = "Graz", city#to = "Oslo"');
    expect(asked).toContain('Bot › How many of you are travelling?');
    // The form asks this question only for business class.
    const grouped = await shell.say('two in economy and one in business');
    expect(grouped).toContain('travellers#1 = "2", cabin#1 = "economy", travellers#2 = "1", cabin#2 = "business"');
    expect(grouped).toContain('Bot › A trip like this goes on a cost centre.');
    // This response has several conditional texts. The one for flights must be chosen.
    expect(await shell.say('how much may it cost')).toContain('Bot › A flight may cost 600 euros in economy.');

    await server.kill();
    const failed = await shell.say('it goes on CC-4711');
    expect(failed).toContain('Bot › I cannot reach the booking system at the moment.');
    expect(failed).toContain('Bot › A trip like this goes on a cost centre.');
    expect(await shell.say('what have you booked for me')).toContain('Bot › I cannot reach the booking system');
    await server.launch();

    expect(await shell.say('it goes on CC-4711')).toContain('Bot › Will you stay overnight?');
    expect(await shell.say('yes')).toContain('2 in economy and 1 in business. Shall I book it?');
    const booked = await shell.say('yes');
    expect(booked).toMatch(
      /Bot › Booked: Graz to Oslo, tomorrow\. Your trip is TR-\d{5}\.\nBot › Shall I book a hotel/,
    );
    expect(await shell.say('no thanks')).toContain('Bot › Then you find a bed yourself.');
    expect(await shell.say('cancel my trip')).toMatch(/Bot › Trip TR-\d{5} is cancelled\./);
    // No trip is left to cancel, so the action declines with status 400 and the fallback answers.
    const declined = await shell.say('cancel my trip');
    expect(declined).toMatch(/action_cancel_trip, says .*, but it declined/);
    expect(declined).toContain('Bot › That I cannot do as things stand.');
    // An end-to-end story matches these words, regardless of the intent.
    const stranded = await shell.say('I missed my connection and I am stuck at the airport');
    expect(stranded).toContain('Bot › I am sorry to hear that. Take the next seat');
    expect(await shell.say('yes')).toContain('Bot › The travel office has rooms near every airport');
    expect(await shell.stop()).toBe(0);
  });
});
