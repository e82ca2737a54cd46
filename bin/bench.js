/**
 * `npm run bench`: full turns a second through REST, RabbitMQ and PostgreSQL with five processes, beside a bare relay
 * over as many durable hops in the same run, and turns a second of the one process. Medians over rounds that alternate.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root, run, step } from './prepare.js';

prepare();
run(process.execPath, ['dist/apps/cli/src/main.js', 'train']);
const { findPostgres, findRabbitMq, freePort, freshDatabase, ServiceProcess, TestProcess, waitUntil } =
  await import('#testing');
const { measureRelay } = await import('../tests/bench/relay.js');
const { measureTurns, median, percentile } = await import('../tests/bench/rest-load.js');

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const TURNS = Number(process.env.BENCH_TURNS ?? 2_000);
const CONCURRENCY = Number(process.env.BENCH_CONCURRENCY ?? 32);
/** As large as an average message of a turn. */
const BODY = Buffer.alloc(1_200, 'x');
/** gateway → nlu → dialogue → gateway */
const HOPS = 3;

const [broker, server] = [await findRabbitMq(), await findPostgres()];
step(`Broker: ${broker.how}; database: ${server.how}`);
const database = await freshDatabase(server.url);
const started = [];

try {
  const queues = Array.from({ length: HOPS }, () => `bench-${randomUUID()}`);
  for (let i = 0; i + 1 < HOPS; i++) {
    const hop = new TestProcess('hop', process.execPath, [
      join(root, 'tests/bench/relay.js'),
      broker.url,
      queues[i],
      queues[i + 1],
    ]);
    started.push(hop);
    await waitUntil('the hop listens', () => hop.output.includes('ready'));
  }
  const env = { AMQP_URL: broker.url, DATABASE_URL: database.url, BUS_NAMESPACE: `bench-${randomUUID().slice(0, 8)}` };
  const names = ['gateway', 'nlu', 'dialogue', 'incident', 'handoff'];
  const services = await Promise.all(names.map((name) => ServiceProcess.start(name, root, env)));
  started.push(...services);
  await Promise.all(services.map((service) => service.ready()));
  const one = await startOneProcess();

  const relay = [];
  const five = [];
  const single = [];
  step('Warming up');
  await measureRelay(broker.url, [queues[0], queues.at(-1)], TURNS / 2, CONCURRENCY, BODY);
  await measureTurns(services[0].url, TURNS / 2, CONCURRENCY, 'warm');
  await measureTurns(one.url, TURNS / 2, CONCURRENCY, 'warm');
  for (let round = 1; round <= ROUNDS; round++) {
    step(`Round ${round} of ${ROUNDS}`);
    relay.push(await measureRelay(broker.url, [queues[0], queues.at(-1)], TURNS, CONCURRENCY, BODY));
    five.push(await measureTurns(services[0].url, TURNS, CONCURRENCY, `five-${round}`));
    single.push(await measureTurns(one.url, TURNS, CONCURRENCY, `one-${round}`));
  }

  const relayed = median(relay);
  const row = (name, runs) => {
    const latencies = runs.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
    const perSecond = median(runs.map(({ perSecond }) => perSecond));
    const times = [0.5, 0.99].map((share) => `${percentile(latencies, share).toFixed(1)} ms`);
    return `| ${name} | ${perSecond.toFixed(0)} | ${(perSecond / relayed).toFixed(2)} | ${times.join(' | ')} |`;
  };
  console.log(`
${ROUNDS} rounds of ${TURNS}, ${CONCURRENCY} at a time, ${cpus().length} cores, Node ${process.versions.node}; medians

| | per second | of the relay | p50 | p99 |
| --- | --- | --- | --- | --- |
| bare amqplib relay, ${HOPS} durable hops | ${relayed.toFixed(0)} | 1.00 | | |
${row('turns, five processes, REST + RabbitMQ + PostgreSQL', five)}
${row('turns, one process, embedded', single)}
`);
  const ratio = median(five.map(({ perSecond }) => perSecond)) / relayed;
  if (ratio < 0.15) {
    console.error(`A turn must reach 0.15 of the relay; it reached ${ratio.toFixed(2)}.`);
    process.exitCode = 1;
  }
} finally {
  for (const each of started) await each.stop();
  await database.drop();
  await broker.stop();
  await server.stop();
}

async function startOneProcess() {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'));
  const args = ['dist/apps/cli/src/main.js', 'run', '--port', String(port), '--data', data];
  const child = new TestProcess('helpdesk', process.execPath, args, { cwd: root });
  started.push({
    stop: async () => {
      await child.stop();
      rmSync(data, { recursive: true, force: true });
    },
  });
  await waitUntil('the one process is ready', () => child.output.includes('is ready'), 60_000);
  return { url: `http://127.0.0.1:${port}` };
}
