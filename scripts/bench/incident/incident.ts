/**
 * `npm run bench:incident` opens incidents in the ServiceNow simulator, a separate process that takes 50 ms for each call.
 * The create requests use the HTTP API of the incident service, with its default settings and PostgreSQL. Prints a
 * markdown table (docs/incidents.md) and exits with 1 if a bound is missed. Arguments name the parts to measure.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findPostgres, findRabbitMq, freshDatabase, type ServiceName, ServiceProcess } from '#testing';
import { root, runNode, step } from '../../checkout.js';
import { holds, lineOf, type Row, shown } from './row.js';
import { clockMover, createRows, frozenRows, lostAnswerRows, stormRows } from './rows.js';
import { Simulator } from './simulator.js';

const LATENCY_MS = 50;
const ALL_SERVICES: readonly ServiceName[] = ['gateway', 'nlu', 'dialogue', 'incident', 'handoff'];
const only = process.argv.slice(2);

/** What a part can use: the simulator, and the addresses of the started services. */
interface Running {
  sim: Simulator;
  urlOf: (service: ServiceName) => string;
}

runNode(['dist/apps/cli/src/main.js', 'train']);
const [broker, server] = [await findRabbitMq(), await findPostgres()];
step(`Broker: ${broker.how}; database: ${server.how}`);
const folder = mkdtempSync(join(tmpdir(), 'bench-incident-'));
const clock = join(folder, 'clock');
const moveClock = clockMover(clock);

const rows: Row[] = [];
try {
  await part('creates', ['incident'], ({ sim, urlOf }) => createRows({ url: urlOf('incident'), sim, windows: 6 }));
  await part('lost', ['incident'], ({ sim, urlOf }) =>
    lostAnswerRows({ url: urlOf('incident'), sim, lost: 1_000, others: 3_000 }),
  );
  await part('storm', ['incident'], ({ sim, urlOf }) =>
    stormRows({ url: urlOf('incident'), sim, moveClock, creates: 1_200, perHour: 500 }),
  );
  await part('frozen', ALL_SERVICES, ({ sim, urlOf }) =>
    frozenRows({ gateway: urlOf('gateway'), incident: urlOf('incident'), sim, rounds: 5, turns: 600 }),
  );
  report();
} finally {
  rmSync(folder, { recursive: true });
  await broker.stop();
  await server.stop();
}

/** Measures one part with its own simulator, database and services. */
async function part(
  name: string,
  services: readonly ServiceName[],
  measure: (running: Running) => Promise<Row[]>,
): Promise<void> {
  if (only.length > 0 && !only.includes(name)) return;
  step(`Measuring: ${name}`);
  moveClock(0);
  const database = await freshDatabase(server.url);
  const started: { stop(): Promise<unknown> }[] = [];
  try {
    const sim = await Simulator.start(LATENCY_MS);
    started.push(sim);
    const env = {
      AMQP_URL: broker.url,
      DATABASE_URL: database.url,
      BUS_NAMESPACE: `bench-${randomUUID().slice(0, 8)}`,
      LOG_LEVEL: 'error',
      ...sim.env,
      MOVED_CLOCK: clock,
      NODE_OPTIONS: `--import ${pathToFileURL(join(root, 'tests/movable-clock.js')).href}`,
    };
    const processes = await Promise.all(services.map((service) => ServiceProcess.start(service, root, env)));
    started.push(...processes);
    await Promise.all(processes.map((each) => each.ready()));
    const urls = new Map(processes.map((each) => [each.name, each.url]));
    rows.push(...(await measure({ sim, urlOf: (service) => urls.get(service)! })));
  } finally {
    for (const each of started.reverse()) await each.stop();
    await database.drop();
  }
}

function report(): void {
  console.log(`
${cpus().length} cores, Node ${process.versions.node}, ${LATENCY_MS} ms for each call to the simulator; bounds in brackets

| | |
| --- | ---: |
${rows.map(lineOf).join('\n')}
`);
  const missed = rows.filter((row) => !holds(row));
  for (const row of missed) console.error(`Missed: ${row[0]}: ${shown(row)}.`);
  if (missed.length === 0) console.error('All bounds hold.');
  else process.exitCode = 1;
}
