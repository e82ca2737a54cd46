import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, TestProcess, waitUntil } from '#testing';

const root = resolve(import.meta.dirname, '../..');

/** The product as started from the command line. Tests can freeze it, kill it, and restart it with the same port and data. */
export class Product {
  private process: TestProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly port: number,
    private readonly data: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Starts it in local mode, unless `env` sets another back end. */
  static async start(env: Record<string, string> = {}): Promise<Product> {
    const [port, data] = [await freePort(), await mkdtemp(join(tmpdir(), 'helpdesk-browser-'))];
    const product = new Product(`http://localhost:${port}`, port, data, env);
    await product.launch();
    return product;
  }

  async launch(): Promise<void> {
    const args = ['bin/helpdesk', 'run', '--port', String(this.port), '--data', this.data];
    // The tests do not call these services, so any free port will do.
    const inner = { NLU_PORT: '0', DIALOGUE_PORT: '0', INCIDENT_PORT: '0', HANDOFF_PORT: '0' };
    const started = new TestProcess('helpdesk', process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...inner, INCIDENT_BACKEND: 'local-mode', ...this.env },
    });
    this.process = started;
    // The command rebuilds the product first if the sources have changed.
    await waitUntil('the product is ready', () => {
      if (!started.isRunning) throw new Error(`helpdesk run ended:\n${started.output}`);
      return started.output.includes('is ready');
    });
  }

  /** Makes it stop responding while it keeps its connections. */
  freeze(): void {
    this.process?.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.process?.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }
}
