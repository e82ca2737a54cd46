import { join } from 'node:path';
import { freePort, TestProcess, waitUntil } from '#testing';
import { root } from '../../checkout.js';

/** A call in the journal of the simulator. */
export interface SimulatorCall {
  method: string;
  /** 0 if the connection was cut before an answer. */
  status: number;
  /** `yyyy-mm-dd hh:mm:ss` by the clock of the simulator. */
  at: string;
}

interface Journal {
  requests: SimulatorCall[];
  invariants: { incidentsPerCorrelationId: Record<string, number> };
}

/** The ServiceNow simulator as a separate process. Tests control it over its control address. */
export class Simulator {
  static async start(latencyMs: number): Promise<Simulator> {
    const [port, controlPort] = [await freePort(), await freePort()];
    const args = ['--port', port, '--control-port', controlPort, '--latency', latencyMs].map(String);
    const main = join(root, 'dist/apps/cli/src/main.js');
    const child = new TestProcess('simulator', process.execPath, [main, 'servicenow-sim', ...args], { cwd: root });
    const sim = new Simulator(child, `http://127.0.0.1:${port}`, `http://127.0.0.1:${controlPort}`);
    await waitUntil('the simulator listens', () => child.output.includes('Control plane'));
    return sim;
  }

  private constructor(
    private readonly child: TestProcess,
    readonly url: string,
    private readonly controlUrl: string,
  ) {}

  /** The settings with which the services use it. */
  get env(): Record<string, string> {
    const login = { SERVICENOW_USER: 'svc.helpdesk', SERVICENOW_PASSWORD: 'svc.helpdesk' };
    return { INCIDENT_BACKEND: 'servicenow', SERVICENOW_URL: this.url, ...login };
  }

  /** Calls the control address. A request with a body is a POST unless another method is given. */
  async control(path: string, body?: object, method = body === undefined ? 'GET' : 'POST'): Promise<unknown> {
    const response = await fetch(`${this.controlUrl}/__sim/${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  }

  async clearFaults(): Promise<void> {
    await this.control('faults', undefined, 'DELETE');
  }

  /** All calls, the oldest first. */
  async calls(): Promise<SimulatorCall[]> {
    return (await this.journal()).requests;
  }

  /** The number of incidents that each operation opened. */
  async perOperation(): Promise<number[]> {
    return Object.values((await this.journal()).invariants.incidentsPerCorrelationId);
  }

  /** The descriptions of all incidents. */
  async descriptions(): Promise<string[]> {
    const records = (await this.control('records/incident')) as { description: string }[];
    return records.map(({ description }) => description);
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  private async journal(): Promise<Journal> {
    return (await this.control('journal')) as Journal;
  }
}
