/**
 * `npm run bench:incident`: incidents against the ServiceNow simulator, a process of its own that takes 50 ms for each
 * call. Creates go through the HTTP API of the incident service with its default settings, over PostgreSQL. Prints a
 * markdown table (docs/incidents.md) and exits with 1 when a bound is missed.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root, run, step } from './prepare.js';

prepare();
run(process.execPath, ['dist/apps/cli/src/main.js', 'train']);
const testing = await import('#testing');
const { findPostgres, findRabbitMq, freshDatabase, ServiceProcess, waitUntil } = testing;
const { Simulator } = await import('../tests/bench/incident/simulator.js');
const { clockMover, createRows, frozenRows, lostAnswerRows, stormRows } =
  await import('../tests/bench/incident/rows.js');

const LATENCY_MS = 50;
const only = process.argv.slice(2);

const [broker, server] = [await findRabbitMq(), await findPostgres()];
step(`Broker: ${broker.how}; database: ${server.how}`);
const folder = mkdtempSync(join(tmpdir(), 'bench-incident-'));
const clock = join(folder, 'clock');

const rows = [];
try {
  await part('creates', ['incident'], ({ incident, sim }) => createRows({ incident, sim, windows: 6 }));
  await part('lost', ['incident'], ({ incident, sim }) =>
    lostAnswerRows({ incident, sim, waitUntil, lost: 1_000, others: 3_000 }),
  );
  await part('storm', ['incident'], ({ incident, sim }) =>
    stormRows({ incident, sim, waitUntil, moveClock: clockMover(clock), creates: 1_200, perHour: 500 }),
  );
  await part('frozen', ['gateway', 'nlu', 'dialogue', 'incident', 'handoff'], ({ gateway, incident, sim }) =>
    frozenRows({ gateway, incident, sim, waitUntil, rounds: 5, turns: 600 }),
  );
  report();
} finally {
  rmSync(folder, { recursive: true });
  await broker.stop();
  await server.stop();
}

/** Measures one thing with a simulator, a database and services of its own. */
async function part(name, services, measure) {
  if (only.length > 0 && !only.includes(name)) return;
  step(`Measuring: ${name}`);
  clockMover(clock)(0);
  const database = await freshDatabase(server.url);
  const started = [];
  try {
    const sim = await Simulator.start({ ...testing, root }, LATENCY_MS);
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
    rows.push(...(await measure({ sim, ...Object.fromEntries(processes.map((each) => [each.name, each])) })));
  } finally {
    for (const each of started.reverse()) await each.stop();
    await database.drop();
  }
}

function report() {
  const missed = rows.filter(([, value, bound]) => bound && !holds(value, bound));
  const shown = (value) => (Number.isInteger(value) ? value : value.toFixed(value < 10 ? 2 : 0));
  const lines = rows.map(
    ([what, value, bound]) => `| ${what} | ${shown(value)}${bound ? ` (${inWords(bound)})` : ''} |`,
  );
  console.log(`
${cpus().length} cores, Node ${process.versions.node}, ${LATENCY_MS} ms for each call to the simulator; bounds in brackets

| | |
| --- | ---: |
${lines.join('\n')}
`);
  for (const [what, value] of missed) console.error(`Missed: ${what}: ${shown(value)}.`);
  if (missed.length === 0) console.error('All bounds hold.');
  else process.exitCode = 1;
}

function holds(value, { atLeast = -Infinity, atMost = Infinity, exactly = value }) {
  return value >= atLeast && value <= atMost && value === exactly;
}

function inWords({ atLeast, atMost, exactly }) {
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost !== undefined ? `≤ ${atMost}` : `= ${exactly}`;
}
