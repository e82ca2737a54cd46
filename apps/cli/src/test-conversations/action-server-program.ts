import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type ActionServer } from './conversation.js';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 3_000;
const PORT = '{port}';

/** An action server that runs during the conversations. */
export interface RunningProgram {
  /** Environment variables from which the services learn its address. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts a program in the assistant's folder on a free port, and waits until it accepts connections there.
 * @throws Error with the program's output, when it ends or does not listen
 */
export async function startProgram({ command, env = {} }: ActionServer, folder: string): Promise<RunningProgram> {
  const port = String(await freePort());
  const filled = (text: string): string => text.replaceAll(PORT, port);
  const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(String(value))]));
  // A separate process group, so that programs that a shell started end with it.
  const child = spawn(filled(command), {
    cwd: folder,
    env: { ...process.env, ...variables },
    shell: true,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => void (said = (said + chunk.toString()).slice(-2_000)));
  const forget = endWithUs(child);
  const stop = (): Promise<void> => end(child).finally(forget);
  const isServed = JSON.stringify([command, env]).includes(PORT);
  const problem = isServed ? await problemOf(child, Number(port)) : undefined;
  if (problem === undefined) return { env: variables, stop };
  await stop();
  throw new Error(`The action server (${filled(command)}) ${problem}.${said ? `\n${said.trim()}` : ''}`);
}

/** Waits until the program accepts connections. Returns undefined, or the reason why it does not. */
async function problemOf(child: ChildProcess, port: number): Promise<string | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) return `ended with ${child.exitCode ?? child.signalCode}`;
    const isUp = await fetch(`http://127.0.0.1:${port}/health`).then(
      () => true,
      () => false,
    );
    if (isUp) return undefined;
    await delay(50);
  }
  return `does not listen on port ${port}`;
}

/**
 * Ends the program together with this process, because Ctrl-C does not reach a separate process group. Returns a
 * function that undoes this.
 */
function endWithUs({ pid }: ChildProcess): () => void {
  const end = (): void => void (pid !== undefined && signal(pid, 'SIGTERM'));
  const interrupt = (): never => process.exit(130);
  process.on('exit', end).on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return () => process.off('exit', end).off('SIGINT', interrupt).off('SIGTERM', interrupt);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  signal(child.pid, 'SIGTERM');
  const timer = setTimeout(signal, STOP_TIMEOUT_MS, child.pid, 'SIGKILL');
  await ended;
  clearTimeout(timer);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // The process has just ended.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
