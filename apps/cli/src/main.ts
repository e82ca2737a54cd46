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

/** Adds the options that every command accepts. Paths on the command line are relative to the current folder. */
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
  // Options after a subcommand belong to it: `run actions --port` is not the port of `run`.
  .enablePositionalOptions()
  .addHelpText(
    'after',
    `
Examples:
  helpdesk run                                the chat page on http://localhost:5005
  helpdesk run --port 5006                    a second assistant on another port
  helpdesk run actions                        serve the bundled actions to a Rasa server on port 5055
  helpdesk train --assistant ./my-assistant   train its model
  helpdesk shell --debug                      chat in the terminal and see the reason for each answer
  helpdesk test nlu --cross-validation        test how well it understands messages
  helpdesk test conversations                 run complete conversations and check them
  helpdesk visualize                          draw its stories and rules as a graph
  helpdesk data validate                      list problems in its files
  helpdesk servicenow-sim                     run a simulated ServiceNow instance`,
  );

// Each command loads its code only when it is called, so that the others do not slow its start.
const run = withAssistant(program.command('run'))
  .description('Run all services in one process, without a broker or a database server.')
  .option('-p, --port <port>', 'port of the chat page and the channels (default: GATEWAY_PORT or 5005)', port)
  .option('--data <dir>', 'folder of the conversations and incidents (default: .data/<port>)', (value: string) =>
    resolve(value),
  )
  .option('--cors <origins...>', 'origins of web pages that may call the channels and the API, or *')
  .option('--enable-api', 'also serve Rasa’s HTTP API', false)
  .option('--auth-token <token>', 'require ?token=<token> for the API')
  .option(
    '--jwt-secret <secret>',
    'accept JSON web tokens that are signed with this secret (or verified with this public key)',
  )
  .option('--jwt-method <method>', 'signing algorithm of the JSON web tokens (default: HS256)')
  .option('--debug', 'write detailed logs', false)
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
  .description('Serve the bundled actions to a Rasa server over the webhook protocol of action servers.')
  .option('-p, --port <port>', 'port of the action server', port, 5055)
  .option('--data <dir>', 'folder of the incidents if AMQP_URL is not set (default: .data/actions-<port>)', toPath)
  .option('--debug', 'write detailed logs', false)
  .addHelpText('after', '\nExample:\n  helpdesk run actions --port 5055')
  .action(async (options: RunActionsOptions) => {
    const { runActions } = await import('./actions/run-actions.js');
    await runActions(options);
  });

withAssistant(program.command('train'))
  .description('Train the assistant’s model from its examples.')
  .option('--force', 'train everything from scratch, even if nothing changed', false)
  .option('--seed <n>', 'random seed; the same files and seed produce the same model', wholeNumber(0), 0)
  .addHelpText('after', '\nExample:\n  helpdesk train --assistant ./my-assistant --force')
  .action(async (options: { assistant: string; force: boolean; seed: number }) => {
    const { train } = await import('./train/train.js');
    await train(options.assistant, options);
  });

withAssistant(program.command('shell'))
  .description('Chat with the assistant in this terminal. /stop ends the chat.')
  .option('--debug', 'explain each turn: intent and entities, the reason for each action, and the slots', false)
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

/** Adds the options of the story tests. */
const withStories = (command: Command): Command =>
  withAssistant(command)
    .option('--stories <path>', 'test_….yml file or folder (default: the test stories of the assistant)', toPath)
    .option('--out <dir>', 'folder for the results', toPath, toPath('results'))
    .option('--no-report', 'do not write results')
    .option('--successes', 'also write the stories that passed', false)
    .option('--no-errors', 'do not write the stories that failed')
    .option('--no-plot', 'do not draw the confusion matrix')
    .option('--fail-on-prediction-errors', 'exit with 1 if a prediction is wrong', false);

async function testStories({ out, report, e2e = true, ...flags }: TestStoriesFlags): Promise<void> {
  const { testCore } = await import('./test-core/test-core.js');
  await testCore({ ...flags, e2e, ...(report && { out }) });
}

const tests = withStories(program.command('test'))
  .description('Test the assistant. Without a subcommand, test the NLU and the test stories.')
  .addHelpText(
    'after',
    `
Examples:
  helpdesk test                               test the NLU and the test stories
  helpdesk test core                          compare the predicted actions with the test stories
  helpdesk test e2e                           also test the NLU on the texts of the stories
  helpdesk test conversations                 run complete conversations, including actions`,
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
  .description('Compare the predicted actions with the test stories, without running any action.')
  .option('--e2e', 'also test the NLU on the texts of the stories', false)
  .addHelpText('after', '\nExample:\n  helpdesk test core --stories tests/test_stories.yml --fail-on-prediction-errors')
  .action(testStories);

withStories(tests.command('e2e'))
  .description('Like test core, and also test the NLU on the texts of the stories.')
  .addHelpText('after', '\nExample:\n  helpdesk test e2e --fail-on-prediction-errors')
  .action(testStories);

withAssistant(tests.command('conversations'))
  .description(
    'Run complete conversations, including actions, and compare the answers and actions with the expected ones.',
  )
  .option('--files <path>', '*.conversations.yml file or folder (default: the files of the assistant)', toPath)
  .option('--parallel <n>', 'number of conversations that run at the same time', wholeNumber(1), 4)
  .option('--junit <file>', 'write the results as JUnit XML for a build server', toPath)
  .addHelpText('after', '\nExample:\n  helpdesk test conversations --junit results/conversations.xml')
  .action(async (options: TestConversationsOptions) => {
    const { testConversations } = await import('./test-conversations/test-conversations.js');
    await testConversations(options);
  });

withAssistant(tests.command('nlu'))
  .description('Test the NLU on labelled texts and report its accuracy.')
  .option('--nlu <path>', 'labelled texts: .yml or .jsonl file or folder (default: the examples)', toPath)
  .option('--train <path>', 'train on these texts instead of using the assistant’s model', toPath)
  .option('--cross-validation', 'train on parts of the texts and test on the rest', false)
  .option('--folds <k>', 'number of folds of the cross-validation', wholeNumber(2), 5)
  .option('--runs <r>', 'number of cross-validations with different folds', wholeNumber(1), 1)
  .option(
    '--config <file>',
    'a config.yml; use the option twice to compare two',
    (file, all: string[]) => [...all, toPath(file)],
    [],
  )
  .option('--compare <file>', 'another config.yml to compare with', toPath)
  .option('--seed <n>', 'random seed for folds and training', wholeNumber(0), 0)
  .option('--out <dir>', 'folder for the reports', toPath, toPath('results'))
  .option('--no-report', 'do not write reports')
  .option('--json <file>', 'write the figures as JSON', toPath)
  .option('--fail-on-prediction-errors', 'exit with 1 if a text is misunderstood', false)
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
  .description('Draw the stories and rules as a graph on an HTML page.')
  .option('--stories <path>', 'draw these test stories instead: test_….yml file or folder', toPath)
  .option('--out <file>', 'file for the HTML page', toPath, toPath('graph.html'))
  .option('--max-history <n>', 'number of steps that must match before two nodes are merged', wholeNumber(1), 2)
  .addHelpText('after', '\nExample:\n  helpdesk visualize --assistant ./my-assistant --out graph.html')
  .action(async (options: VisualizeOptions) => {
    const { visualize } = await import('./visualize/visualize.js');
    await visualize(options);
  });

program
  .command('servicenow-sim')
  .description(
    'Run a simulated ServiceNow instance for demonstrations and tests. Without --journal, it stores nothing.',
  )
  .option('-p, --port <port>', 'port of the instance', port, 8880)
  .option('--control-port <port>', 'port of the control plane, on this machine only', port, 8881)
  .option('--host <address>', 'address that the instance listens on', '127.0.0.1')
  .option('--https', 'use HTTPS with a generated certificate', false)
  .option('--journal <file>', 'store the records in this file and restore them at the start', toPath)
  .option('--latency <ms>', 'delay of each request in milliseconds', wholeNumber(0), 0)
  .option('--allow-header-faults', 'allow requests to trigger faults with X-Sim-Fault', false)
  .addHelpText('after', '\nExample:\n  helpdesk servicenow-sim --port 8880 --journal ./servicenow.jsonl')
  .action(async (options: RunSimulatorOptions) => {
    const { runSimulator } = await import('../../servicenow-simulator/src/run-simulator.js');
    await runSimulator(options);
  });

const data = program.command('data').description('Check the assistant’s files, or convert them to another format.');

withAssistant(data.command('validate'))
  .description('List problems of the assistant by file and line. The exit code is 1 if there are errors.')
  .option('--fail-on-warnings', 'also exit with 1 if there are warnings', false)
  .option('--max-history <n>', 'number of states that are compared to find contradictory stories', wholeNumber(1))
  .option('--suggest-merges', 'also find intents that are hard to distinguish; trains several times', false)
  .option('--notes', 'also show notes', false)
  .addHelpText('after', '\nExample:\n  helpdesk data validate --assistant ./my-assistant --fail-on-warnings')
  .action(async (options: Omit<ValidateDataOptions, 'pretrained'>) => {
    const { validateData } = await import('./data/validate-data.js');
    const { pretrained } = await import('#nlu-pretrained');
    await validateData({ ...options, pretrained });
  });

withAssistant(data.command('convert'))
  .description('Convert the assistant to JSON or YAML in a new folder. Only comments are lost.')
  .addOption(
    new Option('--to <notation>', 'format of the written files').choices(['json', 'yaml']).makeOptionMandatory(),
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
