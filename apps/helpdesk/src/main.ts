import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { projectRoot, refuse } from '#service';

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
  .showHelpAfterError('(see helpdesk --help)')
  .addHelpText(
    'after',
    `
Examples:
  helpdesk run                                the chat page on http://localhost:5005
  helpdesk run --port 5006                    a second copy beside it
  helpdesk train --assistant ./my-assistant   write its model
  helpdesk shell --debug                      talk to it here and see why it answers so`,
  );

// Each command is loaded when it is called, so that one starts no slower for the others.
withAssistant(program.command('run'))
  .description('Run all services in one process: nothing else to install.')
  .option('-p, --port <port>', 'port of the chat page and the channels (default: GATEWAY_PORT or 5005)', port)
  .option('--data <dir>', 'where conversations are kept (default: .data/<port>)', (value: string) => resolve(value))
  .option('--cors <origins>', 'web pages that may call the channels: origins by comma, or *')
  .option('--debug', 'log what the services do', false)
  .addHelpText('after', '\nExample:\n  helpdesk run --port 8080 --assistant ./my-assistant')
  .action(async (options: { assistant: string; port?: number; data?: string; cors?: string; debug: boolean }) => {
    const { runAll } = await import('./run/run-all.js');
    await runAll({ ...options, port: options.port ?? portFromEnvironment() });
  });

withAssistant(program.command('train'))
  .description('Train the assistant’s model from its examples.')
  .option('--force', 'train even when nothing changed', false)
  .addHelpText('after', '\nExample:\n  helpdesk train --assistant ./my-assistant --force')
  .action(async (options: { assistant: string; force: boolean }) => {
    const { train } = await import('./train/train.js');
    await train(options.assistant, options.force);
  });

withAssistant(program.command('shell'))
  .description('Talk to the assistant in this terminal; /stop ends it.')
  .option('--debug', 'show intent, confidence, entities, actions and slots of each turn', false)
  .addHelpText('after', '\nExample:\n  helpdesk shell --debug')
  .action(async (options: { assistant: string; debug: boolean }) => {
    const { shell } = await import('./shell/shell.js');
    await shell(options.assistant, options.debug);
  });

try {
  await program.parseAsync();
} catch (error) {
  refuse('helpdesk', error);
}
