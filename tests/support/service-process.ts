import { TestProcess } from './child-process.js';
import { freePort } from './free-port.js';
import { waitUntil } from './wait-until.js';

export type ServiceName = 'gateway' | 'nlu' | 'dialogue' | 'incident' | 'handoff';

/** A built service that runs as a separate process. */
export class ServiceProcess {
  private process: TestProcess | undefined;

  private constructor(
    readonly name: ServiceName,
    readonly port: number,
    private readonly root: string,
    private readonly env: Record<string, string>,
  ) {}

  /** Starts the service locally, on the port in `env` or on a free one. Call `ready` to wait until it is ready. */
  static async start(name: ServiceName, root: string, env: Record<string, string>): Promise<ServiceProcess> {
    const variable = `${name.toUpperCase()}_PORT`;
    const port = Number(env[variable] ?? (await freePort()));
    const service = new ServiceProcess(name, port, root, { ...env, [variable]: String(port) });
    service.launch();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get output(): string {
    return this.process?.output ?? '';
  }

  /** Starts or restarts the service. */
  launch(): void {
    this.process = new TestProcess(this.name, process.execPath, [`dist/apps/${this.name}/src/main.js`], {
      cwd: this.root,
      env: { ...process.env, LOG_LEVEL: 'warn', ...this.env },
    });
  }

  async ready(): Promise<void> {
    await waitUntil(`${this.name} is ready`, async () => {
      if (!this.process?.isRunning) throw new Error(`${this.name} ended:\n${this.output}`);
      return (await this.readiness()).status === 200;
    });
  }

  /** Status and body of `/health/ready`. The status is 0 while nothing listens on the port. */
  async readiness(): Promise<{ status: number; body: unknown }> {
    try {
      const response = await fetch(`${this.url}/health/ready`);
      return { status: response.status, body: await response.json() };
    } catch {
      return { status: 0, body: undefined };
    }
  }

  /** Stops it gracefully and resolves with its exit code. */
  stop(): Promise<number | null> {
    return this.process?.stop() ?? Promise.resolve(null);
  }

  /** Kills it, as in a crash. */
  async kill(): Promise<void> {
    await this.process?.stop('SIGKILL');
  }
}
