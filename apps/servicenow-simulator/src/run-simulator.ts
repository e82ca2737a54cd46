import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOnSignal } from '#service';
import { accounts, apiKey, oauthClients } from './seed/accounts.js';
import { ServiceNowSim } from './servicenow-sim.js';

export interface RunSimulatorOptions {
  port: number;
  controlPort: number;
  host: string;
  https: boolean;
  /** File that stores the records, so that a restart continues with them. */
  journal?: string;
  /** Duration of each request, in milliseconds. */
  latency: number;
  allowHeaderFaults: boolean;
}

/** `helpdesk servicenow-sim`: runs a simulated ServiceNow instance until Ctrl-C. */
export async function runSimulator(options: RunSimulatorOptions): Promise<void> {
  const { port, controlPort, host, https, journal, latency, allowHeaderFaults } = options;
  const sim = await start({
    port,
    controlPort,
    host,
    https,
    ...(journal && { journalFile: journal }),
    config: { latencyMs: latency, allowHeaderFaults },
  });
  const authority = https ? await writeAuthority(sim) : undefined;
  endOnSignal(() => sim.close());
  console.log(`\n${describeSim(sim, authority)}\n\n  Press Ctrl-C to stop.\n`);
}

/** The information that a user needs, as lines for the terminal. */
export function describeSim({ url, controlUrl }: ServiceNowSim, authority?: string): string {
  const logins = Object.values(accounts).map(({ userName, password }) => `${userName} / ${password}`);
  const { clientId, clientSecret } = oauthClients.helpdesk;
  const facts: [string, string][] = [
    ['ServiceNow (simulated)', url],
    ['Control plane', `${controlUrl}/__sim/`],
    ...(authority ? ([['CA certificate', authority]] satisfies [string, string][]) : []),
    ['Accounts', logins[0]!],
    ...logins.slice(1).map((login): [string, string] => ['', login]),
    ['OAuth client', `${clientId} / ${clientSecret}`],
    ['API key', apiKey],
  ];
  const { userName, password } = accounts.service;
  const trust = authority ? ` SERVICENOW_CA_FILE=${authority}` : '';
  const example = `SERVICENOW_URL=${url} SERVICENOW_USER=${userName} SERVICENOW_PASSWORD=${password}${trust} npm start`;
  const lines = facts.map(([name, value]) => `  ${name.padEnd(24)}${value}`);
  return [...lines, '', '  The assistant with it, in another terminal:', `  ${example}`].join('\n');
}

async function writeAuthority({ ca, url }: ServiceNowSim): Promise<string> {
  const path = join(tmpdir(), `servicenow-sim-ca-${new URL(url).port}.pem`);
  await writeFile(path, ca);
  return path;
}

async function start(options: Parameters<typeof ServiceNowSim.start>[0]): Promise<ServiceNowSim> {
  try {
    return await ServiceNowSim.start(options);
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE')
      throw new Error(`port ${port} is in use. Stop what uses it, or choose others with --port and --control-port.`, {
        cause: error,
      });
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new Error(`cannot listen there: ${(error as Error).message}. Choose others with --host and --port.`, {
        cause: error,
      });
    throw error;
  }
}
