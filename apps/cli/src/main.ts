import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { productVersion, projectRoot, refuse } from '#service';
import { type RunActionsOptions } from './actions/run-actions.js';
import { type ConvertDataOptions } from './data/convert-data.js';
import { type ValidateDataOptions } from './data/validate-data.js';
import { type RunOptions } from './run/run-all.js';
import { type RunSimulatorOptions } from '../../servicenow-simulator/src/run-simulator.js';
import { type TestConversationsOptions } from './test-conversations/test-conversations.js';
import { type TestCoreOptions } from './test-core/test-core.js';
import { type TestNluOptions } from './test-nlu/test-nlu.js';
import { type VisualizeOptions } from './visualize/visualize.js';

const toPath = (value: string): string => resolve(value);

const wholeNumber =
  (least: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least)
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return number;
  };

const port = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return number;
};

function portFromEnvironment(): number {
  const value = process.env['GATEWAY_PORT'] || '5005';
  try {
    return port(value);
  } catch {
    throw new Error('GATEWAY_PORT is not a port: it must be a number from 0 to 65535.');
  }
}

/** Adds what every command takes. Paths on the command line are relative to where it was typed. */
const withAssistant = (command: Command): Command =>
  command.option(
    '--assistant <dir>',
    'folder of the assistant',
    (value: string) => resolve(value),
    resolve(projectRoot, process.env['ASSISTANT'] ?? 'assistants/helpdesk'),
  );

const program = new Command('helpdesk')
  .description('Helpdesk Assistant: trains, runs and talks to an IT-helpdesk assistant.')
  .version(productVersion, '-v, --version', 'print the version')
  .showHelpAfterError('(see helpdesk --help)')
  // What follows a command belongs to it: `run actions --port` is not the port of `run`.
  .enablePositionalOptions()
  .addHelpText(
    'after',
    `
Examples:
  helpdesk run                                the chat page on http://localhost:5005
  helpdesk run --port 5006                    a second copy beside it
  helpdesk run actions                        serve our actions to a Rasa server on port 5055
  helpdesk train --assistant ./my-assistant   write its model
  helpdesk shell --debug                      talk to it here and see why it answers so
  helpdesk test nlu --cross-validation        say how well it understands
  helpdesk test conversations                 have conversations for real and check them
  helpdesk visualize                          draw its stories and rules
  helpdesk data validate                      say what is wrong with its files
  helpdesk servicenow-sim                     a simulated ServiceNow to try incidents with`,
  );

// Each command is loaded when it is called, so that one starts no slower for the others.
const run = withAssistant(program.command('run'))
  .description('Run all services in one process: nothing else to install.')
  .option('-p, --port <port>', 'port of the chat page and the channels (default: GATEWAY_PORT or 5005)', port)
  .option('--data <dir>', 'where conversations are kept (default: .data/<port>)', (value: string) => resolve(value))
  .option('--cors <origins...>', 'web pages that may call it: origins, or *')
  .option('--enable-api', 'serve Rasa’s HTTP API beside the channels', false)
  .option('--auth-token <token>', 'the API asks for ?token=<token>')
  .option('--jwt-secret <secret>', 'the API takes JSON web tokens signed with it (a public key, for other methods)')
  .option('--jwt-method <method>', 'how they are signed (default: HS256)')
  .option('--debug', 'log what the services do', false)
  .addHelpText(
    'after',
    `
Examples:
  helpdesk run --port 8080 --assistant ./my-assistant
  helpdesk run --enable-api --auth-token secret --cors "*"`,
  )
  .action(async (options: Omit<RunOptions, 'port'> & { port?: number }) => {
    const { runAll } = await import('./run/run-all.js');
    await runAll({ ...options, port: options.port ?? portFromEnvironment() });
  });

withAssistant(run.command('actions'))
  .description('Serve our actions to a Rasa server: the webhook protocol of its action servers.')
  .option('-p, --port <port>', 'port of the action server', port, 5055)
  .option('--data <dir>', 'where incidents are kept without AMQP_URL (default: .data/actions-<port>)', toPath)
  .option('--debug', 'log what the services do', false)
  .addHelpText('after', '\nExample:\n  helpdesk run actions --port 5055')
  .action(async (options: RunActionsOptions) => {
    const { runActions } = await import('./actions/run-actions.js');
    await runActions(options);
  });

withAssistant(program.command('train'))
  .description('Train the assistant’s model from its examples.')
  .option('--force', 'train even when nothing changed, and all of it from scratch', false)
  .option('--seed <n>', 'the same files and seed give the same model', wholeNumber(0), 0)
  .addHelpText('after', '\nExample:\n  helpdesk train --assistant ./my-assistant --force')
  .action(async (options: { assistant: string; force: boolean; seed: number }) => {
    const { train } = await import('./train/train.js');
    await train(options.assistant, options);
  });

withAssistant(program.command('shell'))
  .description('Talk to the assistant in this terminal; /stop ends it.')
  .option('--debug', 'explain each turn: what was understood, why each action was chosen, what is remembered', false)
  .addHelpText('after', '\nExample:\n  helpdesk shell --debug')
  .action(async (options: { assistant: string; debug: boolean }) => {
    const { shell } = await import('./shell/shell.js');
    await shell(options.assistant, options.debug);
  });

interface TestNluFlags extends Omit<TestNluOptions, 'out' | 'config'> {
  out: string;
  config: string[];
  compare?: string;
  report: boolean;
}

interface TestStoriesFlags extends Omit<TestCoreOptions, 'out' | 'e2e'> {
  out: string;
  e2e?: boolean;
  report: boolean;
}

/** Adds what the tests of stories take. */
const withStories = (command: Command): Command =>
  withAssistant(command)
    .option('--stories <path>', 'a test_….yml or a folder of them (default: those of the assistant)', toPath)
    .option('--out <dir>', 'folder of the results', toPath, toPath('results'))
    .option('--no-report', 'write no results')
    .option('--successes', 'also write the stories that came out as expected', false)
    .option('--no-errors', 'do not write the stories that failed')
    .option('--no-plot', 'do not draw the confusion matrix')
    .option('--fail-on-prediction-errors', 'exit with 1 when anything comes out otherwise', false);

async function testStories({ out, report, e2e = true, ...flags }: TestStoriesFlags): Promise<void> {
  const { testCore } = await import('./test-core/test-core.js');
  await testCore({ ...flags, e2e, ...(report && { out }) });
}

const tests = withStories(program.command('test'))
  .description('Say how well the assistant does: alone, what it understands and what it would do.')
  .addHelpText(
    'after',
    `
Examples:
  helpdesk test                               examples and test stories
  helpdesk test core                          what it would do in the test stories
  helpdesk test e2e                           the same, and what it understands in them
  helpdesk test conversations                 have conversations for real, actions included`,
  )
  .action(async (flags: TestStoriesFlags) => {
    const { testNlu } = await import('./test-nlu/test-nlu.js');
    const { assistant, out, report, failOnPredictionErrors } = flags;
    const plain = { crossValidation: false, config: [], folds: 5, runs: 1, seed: 0 };
    await testNlu({ ...plain, assistant, failOnPredictionErrors, ...(report && { out }) });
    console.log('\nTest stories');
    await testStories(flags);
  });

withStories(tests.command('core'))
  .description('Compare what the assistant would do with its test stories; no action is run.')
  .option('--e2e', 'understand the texts of the stories too', false)
  .addHelpText('after', '\nExample:\n  helpdesk test core --stories tests/test_stories.yml --fail-on-prediction-errors')
  .action(testStories);

withStories(tests.command('e2e'))
  .description('The same with the texts of the stories: are they understood as the stories say?')
  .addHelpText('after', '\nExample:\n  helpdesk test e2e --fail-on-prediction-errors')
  .action(testStories);

withAssistant(tests.command('conversations'))
  .description('Have conversations for real, actions included, and compare what the assistant says and does.')
  .option('--files <path>', 'a file or a folder of *.conversations.yml (default: those of the assistant)', toPath)
  .option('--parallel <n>', 'conversations at a time', wholeNumber(1), 4)
  .option('--junit <file>', 'write the results here, for a build server', toPath)
  .addHelpText('after', '\nExample:\n  helpdesk test conversations --junit results/conversations.xml')
  .action(async (options: TestConversationsOptions) => {
    const { testConversations } = await import('./test-conversations/test-conversations.js');
    await testConversations(options);
  });

withAssistant(tests.command('nlu'))
  .description('Understand texts whose meaning is known, and report how well.')
  .option('--nlu <path>', 'texts to understand: .yml or .jsonl, or a folder of them (default: the examples)', toPath)
  .option('--train <path>', 'train on these instead of taking the assistant’s model', toPath)
  .option('--cross-validation', 'train on parts of the texts and test on the rest', false)
  .option('--folds <k>', 'parts of a cross-validation', wholeNumber(2), 5)
  .option('--runs <r>', 'times that the parts are cut anew', wholeNumber(1), 1)
  .option('--config <file>', 'a config.yml; twice compares two', (file, all: string[]) => [...all, toPath(file)], [])
  .option('--compare <file>', 'another config.yml to compare with', toPath)
  .option('--seed <n>', 'for splits and training', wholeNumber(0), 0)
  .option('--out <dir>', 'folder of the reports', toPath, toPath('results'))
  .option('--no-report', 'write no reports')
  .option('--json <file>', 'write the figures here', toPath)
  .option('--fail-on-prediction-errors', 'exit with 1 when anything is misunderstood', false)
  .addHelpText(
    'after',
    `
Examples:
  helpdesk test nlu --cross-validation --folds 5 --runs 3
  helpdesk test nlu --nlu spoken.jsonl --fail-on-prediction-errors
  helpdesk test nlu --train train.jsonl --nlu test.jsonl --compare other-config.yml --json figures.json`,
  )
  .action(async ({ out, config, compare, report, ...flags }: TestNluFlags) => {
    const { testNlu } = await import('./test-nlu/test-nlu.js');
    await testNlu({ ...flags, config: [...config, ...(compare ? [compare] : [])], ...(report && { out }) });
  });

withAssistant(program.command('visualize'))
  .description('Draw stories and rules as a graph, on one page for the browser.')
  .option('--stories <path>', 'draw these test stories instead: a test_….yml or a folder of them', toPath)
  .option('--out <file>', 'the page', toPath, toPath('graph.html'))
  .option('--max-history <n>', 'steps by which places count as the same', wholeNumber(1), 2)
  .addHelpText('after', '\nExample:\n  helpdesk visualize --assistant ./my-assistant --out graph.html')
  .action(async (options: VisualizeOptions) => {
    const { visualize } = await import('./visualize/visualize.js');
    await visualize(options);
  });

program
  .command('servicenow-sim')
  .description('Run a simulated ServiceNow instance, to try incidents without one. It keeps nothing without --journal.')
  .option('-p, --port <port>', 'port of the instance', port, 8880)
  .option('--control-port <port>', 'port of the control plane, on this machine only', port, 8881)
  .option('--host <address>', 'address that the instance listens on', '127.0.0.1')
  .option('--https', 'speak https, with a certificate made for it', false)
  .option('--journal <file>', 'keep the records here, so that a restart goes on with them', toPath)
  .option('--latency <ms>', 'how long each request takes', wholeNumber(0), 0)
  .option('--allow-header-faults', 'let requests ask for faults with X-Sim-Fault', false)
  .addHelpText('after', '\nExample:\n  helpdesk servicenow-sim --port 8880 --journal ./servicenow.jsonl')
  .action(async (options: RunSimulatorOptions) => {
    const { runSimulator } = await import('../../servicenow-simulator/src/run-simulator.js');
    await runSimulator(options);
  });

const data = program.command('data').description('Check the assistant’s files, or write them in another notation.');

withAssistant(data.command('validate'))
  .description('Say what is wrong with the assistant, by file and line; exits 1 when there are errors.')
  .option('--fail-on-warnings', 'exit with 1 for warnings too', false)
  .option('--max-history <n>', 'states that are compared to find stories that contradict each other', wholeNumber(1))
  .option('--suggest-merges', 'also find intents that cannot be told apart; takes a few trainings', false)
  .option('--notes', 'show what is good to know, too', false)
  .addHelpText('after', '\nExample:\n  helpdesk data validate --assistant ./my-assistant --fail-on-warnings')
  .action(async (options: Omit<ValidateDataOptions, 'pretrained'>) => {
    const { validateData } = await import('./data/validate-data.js');
    const { pretrained } = await import('#nlu-pretrained');
    await validateData({ ...options, pretrained });
  });

withAssistant(data.command('convert'))
  .description('Write the assistant as JSON or YAML into another folder. Nothing is lost but comments.')
  .addOption(
    new Option('--to <notation>', 'of the files that are written').choices(['json', 'yaml']).makeOptionMandatory(),
  )
  .requiredOption('--out <dir>', 'a new folder', toPath)
  .addHelpText('after', '\nExample:\n  helpdesk data convert --to json --out ./as-json')
  .action(async (options: ConvertDataOptions) => {
    const { convertData } = await import('./data/convert-data.js');
    await convertData(options);
  });

try {
  await program.parseAsync();
} catch (error) {
  refuse('helpdesk', error);
}
