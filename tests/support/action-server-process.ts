import { TestProcess } from './child-process.js';
import { freePort } from './free-port.js';
import { waitUntil } from './wait-until.js';

/** The parts of a call to an action server that tests check. */
export interface ActionServerCall {
  next_action: string;
  sender_id: string;
  version: string;
  tracker: { sender_id: string; slots: Record<string, unknown>; events: { event: string }[] };
  domain: { actions?: string[]; slots?: Record<string, unknown> };
}

/** A separate action server that behaves like one written in Python (`action-server.process.ts`). */
export class ActionServerProcess {
  private process: TestProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly root: string,
  ) {}

  /** @param root folder of the built project */
  static async start(root: string): Promise<ActionServerProcess> {
    const server = new ActionServerProcess(await freePort(), root);
    await server.launch();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts or restarts it on the same port and waits until it answers. */
  async launch(): Promise<void> {
    const args = ['--import', 'tsx', 'tests/support/action-server.process.ts', String(this.port)];
    const child = new TestProcess('action server', process.execPath, args, { cwd: this.root });
    this.process = child;
    await waitUntil('the action server answers', async () => {
      if (!child.isRunning) throw new Error(`the action server ended:\n${child.output}`);
      return fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }

  /** All calls since the last start. */
  async calls(): Promise<ActionServerCall[]> {
    return (await (await fetch(`${this.url}/calls`)).json()) as ActionServerCall[];
  }

  /** Kills it, as in a crash. */
  async kill(): Promise<void> {
    await this.process?.stop('SIGKILL');
  }
}
