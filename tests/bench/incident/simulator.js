import { join } from 'node:path';

/** The ServiceNow simulator as a process of its own, steered over its control address. */
export class Simulator {
  static async start({ TestProcess, freePort, waitUntil, root }, latencyMs) {
    const [port, controlPort] = [await freePort(), await freePort()];
    const args = ['--port', port, '--control-port', controlPort, '--latency', latencyMs].map(String);
    const main = join(root, 'dist/apps/cli/src/main.js');
    const child = new TestProcess('simulator', process.execPath, [main, 'servicenow-sim', ...args], { cwd: root });
    const sim = new Simulator(child, `http://127.0.0.1:${port}`, `http://127.0.0.1:${controlPort}`);
    await waitUntil('the simulator listens', () => child.output.includes('Control plane'), 30_000);
    return sim;
  }

  constructor(child, url, controlUrl) {
    this.child = child;
    this.url = url;
    this.controlUrl = controlUrl;
  }

  /** What the services need to use it. */
  get env() {
    const login = { SERVICENOW_USER: 'svc.helpdesk', SERVICENOW_PASSWORD: 'svc.helpdesk' };
    return { INCIDENT_BACKEND: 'servicenow', SERVICENOW_URL: this.url, ...login };
  }

  /** Asks the control plane; a body is sent with POST unless another method is named. */
  async control(path, body, method = body === undefined ? 'GET' : 'POST') {
    const response = await fetch(`${this.controlUrl}/__sim/${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  }

  clearFaults() {
    return this.control('faults', undefined, 'DELETE');
  }

  /** How many incidents each operation opened. */
  async perOperation() {
    const { incidentsPerCorrelationId } = (await this.control('journal')).invariants;
    return Object.values(incidentsPerCorrelationId);
  }

  stop() {
    return this.child.stop();
  }
}
