/**
 * `npm run bench` measures complete turns per second through REST, RabbitMQ and PostgreSQL with five processes, and turns
 * per second in one process. A bare relay with as many durable hops runs in the same run for comparison. The rounds
 * alternate, and the table shows their medians.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findPostgres,
  findRabbitMq,
  freePort,
  freshDatabase,
  type ServiceName,
  ServiceProcess,
  TestProcess,
  waitUntil,
} from '#testing';
import { root, runNode, step } from '../../checkout.js';
import { ascending, median, percentile } from '../median.js';
import { plainProgram } from '../plain-program.js';
import { measureRelay } from './relay.js';
import { measureTurns, type Turns } from './rest-load.js';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const TURNS = Number(process.env['BENCH_TURNS'] ?? 2_000);
const CONCURRENCY = Number(process.env['BENCH_CONCURRENCY'] ?? 32);
/** A payload of the average size of a message in a turn. */
const BODY = Buffer.alloc(1_200, 'x');
/** gateway → nlu → dialogue → gateway */
const HOPS = 3;
const SERVICES: readonly ServiceName[] = ['gateway', 'nlu', 'dialogue', 'incident', 'handoff'];

runNode(['dist/apps/cli/src/main.js', 'train']);
const [broker, server] = [await findRabbitMq(), await findPostgres()];
step(`Broker: ${broker.how}; database: ${server.how}`);
const database = await freshDatabase(server.url);
const started: { stop(): Promise<unknown> }[] = [];

try {
  const [first, last] = await startHops();
  const five = await startFiveProcesses();
  const one = await startOneProcess();
  const relay = (messages: number) => measureRelay(broker.url, [first, last], messages, CONCURRENCY, BODY);

  const relayed: number[] = [];
  const ofFive: Turns[] = [];
  const ofOne: Turns[] = [];
  step('Warming up');
  await relay(TURNS / 2);
  await measureTurns(five, TURNS / 2, CONCURRENCY, 'warm');
  await measureTurns(one, TURNS / 2, CONCURRENCY, 'warm');
  for (let round = 1; round <= ROUNDS; round++) {
    step(`Round ${round} of ${ROUNDS}`);
    relayed.push(await relay(TURNS));
    ofFive.push(await measureTurns(five, TURNS, CONCURRENCY, `five-${round}`));
    ofOne.push(await measureTurns(one, TURNS, CONCURRENCY, `one-${round}`));
  }
  report(median(relayed), ofFive, ofOne);
} finally {
  for (const each of started) await each.stop();
  await database.drop();
  await broker.stop();
  await server.stop();
}

/** The first and the last queue of the relay. */
async function startHops(): Promise<[first: string, last: string]> {
  const program = plainProgram(join(import.meta.dirname, 'relay-hop.process.ts'));
  const first = `bench-${randomUUID()}`;
  let last = first;
  for (let hop = 1; hop < HOPS; hop++) {
    const next = `bench-${randomUUID()}`;
    const child = new TestProcess('hop', process.execPath, [program, broker.url, last, next]);
    started.push(child);
    await waitUntil('the hop listens', () => child.output.includes('ready'));
    last = next;
  }
  return [first, last];
}

/** The address of the gateway. */
async function startFiveProcesses(): Promise<string> {
  const env = { AMQP_URL: broker.url, DATABASE_URL: database.url, BUS_NAMESPACE: `bench-${randomUUID().slice(0, 8)}` };
  const services = await Promise.all(SERVICES.map((name) => ServiceProcess.start(name, root, env)));
  started.push(...services);
  await Promise.all(services.map((service) => service.ready()));
  return services[0]!.url;
}

async function startOneProcess(): Promise<string> {
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
  await waitUntil('the one process is ready', () => child.output.includes('is ready'));
  return `http://127.0.0.1:${port}`;
}

function report(relayed: number, five: Turns[], one: Turns[]): void {
  const row = (name: string, runs: Turns[]) => {
    const latencies = ascending(runs.flatMap((run) => run.latencies));
    const perSecond = median(runs.map((run) => run.perSecond));
    const times = [0.5, 0.99].map((share) => `${percentile(latencies, share).toFixed(1)} ms`);
    return `| ${name} | ${perSecond.toFixed(0)} | ${(perSecond / relayed).toFixed(2)} | ${times.join(' | ')} |`;
  };
  console.log(`
${ROUNDS} rounds of ${TURNS}, ${CONCURRENCY} at a time, ${cpus().length} cores, Node ${process.versions.node}; medians

| | per second | of the relay | p50 | p99 |
| --- | --- | --- | --- | --- |
| bare amqplib relay, ${HOPS} durable hops | ${relayed.toFixed(0)} | 1.00 | | |
${row('turns, five processes, REST + RabbitMQ + PostgreSQL', five)}
${row('turns, one process, embedded', one)}
`);
  const ratio = median(five.map(({ perSecond }) => perSecond)) / relayed;
  if (ratio >= 0.15) return;
  console.error(`A turn must reach 0.15 of the relay; it reached ${ratio.toFixed(2)}.`);
  process.exitCode = 1;
}
