import { describe, expect, it } from '@jest/globals';
import { ServiceNowSim } from './servicenow-sim.js';
import { describeSim, runSimulator } from './run-simulator.js';

describe('helpdesk servicenow-sim', () => {
  it('prints the addresses of the instance and its control plane, and the accounts', async () => {
    const sim = await ServiceNowSim.start();
    const text = describeSim(sim, '/tmp/ca.pem');
    await sim.close();
    for (const fact of [
      sim.url,
      `${sim.controlUrl}/__sim/`,
      '/tmp/ca.pem',
      'admin / admin',
      'svc.helpdesk / svc.helpdesk',
    ])
      expect(text).toContain(fact);
    expect(text).toContain('helpdesk / helpdesk-secret');
  });

  it.each(['port', 'controlPort'] as const)('refuses a %s that is in use, with advice', async (name) => {
    const other = await ServiceNowSim.start();
    const port = Number(new URL(other.url).port);
    const options = { port: 0, controlPort: 0, host: '127.0.0.1', https: false, latency: 0, allowHeaderFaults: false };
    await expect(runSimulator({ ...options, [name]: port })).rejects.toThrow(
      `port ${port} is in use. Stop what uses it, or choose others with --port and --control-port.`,
    );
    await other.close();
  });
});
